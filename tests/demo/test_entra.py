"""Entra of the sample team: set up with the demo's own provider, proven, and at the right port."""

import asyncio
import shutil
import socket
import sqlite3
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bgconsole.backend.errors import BackendError, NotAllowedError
from bgconsole.backend.identity import Caller, Source, SsoRequest, SsoWaiting
from bgconsole.backend.protocol import Backend
from bgconsole.compose import Target
from bgconsole.demo import HINTS, build
from bgconsole.demo.entra import PROBE_EVERY, DemoEntra
from bgconsole.demo.identity_provider.process import (
    DemoIdentityProvider,
    DemoIdentityProviderError,
)
from bgconsole.demo.identity_provider.protocol import issuer_at, port_of
from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.policy.sso import Flow
from bgconsole.policy.team import IdpState

HERE = Caller(Source("local:1000", "test", local=True))
OLGA, _, KEN = HINTS


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample team of a minute ago; not to be changed."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(path, datetime.now(UTC) - timedelta(minutes=1))
    return path


@pytest.fixture
def team(built: Path, tmp_path: Path) -> Path:
    """A copy of it whose provider is expected at a port that was free just now."""
    path = tmp_path / "demo.db"
    shutil.copy(built, path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        move(path, free.getsockname()[1])
    return path


@pytest.fixture
def entra(team: Path) -> Generator[DemoEntra]:
    made = DemoEntra(Target(f"sqlite:///{team}"))
    yield made
    made.close()


def move(path: Path, port: int) -> None:
    """Have the team expect its provider at this port."""
    issuer = issuer_at(port)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE provider SET issuer = ? WHERE slug = 'entra'", (issuer,))
        connection.execute("UPDATE sso_identity SET issuer = ?", (issuer,))


def stored(path: Path, query: str) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(query)]


def issuer_of(path: Path) -> str:
    (issuer,) = stored(path, "SELECT issuer FROM provider WHERE slug = 'entra'")
    assert isinstance(issuer, str)
    return issuer


def discovered(path: Path) -> object:
    """The issuer that the provider at the team's issuer calls itself."""
    address = f"{issuer_of(path)}/.well-known/openid-configuration"
    return httpx.get(address, trust_env=False).json()["issuer"]


async def as_olga(backend: Backend) -> Caller:
    opened = await backend.sign_in(HERE, OLGA.email, OLGA.password)
    return Caller(HERE.source, opened.token)


async def test_entra_is_set_up_and_proven_by_somebody_of_the_history(entra: DemoEntra) -> None:
    backend = entra.open()
    caller = await as_olga(backend)
    provider, oidc = await backend.providers(caller)
    assert provider.configured
    assert provider.proven_by == "ken@harbor.example"
    assert provider.proven_at is not None
    assert datetime.now(UTC) - provider.proven_at < timedelta(minutes=30)
    assert not oidc.configured
    members = await backend.members(caller)
    linked = {member.email for member in members if member.identities == ("entra",)}
    strangers = {m.email for m in members if m.role is not None} - linked
    assert strangers == {"noor@harbor.example"}, "she has not come yet"
    await backend.close()


async def test_provider_answers_where_the_team_expects_it(entra: DemoEntra, team: Path) -> None:
    before = issuer_of(team)
    backend = entra.open()
    assert issuer_of(team) == before
    assert discovered(team) == before
    await backend.close()
    entra.close()
    with pytest.raises(httpx.ConnectError):
        discovered(team)


async def test_port_that_is_taken_moves_the_provider_and_keeps_who_is_who(
    entra: DemoEntra, team: Path
) -> None:
    before = issuer_of(team)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port_of(before) or 0))
        other.listen()
        backend = entra.open()
    after = issuer_of(team)
    assert after != before
    assert discovered(team) == after
    assert set(stored(team, "SELECT issuer FROM sso_identity")) == {after}
    caller = await as_olga(backend)
    wanted = AuditFilter(types=(EventType.PROVIDER_CHANGED.value,))
    page = await backend.audit_page(caller, wanted, limit=1)
    assert page.events[0].metadata == {"before": {"issuer": before}, "after": {"issuer": after}}
    assert (await backend.audit_verify(caller)).ok
    (provider, _) = await backend.providers(caller)
    assert provider.proven_by == "ken@harbor.example"
    await backend.close()


async def test_switch_takes_it_down_and_up(entra: DemoEntra, team: Path) -> None:
    backend = entra.open()
    assert entra.switch() is False
    with pytest.raises(httpx.ConnectError):
        discovered(team)
    assert entra.switch() is True
    assert discovered(team) == issuer_of(team)
    await backend.close()


async def test_switch_starts_one_that_ended(entra: DemoEntra, team: Path) -> None:
    assert entra.switch() is True, "it was not started yet"
    assert discovered(team) == issuer_of(team)
    assert entra.switch() is False


async def test_second_demo_uses_the_provider_of_the_first(entra: DemoEntra, team: Path) -> None:
    first = entra.open()
    issuer = issuer_of(team)
    other = DemoEntra(Target(f"sqlite:///{team}"))
    second = other.open()
    assert issuer_of(team) == issuer
    with pytest.raises(DemoIdentityProviderError, match="Another bgconsole demo") as refused:
        other.switch()
    assert "Press F9 there" in refused.value.remedy
    entra.close()
    assert other.switch() is True, "the first has ended"
    other.close()
    for backend in (first, second):
        await backend.close()


