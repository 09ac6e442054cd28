"""What schemathesis is told of the server: how to sign in, and one more thing to look for.

Runs inside schemathesis' own process; `site.json` beside it says where the database is.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import schemathesis

from bgconsole.backend.identity import Caller, SignedIn
from bgconsole.backend.local.backend import LocalBackend
from tests.backend.world import CHEAP, CONSOLE, OWNER, PASSWORD

_SITE = json.loads(Path("site.json").read_text())


async def _recovered() -> SignedIn:
    backend = LocalBackend.at(Path(_SITE["path"]), hasher=CHEAP)
    try:
        return await backend.recover(Caller(CONSOLE), OWNER, PASSWORD)
    finally:
        await backend.close()


@schemathesis.auth(refresh_interval=60, retry_on=[401])
class Owner:
    """The owner's session. Proven anew each minute, and whenever a test has signed it out."""

    def get(self, case: Any, context: Any) -> str:
        """A token past whatever is enforced by then, by the database's own rights."""
        return asyncio.run(_recovered()).token

    def set(self, case: Any, data: str, context: Any) -> None:
        """Send it along."""
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.check
def what_the_document_allows_is_understood(ctx: Any, response: Any, case: Any) -> None:
    """A rule may refuse a request that fits the document, but not as malformed."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code == 422:
        assert response.json()["code"] != "invalid_request", response.text
