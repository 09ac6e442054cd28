"""The stage of the sample team: a real backend, a clock that is set, and people to act on it."""

import secrets
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, or_, select, update

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller, Source
from bgconsole.backend.local import audit, sessions, transaction
from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.engine import Database
from bgconsole.backend.local.idp_health import PROBER
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.passwords import Argon2Hasher, Passwords
from bgconsole.backend.local.schema import account, provider, sso_identity
from bgconsole.backend.local.sessions import Opening
from bgconsole.backend.values import MemberAddition, ProviderChange
from bgconsole.demo.everyday import INVENTED, SAMPLE_KEY, Recorded, linked, login
from bgconsole.demo.identity_provider.protocol import (
    CLIENT_ID,
    DEFAULT_PORT,
    TENANT,
    issuer_at,
    subject,
)
from bgconsole.demo.people import DOMAIN, EVERYBODY, OLGA, TEAM_NAME, Colleague
from bgconsole.policy.audit import EventType
from bgconsole.policy.login import Method
from bgconsole.policy.team import IdpState

CONSOLE = Source(bucket="local:1000", label="bastion-1 uid 1000", local=True)

REGISTERED = ProviderChange(
    issuer=issuer_at(DEFAULT_PORT), client_id=CLIENT_ID, email_domains=(DOMAIN,)
)
"""How the sample team is registered at the demo's own identity provider."""

_LOOKING = timedelta(seconds=38)
_LEAVING = timedelta(seconds=137)


