"""A team behind the server's application, spoken to in raw HTTP without a socket between."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from bgconsole.backend.identity import Caller
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import MemberAddition
from bgconsole.policy.team import Role
from bgconsole.server.app import create_app
from bgconsole.server.edge import Exchange
from bgconsole.server.settings import ServerSettings
from tests.backend.world import CHEAP, CONSOLE, OWNER, PASSWORD, MovableClock

ADMIN = "admin@acme.test"
MEMBER = "member@acme.test"
SOMEBODY = "somebody@acme.test"
"""A member with a password whom nobody minds to lose."""


@dataclass
class Site:
    """The application, the clock under it, the tokens of the people, and what was told of calls."""

    app: FastAPI
    backend: Backend
    client: httpx.AsyncClient
    clock: MovableClock
    told: list[Exchange]
    tokens: dict[str, str | None] = field(default_factory=dict)

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        by: str = "owner",
        key: str | None = "",
        headers: dict[str, str] | None = None,
        **how: Any,
    ) -> httpx.Response:
        """One request. `key` empty: one of its own; None: none."""
        sent = dict(headers or {})
        token = self.tokens[by]
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if key is not None:
            sent["Idempotency-Key"] = key or secrets.token_hex(16)
        if body is not None:
            how["json"] = body
        return await self.client.request(method, path, headers=sent, **how)

    async def head(self) -> int:
        """The newest `seq`."""
        return (await self.call("GET", "/v1/audit?limit=1")).json()["head"]


@asynccontextmanager
async def standing(
    folder: Path,
    settings: ServerSettings | None = None,
    *,
    founded: bool = True,
    peer: str = "203.0.113.9",
) -> AsyncGenerator[Site]:
    """A site on a database in `folder`, with an owner, an admin, a member and a script's token."""
    path = folder / "team.db"
    clock = MovableClock()
    told: list[Exchange] = []

    def opened() -> Backend:
        return LocalBackend.at(path, clock=clock, hasher=CHEAP)

    app = create_app(opened, settings or ServerSettings(), observers=[told.append])
    transport = httpx.ASGITransport(app, client=(peer, 50123))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://team.test") as client,
    ):
        backend: Backend = app.state.backend
        site = Site(app, backend, client, clock, told, {"nobody": None})
        if founded:
            await _found(site)
        yield site


async def _found(site: Site) -> None:
    backend = site.backend
    founder = await backend.initialise(Caller(CONSOLE), "Acme", OWNER, PASSWORD)
    owner = Caller(CONSOLE, founder.token)
    roles = {ADMIN: Role.ADMIN, MEMBER: Role.MEMBER, SOMEBODY: Role.MEMBER}
    codes = await backend.add_members(
        owner, [MemberAddition(email, role=role) for email, role in roles.items()]
    )
    for one in codes:
        assert one.code is not None
        await backend.redeem(Caller(CONSOLE), one.email, one.code, PASSWORD)
    for name, email in (("admin", ADMIN), ("member", MEMBER)):
        site.tokens[name] = (await backend.sign_in(Caller(CONSOLE), email, PASSWORD)).token
    site.tokens["owner"] = founder.token
    site.tokens["script"] = (await backend.create_token(owner, 30)).token
