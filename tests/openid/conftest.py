"""What the tests of OpenID Connect share."""

from collections.abc import Generator

import pytest

from tests.openid.panva_process import panva
from tests.openid.stub import Stub, stub_provider


@pytest.fixture(scope="session")
def panva_issuer() -> Generator[str]:
    with panva() as issuer:
        yield issuer


@pytest.fixture
def stub() -> Generator[Stub]:
    with stub_provider() as running:
        yield running