class SampleStage:
    """Where changes are made; `now` is the moment of the current one and never goes back."""

    def __init__(self, path: Path, begins: datetime) -> None:
        self.now = begins
        # Cheap, for twenty people would take seconds otherwise; a first real login hashes again.
        cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
        self._parts = Parts(Database(path), lambda: self.now, Passwords(cheap), read_only=False)
        self.backend = LocalBackend(self._parts)
        self._codes: dict[str, str] = {}
        self._passwords = {OLGA.email: OLGA.password}
        self._last_login: dict[str, datetime] = {}
        self._last_sso: dict[str, datetime] = {}

    def turn_to(self, at: datetime) -> None:
        """Let time pass until `at`."""
        self.now = max(self.now, at)

    async def found(self) -> None:
        """Make the team with its first owner."""
        caller = Caller(CONSOLE)
        opened = await self.backend.initialise(caller, TEAM_NAME, OLGA.email, OLGA.password)
        await self.backend.sign_out(Caller(CONSOLE, opened.token))

    @asynccontextmanager
    async def signed_in(self, who: Colleague) -> AsyncGenerator[Caller]:
        """`who` with a session of their own: by SSO, or by password where nothing is enforced."""
        if not (await self.backend.welcome()).enforced:
            async with self.by_password(who) as caller:
                yield caller
            return
        with self._parts.database.write() as connection:
            self._note_sso(connection, who.email)
            connection.commit()
        with transaction.begin(self._parts.database, self.now) as tx:
            account_id, entra = _ids(tx.connection, who.email)
            opening = Opening(account_id, provider_id=entra)
            token, _ = sessions.open_session(tx, who.source, opening)
            tx.record(login(self.now, who).draft)
            tx.commit()
        async with self._at_work(Caller(who.source, token)) as caller:
            yield caller

    @asynccontextmanager
    async def by_password(self, who: Colleague) -> AsyncGenerator[Caller]:
        """`who` with a session opened by password: past enforcement, if on a list."""
        password = self._passwords[who.email]
        opened = await self.backend.sign_in(Caller(who.source), who.email, password)
        async with self._at_work(Caller(who.source, opened.token)) as caller:
            yield caller

    @asynccontextmanager
    async def _at_work(self, caller: Caller) -> AsyncGenerator[Caller]:
        """A session that takes some time and is then ended."""
        self.turn_to(self.now + _LOOKING)
        yield caller
        self.turn_to(self.now + _LEAVING)
        await self.backend.sign_out(caller)

    async def invite(self, by: Colleague, people: Iterable[Colleague]) -> None:
        """Add people to the team; their codes are kept for `redeem`."""
        async with self.signed_in(by) as caller:
            codes = await self.backend.add_members(
                caller, [MemberAddition(p.email, p.name, p.role, p.sso_only) for p in people]
            )
        self._codes.update({given.email: given.code for given in codes if given.code})

    async def redeem(self, who: Colleague) -> None:
        """Turn the code that `who` was given into a password."""
        password = who.password or secrets.token_urlsafe(24)
        code = self._codes.pop(who.email)
        self._passwords[who.email] = password
        await self.backend.redeem(Caller(who.source), who.email, code, password)

    async def fail(self, who: Colleague) -> None:
        """A login that is refused: a wrong password, or not on a list."""
        try:
            await self.backend.sign_in(Caller(who.source), who.email, "not my password at all")
        except NotAllowedError:
            return
        raise AssertionError(f"{who.email} was let in")

    def measured(self, slug: str, state: IdpState, detail: str) -> None:
        """The provider's IdP goes down or comes up."""
        down = state is IdpState.DOWN
        with transaction.begin(self._parts.database, self.now) as tx:
            tx.note(
                update(provider)
                .where(provider.c.slug == slug)
                .values(
                    idp_state=state.value,
                    idp_since=self.now,
                    idp_checked_at=self.now,
                    idp_detail=detail,
                    idp_step="discovery" if down else None,
                )
            )
            tx.record(
                EventDraft(
                    EventType.IDP_DOWN if down else EventType.IDP_UP,
                    f"Identity provider is {state.value}",
                    actor=PROBER,
                    source=PROBER,
                    provider=slug,
                    metadata={"after": state.value, "detail": detail, SAMPLE_KEY: INVENTED},
                )
            )
            tx.commit()

    def record(self, events: Iterable[Recorded]) -> None:
        """Put events of everyday on record, in one transaction."""
        with self._parts.database.write() as connection:
            for event in events:
                self.turn_to(event.at)
                actor = event.draft.actor
                if event.draft.type is EventType.LOGIN_SUCCESS and actor is not None:
                    self._last_login[actor] = self.now
                    if event.draft.metadata["method"] == Method.SSO.value:
                        self._note_sso(connection, actor)
                audit.append(connection, [event.draft], self.now)
            connection.commit()

    def _note_sso(self, connection: Connection, email: str) -> None:
        """Somebody signs in by SSO; at the first time their account is linked to an identity."""
        self._last_login[email] = self.now
        if email not in self._last_sso:
            who = next(one for one in EVERYBODY if one.email == email)
            account_id, entra = _ids(connection, email)
            connection.execute(
                insert(sso_identity).values(
                    provider_id=entra,
                    account_id=account_id,
                    issuer=REGISTERED.issuer,
                    subject=f"{TENANT}/{subject(who)}",
                    email=email,
                    linked_at=self.now,
                    last_used_at=self.now,
                )
            )
            audit.append(connection, [linked(self.now, who).draft], self.now)
        self._last_sso[email] = self.now

    def finish(self, checked: datetime) -> None:
        """Enter what the events of everyday imply; what was measured was measured at `checked`."""
        with transaction.begin(self._parts.database, self.now) as tx:
            tx.note(update(account).where(account.c.email == OLGA.email).values(name=OLGA.name))
            for email, at in self._last_login.items():
                earlier = or_(account.c.last_sign_in_at < at, account.c.last_sign_in_at.is_(None))
                theirs = update(account).where(account.c.email == email, earlier)
                tx.note(theirs.values(last_sign_in_at=at))
            for email, at in self._last_sso.items():
                account_id, _ = _ids(tx.connection, email)
                theirs = update(sso_identity).where(sso_identity.c.account_id == account_id)
                tx.note(theirs.values(last_used_at=at))
            by, at = max(self._last_sso.items(), key=lambda item: item[1])
            entra = provider.c.slug == "entra"
            tx.note(update(provider).where(entra).values(proven_at=at, proven_by=by))
            known = provider.c.idp_state != IdpState.UNKNOWN.value
            tx.note(update(provider).where(known).values(idp_checked_at=checked))
            tx.commit()


def _ids(connection: Connection, email: str) -> tuple[int, int]:
    """The ids of somebody's account and of Entra."""
    whose = select(account.c.id).where(account.c.email == email)
    entra = select(provider.c.id).where(provider.c.slug == "entra")
    return connection.execute(whose).scalar_one(), connection.execute(entra).scalar_one()
