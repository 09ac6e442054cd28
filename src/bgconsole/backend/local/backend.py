"""The local backend: every call of the protocol runs its plain function in a thread. No logic."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from bgconsole.backend.errors import UnreachableError
from bgconsole.backend.forecasts import Forecast, ProposedChange
from bgconsole.backend.identity import (
    Caller,
    Me,
    Purpose,
    SignedIn,
    SsoAnswer,
    SsoRequest,
    SsoStart,
    SsoWaiting,
    Welcome,
)
from bgconsole.backend.line import LineListener
from bgconsole.backend.local import (
    audit_read,
    credentials,
    doctor,
    exports,
    forecasts,
    founding,
    identities,
    idp_health,
    joining,
    login,
    members,
    provider_check,
    providers,
    renaming,
    rewinds,
    settings,
    sso_finish,
    sso_start,
    standing,
    tokens,
    verify,
)
from bgconsole.backend.local.database import TeamDatabase
from bgconsole.backend.local.engine import Database
from bgconsole.backend.local.gate import LoginGate, Try
from bgconsole.backend.local.idp_clients import IdentityProviders
from bgconsole.backend.local.login import attempted_email
from bgconsole.backend.local.parts import SSO_BY_DEFAULT, Clock, Parts, Rest, SsoOptions
from bgconsole.backend.local.passwords import Hasher, Passwords
from bgconsole.backend.local.prober import Prober
from bgconsole.backend.local.refusal_log import RefusalLog
from bgconsole.backend.local.watch import Watch
from bgconsole.backend.protocol import NO_ANSWER
from bgconsole.backend.values import (
    AuditPage,
    AuditReader,
    Finding,
    IdentityLink,
    IdpReport,
    IssuedToken,
    Member,
    MemberAddition,
    OneTimeCode,
    ProviderAddition,
    ProviderChange,
    ProviderCheck,
    ProviderDetail,
    Removal,
    ScriptToken,
    SettingsSave,
    Simulation,
    Verification,
)
from bgconsole.policy.audit import ALL_EVENTS, AuditEvent, AuditFilter, AuditHead
from bgconsole.policy.email import comparable
from bgconsole.policy.guard import Override
from bgconsole.policy.login import Decision, Method
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Role

_T = TypeVar("_T")

_THREADS = 4
_SEARCHING_THREADS = 2
_IDP_THREADS = 8
"""For what waits for an identity provider, so that a slow one holds up nothing else."""

_HASHING_THREADS = 4
"""For what is done at the database's own machine: set up, recover."""

_RECHECK = 30.0
"""Seconds after which a follower checks that its session is valid, even without a change."""

