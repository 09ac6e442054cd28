"""What the tests of OpenID Connect share."""

from collections.abc import Generator

import pytest

from tests.openid.panva_process import panva


@pytest.fixture(scope="session")
def panva_issuer() -> Generator[str]:
    with panva() as issuer:
        yield issuer
