"""The remote backend: every call of the protocol is one request to the server. No logic."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar

from bgconsole.backend.errors import NotAllowedError, UnreachableError, read_only
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
from bgconsole.backend.protocol import NO_ANSWER
from bgconsole.backend.remote import doctor
from bgconsole.backend.remote.asking import Asking
from bgconsole.backend.remote.audit_query import MOST, filter_query, page_query, seen_query
from bgconsole.backend.remote.credentials import headers_of, key_of
from bgconsole.backend.remote.following import Following
from bgconsole.backend.remote.line import Line
from bgconsole.backend.remote.link import Link
from bgconsole.backend.remote.request import Kind, Pairs, Request, Wait, body_of, path_of
from bgconsole.backend.remote.settings import RemoteSettings
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
from bgconsole.backend.wire import (
    EmailBody,
    EntriesBody,
    ExportBody,
    ForecastBody,
    LoginBody,
    MemberBody,
    MemberChangeBody,
    MembersBody,
    OverrideBody,
    PasswordBody,
    PasswordChangeBody,
    ProviderBody,
    ProviderChangeBody,
    RedeemBody,
    RewindBody,
    SettingsBody,
    SimulationBody,
    SsoFinishBody,
    SsoStartBody,
    TokenBody,
    sent,
)
from bgconsole.backend.wire import Override as SentOverride
from bgconsole.policy.audit import ALL_EVENTS, AuditEvent, AuditFilter, AuditHead
from bgconsole.policy.guard import Override
from bgconsole.policy.login import Decision
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Role
from bgconsole.targets.server_url import ServerUrlError, host_of, normalised

T = TypeVar("T")


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class RemoteBackend:
    """The `Backend` behind a server. For one event loop; nothing is opened before a call.

    Every change carries a key, the caller's or one of its own, so that it is done once however
    often its answer is lost. Raises UnreachableError when `settings.url` is no URL to talk to.
    """

    def __init__(
        self, settings: RemoteSettings, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        try:
            self._url = normalised(settings.url)
        except ServerUrlError as error:
            raise UnreachableError(
                refusal(Code.UNREACHABLE, error.message, error.remedy)
            ) from error
        self._read_only = settings.read_only
        self._link = Link(settings, self._url)
        self._asking = Asking(self._link, Line(clock))

    @property
    def label(self) -> str:
        return f"server · {host_of(self._url)}"

    @property
    def target(self) -> str:
        return self._url

    async def welcome(self) -> Welcome:
        return await self._asking.value(Request(Kind.READ, "GET", "/welcome"), Welcome)

    async def initialise(self, caller: Caller, team: str, owner: str, password: str) -> SignedIn:
        raise _where_the_database_is("A team is set up", "bgconsole init")

    async def sign_in(
        self, caller: Caller, email: str, password: str, purpose: Purpose = Purpose.WORK
    ) -> SignedIn:
        body = LoginBody(email, password, purpose)
        return await self._asking.value(self._once(caller, path_of("login"), body), SignedIn)

    async def start_sso(self, caller: Caller, slug: str, request: SsoRequest) -> SsoStart:
        begin = self._once(caller, path_of("sso", slug, "start"), sent(request, SsoStartBody))
        return await self._asking.value(begin, SsoStart)

    async def finish_sso(
        self, caller: Caller, handle: str, answer: SsoAnswer = NO_ANSWER
    ) -> SignedIn | SsoWaiting | None:
        # The same handle again gives the same answer.
        body = SsoFinishBody(handle, answer.digits, answer.code, answer.denied, answer.issuer)
        request = self._question(caller, path_of("sso", "finish"), body)
        found = await self._asking.answer(request)
        if found.status == HTTPStatus.NO_CONTENT:
            return None
        if found.status == HTTPStatus.ACCEPTED:
            return self._asking.read(request, found, SsoWaiting)
        return self._asking.read(request, found, SignedIn)

    async def sso_callback(self, state: str, answer: SsoAnswer, *, look: bool = False) -> str:
        raise _where_the_database_is("A browser comes back", "bgconsole serve")

    async def sign_out(self, caller: Caller) -> None:
        # Twice is as good as once.
        await self._asking.done(self._question(caller, path_of("logout")))

    async def reauthenticate(self, caller: Caller, password: str) -> None:
        await self._asking.done(self._once(caller, path_of("reauth"), PasswordBody(password)))

    async def redeem(self, caller: Caller, email: str, code: str, password: str) -> None:
        body = RedeemBody(email, code, password)
        await self._asking.done(self._change(caller, "POST", path_of("redeem"), body))

    async def change_password(self, caller: Caller, current: str, password: str) -> None:
        body = PasswordChangeBody(current, password)
        await self._asking.done(self._change(caller, "PUT", path_of("me", "password"), body))

    async def me(self, caller: Caller) -> Me:
        return await self._read(caller, path_of("me"), Me)

    async def touch(self, caller: Caller) -> None:
        await self._asking.done(self._question(caller, path_of("me", "touch")))

    async def has_account(self, caller: Caller, email: str) -> bool:
        raise _where_the_database_is("A team is recovered", "bgconsole recover EMAIL")

    async def recover(self, caller: Caller, email: str, password: str) -> SignedIn:
        raise _where_the_database_is("A team is recovered", "bgconsole recover EMAIL")

    async def providers(self, caller: Caller) -> tuple[ProviderDetail, ...]:
        return await self._read(caller, path_of("providers"), tuple[ProviderDetail, ...])

    async def add_provider(self, caller: Caller, addition: ProviderAddition) -> ProviderDetail:
        body = sent(addition, ProviderBody)
        request = self._change(caller, "POST", path_of("providers"), body)
        return await self._asking.value(request, ProviderDetail)

    async def change_provider(
        self, caller: Caller, slug: str, change: ProviderChange
    ) -> ProviderDetail:
        body = sent(change, ProviderChangeBody)
        tag = "*" if change.version is None else f'"{change.version}"'
        request = self._change(caller, "PATCH", _provider(slug), body, (("If-Match", tag),))
        return await self._asking.value(request, ProviderDetail)

    async def remove_provider(
        self, caller: Caller, slug: str, override: Override | None = None
    ) -> Removal:
        request = self._change(caller, "DELETE", _provider(slug), _guarded(override))
        return await self._asking.value(request, Removal)

    async def save_settings(self, caller: Caller, slug: str, save: SettingsSave) -> ProviderDetail:
        settings, override = save.settings, _override(save.override)
        body = SettingsBody(settings.enforced, settings.emails, override)
        made_on = (("If-Match", f'"{save.version}"'),)
        request = self._change(caller, "PUT", _provider(slug, "settings"), body, made_on)
        return await self._asking.value(request, ProviderDetail)

    async def apply_delta(
        self, caller: Caller, slug: str, delta: Delta, override: Override | None = None
    ) -> ProviderDetail:
        body = EntriesBody(delta.add, delta.remove, delta.enforced, _override(override))
        request = self._change(caller, "POST", _provider(slug, "entries"), body)
        return await self._asking.value(request, ProviderDetail)

    async def check_entry(self, caller: Caller, slug: str, email: str) -> None:
        request = self._question(caller, _provider(slug, "check"), EmailBody(email))
        await self._asking.done(request)

    async def check_provider(self, caller: Caller, slug: str) -> ProviderCheck:
        request = self._question(caller, _provider(slug, "probe"))
        return await self._asking.value(replace(request, wait=Wait.STREAM), ProviderCheck)

    async def idps(self, caller: Caller) -> tuple[IdpReport, ...]:
        return await self._read(caller, path_of("idp"), tuple[IdpReport, ...])

    async def watch_idps(self) -> None:
        """The server probes."""

    async def simulate(self, caller: Caller, question: Simulation) -> Decision:
        body = SimulationBody(
            question.email,
            question.method,
            question.provider,
            dict(question.enforced),
            dict(question.idp),
        )
        return await self._asking.value(self._question(caller, path_of("simulate"), body), Decision)

    async def forecast(self, caller: Caller, proposed: ProposedChange) -> Forecast:
        delta = proposed.delta
        body = ForecastBody(proposed.act, proposed.target, delta.enforced, delta.add, delta.remove)
        return await self._asking.value(self._question(caller, path_of("forecast"), body), Forecast)

    async def members(self, caller: Caller) -> tuple[Member, ...]:
        return await self._read(caller, path_of("members"), tuple[Member, ...])

    async def add_members(
        self, caller: Caller, additions: Sequence[MemberAddition]
    ) -> tuple[OneTimeCode, ...]:
        bodies = tuple(sent(one, MemberBody) for one in additions)
        request = self._change(caller, "POST", path_of("members"), MembersBody(bodies))
        return await self._asking.value(request, tuple[OneTimeCode, ...])

    async def reset_member(
        self, caller: Caller, email: str, override: Override | None = None
    ) -> OneTimeCode:
        request = self._change(caller, "POST", _member(email, "reset"), _guarded(override))
        return await self._asking.value(request, OneTimeCode)

    async def set_role(self, caller: Caller, email: str, role: Role) -> Member:
        return await self._change_member(caller, email, MemberChangeBody(role=role))

    async def rename_member(self, caller: Caller, email: str, becomes: str) -> Member:
        return await self._change_member(caller, email, MemberChangeBody(email=becomes))

    async def set_name(self, caller: Caller, email: str, name: str) -> Member:
        return await self._change_member(caller, email, MemberChangeBody(name=name))

    async def unpause(self, caller: Caller, email: str) -> None:
        await self._asking.done(self._change(caller, "POST", _member(email, "unpause")))

    async def identities(self, caller: Caller, email: str) -> tuple[IdentityLink, ...]:
        return await self._read(caller, _member(email, "identities"), tuple[IdentityLink, ...])

    async def unlink(
        self, caller: Caller, email: str, slug: str, override: Override | None = None
    ) -> None:
        path = _member(email, "identities", slug)
        await self._asking.done(self._change(caller, "DELETE", path, _guarded(override)))

    async def remove_member(
        self, caller: Caller, email: str, override: Override | None = None
    ) -> Removal:
        request = self._change(caller, "DELETE", _member(email), _guarded(override))
        return await self._asking.value(request, Removal)

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
        query = page_query(wanted, limit, before, after) + seen_query(seen)
        return await self._read(caller, path_of("audit", query=query), AuditPage)

    async def audit_follow(
        self,
        caller: Caller,
        after: int,
        wanted: AuditFilter = ALL_EVENTS,
        seen: AuditHead | None = None,
    ) -> AsyncIterator[tuple[AuditEvent, ...]]:
        async def page_after(seq: int, held: AuditHead | None) -> AuditPage:
            return await self.audit_page(caller, wanted, limit=MOST, after=seq, seen=held)

        def stream(held: AuditHead | None) -> Request:
            path = path_of("audit", "stream", query=filter_query(wanted) + seen_query(held))
            return Request(Kind.READ, "GET", path, tuple(self._headers(caller)))

        following = Following(self._asking, stream, page_after, seen)
        async with aclosing(following.batches(after)) as batches:
            async for batch in batches:
                yield batch

    async def audit_verify(
        self, caller: Caller, progress: Callable[[int, int], None] | None = None
    ) -> Verification:
        # The server does not tell how far it is, only when it is done.
        if progress is not None:
            progress(0, (await self.audit_page(caller, limit=1)).head)
        path = path_of("audit", "verify")
        found = await self._read(caller, path, Verification, Wait.ENDLESS)
        if progress is not None:
            progress(found.checked, max(found.checked, found.head.seq))
        return found

    async def audit_reader(self, caller: Caller) -> AuditReader:
        return await self._read(caller, path_of("audit", "reader"), AuditReader)

    async def record_export(self, caller: Caller, wanted: AuditFilter, count: int) -> None:
        path = path_of("audit", "exports", query=filter_query(wanted))
        await self._asking.done(self._once(caller, path, ExportBody(count)))

    async def acknowledge_rewind(self, caller: Caller, seen: AuditHead, reason: str) -> None:
        path = path_of("audit", "rewinds")
        await self._asking.done(
            self._change(caller, "POST", path, RewindBody(seen.seq, seen.hash, reason))
        )

    async def tokens(self, caller: Caller) -> tuple[ScriptToken, ...]:
        return await self._read(caller, path_of("tokens"), tuple[ScriptToken, ...])

    async def create_token(self, caller: Caller, days: int) -> IssuedToken:
        request = self._change(caller, "POST", path_of("tokens"), TokenBody(days))
        return await self._asking.value(request, IssuedToken)

    async def revoke_token(self, caller: Caller, token_id: str) -> None:
        await self._asking.done(self._change(caller, "DELETE", path_of("tokens", token_id)))

    def on_line(self, listener: LineListener) -> None:
        self._asking.line.listen(listener)

    async def doctor(self, caller: Caller) -> tuple[Finding, ...]:
        signed_in = caller.token is not None
        headers = tuple(self._headers(caller))
        return await doctor.doctor(self._asking, headers, signed_in=signed_in)

    async def upgrade(self) -> str:
        raise _where_the_database_is("A schema is upgraded", "bgconsole upgrade")

    async def close(self) -> None:
        await self._link.close()

    def _demand_writable(self) -> None:
        if self._read_only:
            raise read_only()

    def _headers(self, caller: Caller) -> Pairs:
        return headers_of(caller)

    async def _read(self, caller: Caller, path: str, kind: type[T], wait: Wait = Wait.SHORT) -> T:
        request = Request(Kind.READ, "GET", path, tuple(self._headers(caller)), wait=wait)
        return await self._asking.value(request, kind)

    async def _change_member(self, caller: Caller, email: str, body: MemberChangeBody) -> Member:
        request = self._change(caller, "PATCH", _member(email), body)
        return await self._asking.value(request, Member)

    def _question(self, caller: Caller, path: str, body: object = None) -> Request:
        return _request(Kind.READ, "POST", path, self._headers(caller), body)

    def _once(self, caller: Caller, path: str, body: object) -> Request:
        return _request(Kind.ONCE, "POST", path, self._headers(caller), body)

    def _change(
        self, caller: Caller, method: str, path: str, body: object = None, more: Pairs = ()
    ) -> Request:
        self._demand_writable()
        headers = (*self._headers(caller), *key_of(caller), *more)
        return _request(Kind.CHANGE, method, path, headers, body)


def _request(kind: Kind, method: str, path: str, headers: Pairs, body: object) -> Request:
    if body is None:
        return Request(kind, method, path, tuple(headers))
    typed = (*headers, ("Content-Type", "application/json"))
    return Request(kind, method, path, typed, body_of(kind, body))


def _guarded(override: Override | None) -> OverrideBody:
    return OverrideBody(_override(override))


def _override(override: Override | None) -> SentOverride | None:
    return None if override is None else sent(override, SentOverride)


def _provider(slug: str, *steps: str) -> str:
    return path_of("providers", slug, *steps)


def _member(email: str, *steps: str) -> str:
    return path_of("members", email, *steps)


def _where_the_database_is(what: str, command: str) -> NotAllowedError:
    return NotAllowedError(
        refusal(
            Code.FORBIDDEN,
            f"{what} only on the database's machine, and this is a server",
            f'Run "{command}" there',
        )
    )