async def test_issuer_of_the_users_own_is_left_alone(entra: DemoEntra, team: Path) -> None:
    own = "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0"
    with closing(sqlite3.connect(team)) as connection, connection:
        connection.execute("UPDATE provider SET issuer = ? WHERE slug = 'entra'", (own,))
    backend = entra.open()
    assert issuer_of(team) == own
    with pytest.raises(DemoIdentityProviderError, match="not the demo's") as refused:
        entra.switch()
    assert "--reset" in refused.value.remedy
    await backend.close()


async def test_read_only_demo_changes_nothing(team: Path) -> None:
    before = issuer_of(team)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port_of(before) or 0))
        other.listen()
        entra = DemoEntra(Target(f"sqlite:///{team}", read_only=True))
        backend = entra.open()
    assert issuer_of(team) == before
    await backend.close()
    entra.close()


async def test_provider_that_cannot_start_keeps_nobody_out(
    entra: DemoEntra, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(provider: DemoIdentityProvider) -> str:
        raise DemoIdentityProviderError("no process can be started")

    monkeypatch.setattr(DemoIdentityProvider, "start", fail)
    backend = entra.open()
    await as_olga(backend)
    with pytest.raises(DemoIdentityProviderError, match="no process"):
        entra.switch()
    await backend.close()


def test_database_that_cannot_be_opened_is_told_as_elsewhere(team: Path) -> None:
    team.write_bytes(b"this is no database" * 100)
    entra = DemoEntra(Target(f"sqlite:///{team}"))
    with pytest.raises(BackendError):
        entra.open()
    entra.close()


async def test_closed_one_is_not_started_again(entra: DemoEntra) -> None:
    """The console may be left while its backend is still being opened."""
    entra.close()
    backend = entra.open()
    with pytest.raises(DemoIdentityProviderError, match="ended"):
        entra.switch()
    await backend.close()


async def test_lease_of_a_console_that_was_killed_does_not_keep_others_waiting(
    entra: DemoEntra, team: Path
) -> None:
    with closing(sqlite3.connect(team)) as connection, connection:
        connection.execute("UPDATE provider SET probe_holder = 'gone', probe_until = '2999-01-01'")
    backend = entra.open()
    holders = stored(team, "SELECT probe_holder FROM provider WHERE slug = 'entra'")
    assert holders == [None]
    await backend.close()
    assert PROBE_EVERY < 5, "an outage is to be seen soon"


async def test_outage_from_the_first_failed_probe_to_signing_in_by_sso(team: Path) -> None:
    """What the README's first minute shows, on the real provider and with real probes."""
    entra = DemoEntra(Target(f"sqlite:///{team}"), probe_every=0.2)
    backend = entra.open()
    watching = asyncio.create_task(backend.watch_idps())
    try:
        await until(backend, IdpState.UP)
        entra.switch()
        await until(backend, IdpState.DOWN)
        with pytest.raises(NotAllowedError):
            await backend.sign_in(HERE, KEN.email, KEN.password)
        opened = await backend.sign_in(HERE, OLGA.email, OLGA.password)
        assert opened.is_break_glass
        entra.switch()
        await until(backend, IdpState.UP)
        assert await by_sso(backend, KEN.email) == KEN.email
        events = (await backend.audit_page(Caller(HERE.source, opened.token), limit=20)).events
        told = [(event.type, event.actor) for event in reversed(events)]
        story = [
            (EventType.IDP_DOWN, "bgconsole"),
            (EventType.LOGIN_FAILURE, KEN.email),
            (EventType.LOGIN_SUCCESS, OLGA.email),
            (EventType.IDP_UP, "bgconsole"),
            (EventType.LOGIN_SUCCESS, KEN.email),
        ]
        assert told[-len(story) :] == story
        assert not any("sample" in event.metadata for event in events[: len(story)])
    finally:
        watching.cancel()
        await asyncio.wait([watching])
        await backend.close()
        entra.close()


async def until(backend: Backend, state: IdpState) -> None:
    """Wait until the sign-in screen tells this of Entra."""
    for _ in range(3000):
        if (await backend.welcome()).ways[0].idp.state is state:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"Entra never was {state}")


async def by_sso(backend: Backend, email: str) -> str:
    """Sign somebody in by the device flow, and approve it on the provider's page."""
    begun = await backend.start_sso(HERE, "entra", SsoRequest(Flow.DEVICE))
    form = {"user_code": begun.user_code, "person": email, "approve": "pressed"}
    assert begun.verification_uri is not None
    async with httpx.AsyncClient(trust_env=False) as browser:
        (await browser.post(begun.verification_uri, data=form)).raise_for_status()
    for _ in range(300):
        found = await backend.finish_sso(HERE, begun.handle)
        if not isinstance(found, SsoWaiting):
            assert found is not None
            return found.email
        await asyncio.sleep(0.2)
    pytest.fail("the approval never arrived")
