"""Coming in by password: decided by the rules, throttled, and on record either way."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, update

from bgconsole.backend.errors import NotAllowedError, UnreachableError
from bgconsole.backend.identity import Caller, Purpose, SignedIn, Source
from bgconsole.backend.local import (
    access,
    accounts,
    failures,
    pauses,
    sessions,
    throttle,
    transaction,
)
from bgconsole.backend.local.accounts import Account, Snapshot
from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import account
from bgconsole.backend.local.sessions import Opening
from bgconsole.backend.local.transaction import Transaction
from bgconsole.backend.local.waits import NOBODY, TurnedAwayError
from bgconsole.backend.strength import is_strong
from bgconsole.policy.audit import (
    BREAK_GLASS_FAILURE,
    BREAK_GLASS_KEY,
    BREAK_GLASS_LOGIN,
    DRILL_BY_KEY,
    DRILL_KEY,
    IDP_STATE_KEY,
    LOGIN_FAILED,
    PASSWORD_LOGIN,
    REASON_KEY,
    EventType,
    Outcome,
)
from bgconsole.policy.email import InvalidEmailError, canonical_email
from bgconsole.policy.idp_words import idp_states
from bgconsole.policy.login import (
    Attempt,
    Decision,
    Method,
    PasswordCheck,
    Reason,
    decide,
    listing,
)
from bgconsole.policy.refused_login import refused_login


@dataclass(frozen=True, slots=True)
class _State:
    """What an attempt depends on: lists, account, and the waits for the email at the source."""

    snapshot: Snapshot
    account: Account | None
    standing: throttle.EmailAtSource

    @property
    def password_hash(self) -> str | None:
        return None if self.account is None else self.account.password_hash

    @property
    def email(self) -> str | None:
        """The account's email as stored."""
        return None if self.account is None else self.account.person.email


@dataclass(frozen=True, slots=True)
class _Tried:
    """Who comes, and what is known of the password; `drill_by` is whose drill it is, if it is.

    `email`, which is canonical, is None where what was typed is no email address: a password may
    stand in its place, so it is kept nowhere.
    """

    email: str | None
    typed: str = field(repr=False)
    check: PasswordCheck
    drill_by: str | None = None

    @property
    def key(self) -> str:
        """What the throttle counts it under; never an account's where it is no email."""
        return self.email or NOBODY

    @property
    def sought(self) -> str:
        """What an account is looked up by."""
        return NOBODY if self.email is None else self.typed

    @property
    def metadata(self) -> dict[str, object]:
        if self.drill_by is None:
            return {}
        return {DRILL_KEY: True, DRILL_BY_KEY: self.drill_by}


def sign_in(
    parts: Parts, caller: Caller, email: str, password: str, purpose: Purpose = Purpose.WORK
) -> SignedIn:
    """Judge an attempt and open a session. See `SessionOperations.sign_in`.

    Raises TurnedAwayError, which records no event, while a wait applies.
    """
    tried = _Tried(
        attempted_email(email),
        email.strip(),
        PasswordCheck.WRONG,
        _drilling(parts, caller) if purpose is Purpose.DRILL else None,
    )
    delay_at_keyboard(parts, tried.key, caller.source)
    with parts.database.read() as connection:
        before = _state(parts, connection, caller.source, tried)
    if before.standing.refuses:
        raise TurnedAwayError(before.standing.waits)
    known = before.standing.known
    if parts.passwords.check(before.password_hash, password, known=known):
        tried = replace(tried, check=PasswordCheck.RIGHT)
    signed_in = _settle(parts, caller, tried, before)
    # Only now: a second hash before the answer would tell a right password from a wrong one.
    with suppress(UnreachableError):
        _renew(parts, before, password, known=known)
    return signed_in


def _drilling(parts: Parts, caller: Caller) -> str:
    """Who drills. Nobody outside may let their guesses look like drills."""
    with access.reading(parts, caller, Operation.DRILL) as view:
        return view.actor.email


def attempted_email(text: str) -> str | None:
    """The canonical email, or None: what was typed instead of one is not kept."""
    try:
        return canonical_email(text)
    except InvalidEmailError:
        return None


def delay_at_keyboard(parts: Parts, key: str, source: Source) -> None:
    """After some failures a try at the local keyboard waits for its turn; it is never refused."""
    if not source.local:
        return
    with parts.database.read() as connection:
        if not throttle.is_delayed(connection, key, source, parts.clock()):
            return
    with transaction.begin(parts.database, parts.clock()) as tx:
        delay = throttle.delay_local(tx, key, source)
        tx.commit()
    if delay:
        parts.rest(delay)


