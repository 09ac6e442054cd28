"""The sample team: who is in it, what happened in its year, and that its sign-in data works."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller, Source
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.protocol import Backend
from bgconsole.demo import HINTS, build
from bgconsole.policy.audit import AuditEvent, EventType
from bgconsole.policy.login import Method
from bgconsole.policy.refusals import Code
from bgconsole.policy.team import EntryProblem, IdpState, Role

NOW = datetime(2026, 3, 10, 9, 41, 7, tzinfo=UTC)
HERE = Caller(Source("local:1000", "test", local=True))
OLGA, TOM, KEN = HINTS


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The team of NOW; not to be changed."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(path, NOW)
    return path


@pytest_asyncio.fixture
async def backend(built: Path, tmp_path: Path) -> AsyncGenerator[Backend]:
    """The team's backend at the moment NOW, on a copy."""
    copy = tmp_path / "copy.db"
    shutil.copy(built, copy)
    opened = LocalBackend.at(copy, clock=lambda: NOW)
    yield opened
    await opened.close()


async def as_olga(backend: Backend) -> Caller:
    """Olga's session."""
    opened = await backend.sign_in(HERE, OLGA.email, OLGA.password)
    return Caller(HERE.source, opened.token)


async def history(backend: Backend, caller: Caller) -> list[AuditEvent]:
    """The whole log before the test itself, oldest first."""
    events: list[AuditEvent] = []
    before: int | None = None
    while True:
        page = await backend.audit_page(caller, limit=1000, before=before)
        events += page.events
        if not page.more:
            return [event for event in reversed(events) if event.source != "test"]
        before = page.events[-1].seq


async def test_people_of_every_kind(backend: Backend) -> None:
    people = await backend.members(await as_olga(backend))
    assert len(people) == 25
    assert Counter(person.role for person in people) == {
        Role.OWNER: 2,
        Role.ADMIN: 3,
        Role.MEMBER: 17,
        None: 3,
    }
    members = [person for person in people if person.role is not None]
    assert sum(not p.has_password and p.password_set_at is None for p in members) >= 3, "SSO only"
    waiting = [p for p in members if p.code_expires_at is not None and p.code_expires_at > NOW]
    assert [p.email for p in waiting] == ["noor@harbor.example"]
    assert all(person.name for person in people)
    assert all(person.last_sign_in for person in people if person not in waiting)


async def test_providers_and_one_entry_gone_bad(backend: Backend) -> None:
    entra, oidc = await backend.providers(await as_olga(backend))
    assert (entra.name, entra.enforced, entra.idp.state) == (
        "Microsoft Entra ID",
        True,
        IdpState.UP,
    )
    assert entra.issuer is not None
    problems = {entry.email.partition("@")[0]: entry.problem for entry in entra.entries}
    assert problems == {"olga": None, "mia": None, "raj": EntryProblem.NO_PASSWORD, "tom": None}
    assert (oidc.name, oidc.enforced, oidc.issuer, oidc.entries) == (
        "Generic OIDC",
        False,
        None,
        (),
    )


async def test_chain_of_the_whole_year_is_whole(backend: Backend) -> None:
    result = await backend.audit_verify(await as_olga(backend))
    assert result.ok
    assert 1900 <= result.checked <= 2200


async def test_year_of_events_up_to_now(backend: Backend) -> None:
    events = await history(backend, await as_olga(backend))
    times = [event.at for event in events]
    assert times == sorted(times)
    assert NOW - timedelta(days=370) < times[0] < NOW - timedelta(days=364)
    assert NOW - timedelta(minutes=15) < times[-1] <= NOW
    months = Counter((at.year, at.month) for at in times[:-100])
    assert len(months) >= 12
    assert {
        EventType.LOGIN_SUCCESS,
        EventType.LOGIN_FAILURE,
        EventType.LOGOUT,
        EventType.ENFORCEMENT_ENABLED,
        EventType.ENFORCEMENT_DISABLED,
        EventType.ENTRY_ADDED,
        EventType.ENTRY_REMOVED,
        EventType.PROVIDER_CHANGED,
        EventType.MEMBER_ADDED,
        EventType.MEMBER_REMOVED,
        EventType.MEMBER_ROLE_CHANGED,
        EventType.MEMBER_RESET,
        EventType.MEMBER_PASSWORD_SET,
        EventType.IDP_DOWN,
        EventType.IDP_UP,
        EventType.TOKEN_CREATED,
        EventType.AUDIT_EXPORTED,
    } <= {event.type for event in events}


async def test_two_outages_each_with_break_glass_uses(backend: Backend) -> None:
    events = await history(backend, await as_olga(backend))
    downs = [event.at for event in events if event.type is EventType.IDP_DOWN]
    ups = [event.at for event in events if event.type is EventType.IDP_UP]
    assert len(downs) == len(ups) == 2
    for down, up in zip(downs, ups, strict=True):
        meanwhile = [event for event in events if down <= event.at <= up]
        used = [event for event in meanwhile if event.is_break_glass]
        assert {event.type for event in used} == {EventType.LOGIN_SUCCESS, EventType.LOGIN_FAILURE}
        assert not any(event.metadata.get("method") == Method.SSO for event in meanwhile)


