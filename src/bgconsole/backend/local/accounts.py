"""The team as stored, read into the values that the rules judge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Row, Select, func, select

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.identity import IdpStatus
from bgconsole.backend.local.schema import (
    account,
    account_throttle,
    entry,
    membership,
    provider,
    sso_identity,
    team,
)
from bgconsole.backend.values import Entry, ProviderDetail, SsoSettings
from bgconsole.policy.email import InvalidEmailError, comparable, is_public, written_email
from bgconsole.policy.idp_health import fresh_state
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.refusals import Code, RequestField, refusal
from bgconsole.policy.sso import is_set_up
from bgconsole.policy.team import IdpState, Person, Provider, Role, Team
from bgconsole.policy.throttle import pause_stands

MAX_NAME = 200
"""Characters of a name that people give to a team, a provider or a person."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account with what only the backend knows of it."""

    id: int
    person: Person
    password_hash: str | None
    code_hash: str | None
    code_expires_at: datetime | None
    last_sign_in: datetime | None
    password_strong: bool | None
    """Good enough for a break-glass list; None while nobody has looked."""
    email_key: str | None
    """The form in which the email is compared; None where another account has the same."""

    paused_at: datetime | None = None

    def at(self, now: datetime) -> "Account":
        """The account at `now`: paused or not."""
        if not pause_stands(self.paused_at, now):
            return self
        return replace(self, person=replace(self.person, paused=True))


@dataclass(frozen=True, slots=True)
class StoredProvider:
    """A provider's row with its list, in the order of adding."""

    id: int
    detail: ProviderDetail
    account_ids: Mapping[str, int]
    places: Mapping[str, int]

    @property
    def rules(self) -> Provider:
        """As the rules see it."""
        return self.detail.with_settings(self.detail.settings)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every provider, and those people whom a question is about, by email as stored."""

    providers: tuple[StoredProvider, ...]
    people: Mapping[str, Account]

    def account(self, email: str) -> Account | None:
        """Whose email this is, in any spelling, of those whom the question is about."""
        return self.people.get(email) or _by_key(self.people.values()).get(comparable(email))

    def spelled(self, email: str) -> str:
        """The email as stored; that of nobody in the form in which it is compared."""
        found = self.account(email)
        return comparable(email) if found is None else found.person.email

    @property
    def team(self) -> Team:
        """As the rules see it."""
        return Team.of(
            (found.person for found in self.people.values()), (p.rules for p in self.providers)
        )

    def provider(self, slug: str) -> StoredProvider:
        """The provider called `slug`. Raises RefusedError `unknown_provider`."""
        found = next((p for p in self.providers if p.detail.slug == slug), None)
        if found is None:
            raise RefusedError(refusal(Code.UNKNOWN_PROVIDER))
        return found


def demand_email(text: str) -> str:
    """The email as it is stored. Raises RefusedError `invalid_email`."""
    try:
        return written_email(text)
    except InvalidEmailError as error:
        raise RefusedError(refusal(Code.INVALID_EMAIL)) from error


def on_record(email: str | None, found: Account | None) -> str | None:
    """The email as the log may name somebody who is not signed in; `found` is its account.

    The log cannot be erased, and people type passwords where an email belongs. So without an
    account an email is named only where mail could reach it.
    """
    if found is not None:
        return found.person.email
    return email if email is not None and is_public(email) else None


def demand_text(what: str, field: RequestField, text: str, limit: int = MAX_NAME) -> str:
    """A text that may be stored, trimmed. Raises RefusedError `invalid_value`."""
    kept = text.strip()
    if len(kept) > limit:
        message, remedy = f"{what} is longer than {limit} characters", "Shorten it"
        raise RefusedError(refusal(Code.INVALID_VALUE, message, remedy, field))
    if "\0" in kept or any("\ud800" <= char <= "\udfff" for char in kept):
        message, remedy = f"{what} contains a character that cannot be stored", "Leave it out"
        raise RefusedError(refusal(Code.INVALID_VALUE, message, remedy, field))
    return kept


def demand_name(what: str, field: RequestField, text: str) -> str:
    """As `demand_text`, and not empty."""
    kept = demand_text(what, field, text)
    if not kept:
        raise RefusedError(refusal(Code.INVALID_VALUE, f"{what} is empty", "Give one", field))
    return kept


def team_name(connection: Connection) -> str | None:
    """The team's name, or None before there is one."""
    return connection.execute(select(team.c.name)).scalar_one_or_none()


def accounts_by_email(connection: Connection, emails: Iterable[str]) -> dict[str, Account]:
    """Those of `emails` that have an account, by the spelling given.

    An account whose email is spelt just so goes before one that is compared alike.
    """
    found: dict[str, Account] = {}
    wanted = sorted(set(emails))
    for start in range(0, len(wanted), _CHUNK):
        part = {email: comparable(email) for email in wanted[start : start + _CHUNK]}
        mine = account.c.email_key.in_(part.values()) | account.c.email.in_(part)
        rows = connection.execute(_ACCOUNTS.where(mine)).all()
        linked = _linked(connection, (row.id for row in rows))
        people = [_account(row, linked) for row in rows]
        spelt, keyed = {one.person.email: one for one in people}, _by_key(people)
        for email, key in part.items():
            one = spelt.get(email) or keyed.get(key)
            if one is not None:
                found[email] = one
    return found


def _every_account(connection: Connection) -> tuple[Account, ...]:
    """In the order of the members' list."""
    linked, rows = _linked(connection), _ACCOUNTS.order_by(_COUNTED_BY, account.c.email)
    return tuple(_account(row, linked) for row in connection.execute(rows))