def login_metadata(decision: Decision, snapshot: Snapshot) -> Mapping[str, object]:
    """What the audit log keeps of a login beside its fields."""
    kept: dict[str, object] = {
        "method": Method.PASSWORD.value,
        BREAK_GLASS_KEY: decision.is_break_glass,
        IDP_STATE_KEY: idp_states(snapshot.team.providers),
    }
    if decision.reason is not None:
        kept[REASON_KEY] = decision.reason.value
    if decision.via:
        kept["via"] = list(decision.via)
    return kept


def _state(parts: Parts, connection: Connection, source: Source, tried: _Tried) -> _State:
    """Everything about an attempt; the same queries for every email, known or not."""
    if accounts.team_name(connection) is None:
        raise failures.no_team(parts.database.place)
    snapshot = accounts.snapshot(connection, parts.clock(), (tried.sought,))
    found = snapshot.account(tried.sought)
    account_id = None if found is None else found.id
    standing = throttle.standing(connection, tried.key, account_id, source, parts.clock())
    return _State(snapshot, found, standing)


def _settle(parts: Parts, caller: Caller, tried: _Tried, before: _State) -> SignedIn:
    """Decide on the current state, and write session or failure with its event."""
    check = tried.check
    with transaction.begin(parts.database, parts.clock()) as tx:
        state = _state(parts, tx.connection, caller.source, tried)
        standing = state.standing
        if standing.refuses:
            raise TurnedAwayError(standing.waits)
        if state.password_hash != before.password_hash:
            check = PasswordCheck.WRONG
        decision = decide(
            Attempt(
                email=state.email or tried.key,
                person=None if state.account is None else state.account.person,
                providers=state.snapshot.team.providers,
                password=check,
            )
        )
        _record(tx, caller.source, tried, state, decision)
        if decision.allowed and state.account is not None:
            signed_in = _admit(tx, caller.source, state.account, decision)
            if tried.drill_by is not None:
                _close(tx, caller.source, signed_in)
            tx.commit()
            return signed_in
        pauses.fail(tx, tried.key, caller.source)
        tx.commit()
    if standing.waits.shared:
        # Checked because the source is known: a stranger would have got this error.
        raise standing.waits.error()
    raise NotAllowedError(refused_login(state.snapshot.team.providers))


def _admit(tx: Transaction, source: Source, who: Account, decision: Decision) -> SignedIn:
    role = who.person.role
    assert role is not None  # noqa: S101 (decide admits members only)
    pauses.succeed(tx, who.person.email, who.id, source)
    mine = update(account).where(account.c.id == who.id)
    tx.change(mine.values(last_sign_in_at=tx.now))
    opening = Opening(who.id, is_break_glass=decision.is_break_glass)
    token, expires_at = sessions.open_session(tx, source, opening)
    return SignedIn(token, who.person.email, role, expires_at, decision.is_break_glass)


def _close(tx: Transaction, source: Source, drilled: SignedIn) -> None:
    """End the session of a drill, which is never used."""
    found = sessions.find(tx.connection, drilled.token, tx.now)
    if found is not None:
        sessions.end(tx, found)
        closed = EventDraft(EventType.LOGOUT, "Drill ended", drilled.email, source.label)
        tx.record(replace(closed, metadata={DRILL_KEY: True}))


def _renew(parts: Parts, before: _State, password: str, *, known: bool) -> None:
    """Store the right password at today's cost if the stored hash has another, and how good it is
    if nobody has looked.
    """
    encoded, found = before.password_hash, before.account
    if encoded is None or found is None:
        return
    changed: dict[str, object] = {}
    if parts.passwords.needs_rehash(encoded):
        changed["password_hash"] = parts.passwords.hash(password, known=known)
    if found.password_strong is None:
        words = [found.person.email, found.person.name]
        changed["password_strong"] = is_strong(password, words)
    if not changed:
        return
    with transaction.begin(parts.database, parts.clock()) as tx:
        # The same password: nothing that the audit log would tell of.
        same = update(account).where(account.c.password_hash == encoded)
        tx.note(same.values(**changed))
        tx.commit()


def _record(
    tx: Transaction, source: Source, tried: _Tried, state: _State, decision: Decision
) -> None:
    metadata = {**login_metadata(decision, state.snapshot), **tried.metadata}
    actor = accounts.on_record(tried.email, state.account)
    if actor is None:
        metadata[REASON_KEY] = Reason.INVALID_EMAIL.value
    broke_glass = decision.is_break_glass
    if decision.allowed:
        description = BREAK_GLASS_LOGIN if broke_glass else PASSWORD_LOGIN
    else:
        description = BREAK_GLASS_FAILURE if broke_glass else LOGIN_FAILED
    listed = listing(actor or NOBODY, state.snapshot.team.providers)
    tx.record(
        EventDraft(
            EventType.LOGIN_SUCCESS if decision.allowed else EventType.LOGIN_FAILURE,
            description,
            actor=actor,
            source=source.label,
            outcome=Outcome.SUCCESS if decision.allowed else Outcome.FAILURE,
            provider=listed[0] if listed else None,
            metadata=metadata,
        )
    )