_FOLLOWED = 500


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class LocalBackend:
    """The `Backend` on one database. For one event loop; nothing is opened before a call."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._closed = False
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="bgconsole-db")
        # Apart from the others: a queue of hashes holds up no read.
        self._hashing = ThreadPoolExecutor(_HASHING_THREADS, thread_name_prefix="bgconsole-hash")
        # What looks for events may go through millions.
        self._searching = ThreadPoolExecutor(
            _SEARCHING_THREADS, thread_name_prefix="bgconsole-search"
        )
        # A whole log takes minutes: one at a time, which holds up nothing but the next one.
        self._verifying = ThreadPoolExecutor(1, thread_name_prefix="bgconsole-verify")
        self._idp = ThreadPoolExecutor(_IDP_THREADS, thread_name_prefix="bgconsole-idp")
        self._probing = ThreadPoolExecutor(1, thread_name_prefix="bgconsole-probe")
        self._refusals = RefusalLog(parts)
        self._gate = LoginGate(parts, self._refusals)
        self._watch = Watch(parts.database.watcher)
        parts.database.on_commit(self._watch.wake)

    @classmethod
    def at(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        clock: Clock = utc_now,
        hasher: Hasher | None = None,
        rest: Rest | None = None,
        sso: SsoOptions = SSO_BY_DEFAULT,
    ) -> "LocalBackend":
        """The backend on the file at `path`, which need not exist yet.

        `read_only` refuses every change but signing in and out. `clock` gives UTC. `hasher` and
        `rest`, which lets seconds pass, are for sample data and tests; argon2id with its default
        parameters otherwise.
        """
        database = Database(path, read_only=read_only)
        return cls.on(database, read_only=read_only, clock=clock, hasher=hasher, rest=rest, sso=sso)

    @classmethod
    def on(
        cls,
        database: TeamDatabase,
        *,
        read_only: bool = False,
        clock: Clock = utc_now,
        hasher: Hasher | None = None,
        rest: Rest | None = None,
        sso: SsoOptions = SSO_BY_DEFAULT,
    ) -> "LocalBackend":
        """The backend on `database`, with the rest as `at` takes it."""
        return cls(
            Parts(
                database,
                clock,
                Passwords(hasher),
                read_only,
                rest or Rest(),
                IdentityProviders(sso.proxy),
                sso,
            )
        )

    @property
    def label(self) -> str:
        return self._parts.database.label

    @property
    def target(self) -> str:
        return self._parts.database.target

    async def welcome(self) -> Welcome:
        return await self._run(standing.welcome)

    async def initialise(self, caller: Caller, team: str, owner: str, password: str) -> SignedIn:
        return await self._hash(founding.initialise, caller, team, owner, password)

    async def sign_in(
        self, caller: Caller, email: str, password: str, purpose: Purpose = Purpose.WORK
    ) -> SignedIn:
        work = partial(login.sign_in, self._parts, caller, email, password, purpose)
        return await self._judge(caller, email, Method.PASSWORD.value, work)

    async def start_sso(self, caller: Caller, slug: str, request: SsoRequest) -> SsoStart:
        return await self._at_idp(sso_start.start_sso, caller, slug, request)

    async def finish_sso(
        self, caller: Caller, handle: str, answer: SsoAnswer = NO_ANSWER
    ) -> SignedIn | SsoWaiting | None:
        return await self._at_idp(sso_finish.finish_sso, caller, handle, answer)

    async def sso_callback(self, state: str, answer: SsoAnswer, *, look: bool = False) -> str:
        return await self._run(sso_finish.sso_callback, state, answer, look)

    async def sign_out(self, caller: Caller) -> None:
        await self._run(credentials.sign_out, caller)

    async def reauthenticate(self, caller: Caller, password: str) -> None:
        self._demand_open()
        work = partial(credentials.reauthenticate, self._parts, caller, password)
        await self._gate.prove(caller.source, work)

    async def redeem(self, caller: Caller, email: str, code: str, password: str) -> None:
        work = partial(credentials.redeem, self._parts, caller, email, code, password)
        await self._judge(caller, email, credentials.CODE_METHOD, work)

    async def change_password(self, caller: Caller, current: str, password: str) -> None:
        self._demand_open()
        work = partial(credentials.change_password, self._parts, caller, current, password)
        await self._gate.prove(caller.source, work)

    async def me(self, caller: Caller) -> Me:
        return await self._run(standing.me, caller)

    async def touch(self, caller: Caller) -> None:
        await self._run(standing.touch, caller)

    async def has_account(self, caller: Caller, email: str) -> bool:
        return await self._run(founding.has_account, email)

    async def recover(self, caller: Caller, email: str, password: str) -> SignedIn:
        signed_in = await self._hash(founding.recover, caller, email, password)
        self._gate.forget(comparable(signed_in.email))
        return signed_in

    async def providers(self, caller: Caller) -> tuple[ProviderDetail, ...]:
        return await self._run(providers.providers, caller)

    async def add_provider(self, caller: Caller, addition: ProviderAddition) -> ProviderDetail:
        return await self._run(providers.add_provider, caller, addition)

    async def change_provider(
        self, caller: Caller, slug: str, change: ProviderChange
    ) -> ProviderDetail:
        return await self._run(providers.change_provider, caller, slug, change)

    async def remove_provider(
        self, caller: Caller, slug: str, override: Override | None = None
    ) -> Removal:
        return await self._run(providers.remove_provider, caller, slug, override)

    async def save_settings(self, caller: Caller, slug: str, save: SettingsSave) -> ProviderDetail:
        return await self._run(settings.save_settings, caller, slug, save)

    async def apply_delta(
        self, caller: Caller, slug: str, delta: Delta, override: Override | None = None
    ) -> ProviderDetail:
        return await self._run(settings.apply_delta, caller, slug, delta, override)

    async def check_entry(self, caller: Caller, slug: str, email: str) -> None:
        await self._run(settings.check_entry, caller, slug, email)

    async def check_provider(self, caller: Caller, slug: str) -> ProviderCheck:
        return await self._at_idp(provider_check.check_provider, caller, slug)

    async def idps(self, caller: Caller) -> tuple[IdpReport, ...]:
        return await self._run(idp_health.idps, caller)

    async def watch_idps(self) -> None:
        if self._parts.read_only:
            return
        await Prober(self._parts, self._parts.sso.probe_every).run(self._probing)

    async def simulate(self, caller: Caller, question: Simulation) -> Decision:
        return await self._run(standing.simulate, caller, question)

    async def forecast(self, caller: Caller, proposed: ProposedChange) -> Forecast:
        return await self._run(forecasts.forecast, caller, proposed)

    async def members(self, caller: Caller) -> tuple[Member, ...]:
        return await self._run(members.members, caller)

    async def add_members(
        self, caller: Caller, additions: Sequence[MemberAddition]
    ) -> tuple[OneTimeCode, ...]:
        return await self._run(joining.add_members, caller, additions)

    async def reset_member(
        self, caller: Caller, email: str, override: Override | None = None
    ) -> OneTimeCode:
        return await self._run(members.reset_member, caller, email, override)

    async def set_role(self, caller: Caller, email: str, role: Role) -> Member:
        return await self._run(members.set_role, caller, email, role)

    async def rename_member(self, caller: Caller, email: str, becomes: str) -> Member:
        return await self._run(renaming.rename_member, caller, email, becomes)

    async def set_name(self, caller: Caller, email: str, name: str) -> Member:
        return await self._run(renaming.set_name, caller, email, name)

    async def unpause(self, caller: Caller, email: str) -> None:
        await self._run(members.unpause, caller, email)
        self._gate.forget(comparable(email))

    async def identities(self, caller: Caller, email: str) -> tuple[IdentityLink, ...]:
        return await self._run(identities.identities, caller, email)

    async def unlink(
        self, caller: Caller, email: str, slug: str, override: Override | None = None
    ) -> None:
        await self._run(identities.unlink, caller, email, slug, override)

    async def remove_member(
        self, caller: Caller, email: str, override: Override | None = None
    ) -> Removal:
        return await self._run(members.remove_member, caller, email, override)

    async def audit_page(
        self,
        caller: Caller,
        wanted: AuditFilter = ALL_EVENTS,
        *,
        limit: int = 100,
        before: int | None = None,
        after: int | None = None,
        seen: AuditHead | None = None,
    ) -> AuditPage:
        page = partial(audit_read.audit_page, limit=limit, before=before, after=after, seen=seen)
        pool = self._pool if wanted == ALL_EVENTS else self._searching
        return await self._in(pool, partial(page, self._parts, caller, wanted))

    async def audit_follow(
        self,
        caller: Caller,
        after: int,
        wanted: AuditFilter = ALL_EVENTS,
        seen: AuditHead | None = None,
    ) -> AsyncIterator[tuple[AuditEvent, ...]]:
        subscription = self._watch.subscribe()
        try:
            while True:
                page = await self.audit_page(
                    caller, wanted, limit=_FOLLOWED, after=after, seen=seen
                )
                seen = page.newest
                if page.events:
                    yield tuple(reversed(page.events))
                after = page.events[0].seq if page.more else max(after, page.head)
                if not page.more:
                    await subscription.wait(_RECHECK)
        finally:
            subscription.end()

    async def audit_verify(
        self, caller: Caller, progress: Callable[[int, int], None] | None = None
    ) -> Verification:
        call = partial(verify.audit_verify, self._parts, caller, progress)
        return await self._in(self._verifying, call)

    async def audit_reader(self, caller: Caller) -> AuditReader:
        return await self._run(exports.audit_reader, caller)

    async def record_export(self, caller: Caller, wanted: AuditFilter, count: int) -> None:
        await self._run(exports.record_export, caller, wanted, count)

    async def acknowledge_rewind(self, caller: Caller, seen: AuditHead, reason: str) -> None:
        await self._run(rewinds.acknowledge_rewind, caller, seen, reason)

    async def tokens(self, caller: Caller) -> tuple[ScriptToken, ...]:
        return await self._run(tokens.tokens, caller)

    async def create_token(self, caller: Caller, days: int) -> IssuedToken:
        return await self._run(tokens.create_token, caller, days)

    async def revoke_token(self, caller: Caller, token_id: str) -> None:
        await self._run(tokens.revoke_token, caller, token_id)

    def on_line(self, listener: LineListener) -> None:
        """The database is on this machine: there is no line to tell of."""

    async def doctor(self, caller: Caller) -> tuple[Finding, ...]:
        return await self._run(doctor.doctor)

    async def upgrade(self) -> str:
        return await self._run(doctor.upgrade)

    async def close(self) -> None:
        self._closed = True
        loop = asyncio.get_running_loop()
        self._parts.rest.end()
        await loop.run_in_executor(None, self._gate.close)
        await self._refusals.close()
        pools = (self._pool, self._hashing, self._searching, self._verifying)
        for pool in (*pools, self._idp, self._probing):
            await loop.run_in_executor(None, pool.shutdown)
        # Followers ask once more, and get the error.
        self._watch.wake()
        self._parts.database.close()

    async def known_sources(self) -> tuple[str, ...]:
        """The addresses that somebody signed in from in the last 400 days, the latest at the end.

        As the throttle counts them. For a server, which takes up their connections first.
        """
        return await self._run(standing.known_addresses)

    def _demand_open(self) -> None:
        if self._closed:
            raise UnreachableError(refusal(Code.UNREACHABLE, "The database is closed"))

    async def _run(self, work: Callable[..., _T], *args: object, **named: object) -> _T:
        return await self._in(self._pool, partial(work, self._parts, *args, **named))

    async def _at_idp(self, work: Callable[..., _T], *args: object) -> _T:
        return await self._in(self._idp, partial(work, self._parts, *args))

    async def _hash(self, work: Callable[..., _T], *args: object) -> _T:
        return await self._in(self._hashing, partial(work, self._parts, *args))

    async def _judge(self, caller: Caller, email: str, method: str, work: Callable[[], _T]) -> _T:
        self._demand_open()
        return await self._gate.judge(Try(caller.source, attempted_email(email), method), work)

    async def _in(self, pool: ThreadPoolExecutor, call: Callable[[], _T]) -> _T:
        self._demand_open()
        return await asyncio.get_running_loop().run_in_executor(pool, call)