def _by_key(people: Iterable[Account]) -> dict[str, Account]:
    return {one.email_key: one for one in people if one.email_key is not None}


def account_of(connection: Connection, email: str) -> Account | None:
    """The account of an email in any spelling, or None."""
    return accounts_by_email(connection, (email,)).get(email)


def member_of(connection: Connection, email: str) -> Account:
    """The account of a member. Raises RefusedError `invalid_email`, `unknown_member`."""
    found = account_of(connection, demand_email(email))
    if found is None or found.person.role is None:
        raise RefusedError(refusal(Code.UNKNOWN_MEMBER))
    return found


def is_listed(connection: Connection, email: str) -> bool:
    """Whether the account of an email is on a break-glass list, enforced or not."""
    found = account_of(connection, email)
    if found is None:
        return False
    mine = select(entry.c.account_id).where(entry.c.account_id == found.id).limit(1)
    return connection.execute(mine).first() is not None


def owners(connection: Connection) -> tuple[str, ...]:
    """The emails of the team's owners."""
    query = select(account.c.email).join(membership, membership.c.account_id == account.c.id)
    found = connection.execute(query.where(membership.c.role == Role.OWNER.value))
    return tuple(found.scalars())


def snapshot(
    connection: Connection,
    now: datetime,
    also: Iterable[str] = (),
    *,
    me: str | None = None,
    everybody: bool = False,
) -> Snapshot:
    """Every provider with its list, and the people listed or named in `also` (in any spelling), or
    `everybody` who has an account.

    What was measured of an IdP counts as long as it is fresh at `now`.
    """
    rows = connection.execute(_PROVIDERS).all()
    lists: dict[int, list[Row[tuple[object, ...]]]] = {row.id: [] for row in rows}
    for listed in connection.execute(_ENTRIES):
        lists[listed.provider_id].append(listed)
    if everybody:
        found = _every_account(connection)
    else:
        names = {listed.email for rows_of_one in lists.values() for listed in rows_of_one}
        found = tuple(accounts_by_email(connection, names | set(also)).values())
    people = {one.person.email: one.at(now) for one in found}
    return Snapshot(tuple(_provider(row, lists[row.id], people, me, now) for row in rows), people)


def _provider(
    row: Row[tuple[object, ...]],
    listed: list[Row[tuple[object, ...]]],
    people: Mapping[str, Account],
    me: str | None,
    now: datetime,
) -> StoredProvider:
    detail = ProviderDetail(
        slug=row.slug,
        kind=ProviderKind(row.kind),
        name=row.name,
        position=row.position,
        issuer=row.issuer,
        enforced=row.enforced,
        version=row.version,
        entries=tuple(
            Entry(item.email, item.added_by, item.added_at, people[item.email].person.told_problem)
            for item in listed
        ),
        listed_me=any(item.email == me for item in listed),
        idp=idp_status(row, now),
        saved_by=row.saved_by,
        saved_at=row.saved_at,
        sso=SsoSettings(
            client_id=row.client_id,
            client_secret_file=row.client_secret_file,
            scopes=words(row.scopes),
            email_domains=words(row.email_domains),
            internal=words(row.internal),
            trust_file=row.trust_file,
        ),
        configured=is_set_up(row.issuer, row.client_id),
        proven_at=row.proven_at,
        proven_by=row.proven_by,
    )
    return StoredProvider(
        row.id,
        detail,
        {item.email: item.account_id for item in listed},
        {item.email: item.position for item in listed},
    )


def idp_status(row: Row[tuple[object, ...]], now: datetime) -> IdpStatus:
    """What is known at `now` of the IdP of a provider's row."""
    measured = IdpState(row.idp_state)
    return IdpStatus(
        fresh_state(measured, row.idp_checked_at, now),
        row.idp_since,
        row.idp_checked_at,
        row.idp_detail,
        measured,
    )


def words(stored: str | None) -> tuple[str, ...]:
    """A list as it is stored: separated by spaces."""
    return tuple((stored or "").split())


def _linked(
    connection: Connection, account_ids: Iterable[int] | None = None
) -> dict[int, frozenset[str]]:
    """By which providers each of these accounts has signed in; None: each account."""
    found: dict[int, set[str]] = {}
    query = select(sso_identity.c.account_id, provider.c.slug).join(
        provider, provider.c.id == sso_identity.c.provider_id
    )
    if account_ids is not None:
        query = query.where(sso_identity.c.account_id.in_(list(account_ids)))
    for row in connection.execute(query):
        found.setdefault(row.account_id, set()).add(row.slug)
    return {account_id: frozenset(slugs) for account_id, slugs in found.items()}


def _account(row: Row[tuple[object, ...]], linked: Mapping[int, frozenset[str]]) -> Account:
    role = None if row.role is None else Role(row.role)
    slugs = linked.get(row.id, frozenset())
    return Account(
        row.id,
        Person(row.email, row.name, role, row.password_hash is not None, slugs),
        row.password_hash,
        row.code_hash,
        row.code_expires_at,
        row.last_sign_in_at,
        row.password_strong,
        row.email_key,
        row.paused_at,
    )


_CHUNK = 500
_COUNTED_BY = func.coalesce(account.c.email_key, account.c.email)
_ACCOUNTS: Select[tuple[object, ...]] = (
    select(account, membership.c.role, account_throttle.c.paused_at)
    .outerjoin(membership, membership.c.account_id == account.c.id)
    .outerjoin(account_throttle, account_throttle.c.email == _COUNTED_BY)
)
_PROVIDERS = select(provider).order_by(provider.c.position, provider.c.id)
_ENTRIES = (
    select(entry, account.c.email)
    .join(account, account.c.id == entry.c.account_id)
    .order_by(entry.c.provider_id, entry.c.position)
)
