"""What the tests of the server share."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.server.site import Site, standing


@pytest.fixture
async def site(tmp_path: Path) -> AsyncGenerator[Site]:
    """A founded team behind the server's application."""
    async with standing(tmp_path) as built:
        yield built