async def test_what_nobody_did_says_so(backend: Backend) -> None:
    """Logins by SSO and outages: no identity provider had a part in them."""
    told = await history(backend, await as_olga(backend))
    invented = [event for event in told if event.metadata.get("sample") == "invented"]
    done = [event for event in told if "sample" not in event.metadata]
    assert len(invented) + len(done) == len(told)
    assert {event.type for event in invented} == {
        EventType.LOGIN_SUCCESS,
        EventType.LOGIN_FAILURE,
        EventType.LOGOUT,
        EventType.IDENTITY_LINKED,
        EventType.IDP_DOWN,
        EventType.IDP_UP,
    }
    assert not any(event.metadata.get("method") == Method.SSO for event in done)
    assert {EventType.IDP_DOWN, EventType.IDP_UP}.isdisjoint(event.type for event in done)
    used = [e for e in done if e.is_break_glass and e.type is EventType.LOGIN_SUCCESS]
    assert len(used) == 3, "in the outages people signed in for real"


async def test_first_login_by_sso_links_the_person(backend: Backend) -> None:
    linked = set[str]()
    for event in await history(backend, await as_olga(backend)):
        if event.type is EventType.IDENTITY_LINKED and event.actor is not None:
            assert event.actor not in linked
            linked.add(event.actor)
        if event.metadata.get("method") == Method.SSO:
            assert event.actor in linked
            assert event.metadata["flow"] in {"device", "browser"}
    assert len(linked) == 24


async def test_drills_every_quarter(backend: Backend) -> None:
    events = await history(backend, await as_olga(backend))
    drills = sorted({event.at.date() for event in events if event.metadata.get("drill") is True})
    assert len(drills) == 4
    gaps = [later - earlier for earlier, later in pairwise(drills)]
    assert all(timedelta(days=80) < gap < timedelta(days=100) for gap in gaps)


async def test_under_enforcement_only_listed_people_came_by_password(backend: Backend) -> None:
    """The history keeps the rules that the console teaches."""
    enforced, listed = False, set[str]()
    for event in await history(backend, await as_olga(backend)):
        if event.type in {EventType.ENFORCEMENT_ENABLED, EventType.ENFORCEMENT_DISABLED}:
            enforced = event.type is EventType.ENFORCEMENT_ENABLED
        if event.type is EventType.ENTRY_ADDED:
            listed.add(event.target or "")
        if event.type is EventType.ENTRY_REMOVED:
            listed.discard(event.target or "")
        if event.type is EventType.LOGIN_SUCCESS and event.metadata.get("method") == "password":
            assert not enforced or event.actor in listed, event
            assert event.is_break_glass is enforced, event


async def test_owner_of_the_sign_in_screen_comes_in_by_break_glass(backend: Backend) -> None:
    opened = await backend.sign_in(HERE, OLGA.email, OLGA.password)
    assert (opened.role, opened.is_break_glass) == (Role.OWNER, True)


async def test_member_of_the_sign_in_screen_comes_in(backend: Backend) -> None:
    opened = await backend.sign_in(HERE, TOM.email, TOM.password)
    assert (opened.role, opened.is_break_glass) == (Role.MEMBER, True)


async def test_admin_of_the_sign_in_screen_is_refused_by_enforcement(backend: Backend) -> None:
    with pytest.raises(NotAllowedError) as refused:
        await backend.sign_in(HERE, KEN.email, KEN.password)
    assert refused.value.code is Code.LOGIN_FAILED
    page = await backend.audit_page(await as_olga(backend), limit=2)
    assert page.events[1].reason == "sso_required"


def test_passwords_shown_are_clearly_of_a_demo() -> None:
    for hint in HINTS:
        assert hint.password.startswith("demo ")
        assert len(hint.password) >= 15
        assert hint.password not in repr(hint)


async def test_first_real_login_hashes_with_real_parameters(
    backend: Backend, tmp_path: Path
) -> None:
    await as_olga(backend)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        (encoded,) = connection.execute(
            "SELECT password_hash FROM account WHERE email = ?", (OLGA.email,)
        ).fetchone()
    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_same_moment_makes_the_same_team(backend: Backend, tmp_path: Path) -> None:
    """For tests and pictures: only ids, tokens and hashes differ."""
    await asyncio.to_thread(build, tmp_path / "again.db", NOW)
    again = LocalBackend.at(tmp_path / "again.db", clock=lambda: NOW)
    seen: list[object] = []
    for one in (backend, again):
        caller = await as_olga(one)
        events = await history(one, caller)
        seen.append(
            (
                await one.welcome(),
                await one.members(caller),
                await one.providers(caller),
                [
                    (e.seq, e.at, e.type, e.actor, e.provider, e.description, e.metadata, e.source)
                    for e in events
                ],
                [e.target for e in events if e.type is not EventType.TOKEN_CREATED],
            )
        )
    await again.close()
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 8, 3, 0, tzinfo=UTC),
        datetime(2024, 2, 29, 0, 0, 1, tzinfo=UTC),
        datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
        datetime(2026, 6, 1, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
    ids=["a Sunday night", "a leap day", "the new year", "the end of a day"],
)
async def test_any_moment_makes_a_whole_history(now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    await asyncio.to_thread(build, path, now)
    team = LocalBackend.at(path, clock=lambda: now)
    caller = await as_olga(team)
    assert (await team.audit_verify(caller)).ok
    times = [event.at for event in await history(team, caller)]
    assert times == sorted(times)
    assert times[-1] <= now
    await team.close()
