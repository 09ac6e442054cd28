"""Proving it, going out, and passwords as their own people set them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, update

from bgconsole.backend.errors import NotAllowedError, RefusedError, ThrottledError
from bgconsole.backend.identity import SCRIPT_PREFIX, Caller, Source
from bgconsole.backend.local import (
    access,
    accounts,
    failures,
    idempotency,
    pauses,
    script_tokens,
    sessions,
    throttle,
    transaction,
)
from bgconsole.backend.local.access import Change
from bgconsole.backend.local.accounts import Account
from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.idempotency import KeyedRequest
from bgconsole.backend.local.lists import end_sessions
from bgconsole.backend.local.login import attempted_email, delay_at_keyboard
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.passwords import demand_length, demand_strength
from bgconsole.backend.local.schema import account
from bgconsole.backend.local.tokens import code_hash
from bgconsole.backend.local.transaction import Transaction
from bgconsole.backend.local.waits import NOBODY, TurnedAwayError
from bgconsole.backend.strength import guessable, is_strong
from bgconsole.policy.audit import LOGIN_FAILED, REASON_KEY, EventType, Outcome
from bgconsole.policy.clock import has_ended
from bgconsole.policy.login import Method, Reason
from bgconsole.policy.refusals import Code, RequestField, refusal
from bgconsole.policy.sessions import CODE_LIFETIME

CODE_METHOD = "code"
"""What the audit log calls a try to redeem a one-time code."""


def sign_out(parts: Parts, caller: Caller) -> None:
    """End the session. See `SessionOperations.sign_out`."""
    if not caller.token:
        return
    if caller.token.startswith(SCRIPT_PREFIX):
        _demand_no_script(parts, caller.token)
        return
    with transaction.begin(parts.database, parts.clock()) as tx:
        found = sessions.find(tx.connection, caller.token, tx.now)
        if found is None:
            return
        sessions.end(tx, found)
        tx.record(EventDraft(EventType.LOGOUT, "User logged out", found.email, caller.source.label))
        tx.commit()


def _demand_no_script(parts: Parts, token: str) -> None:
    """Signing out ends no script's token. Raises NotAllowedError `forbidden` where it works yet."""
    with parts.database.read() as connection:
        token_id = script_tokens.working_id(connection, token, parts.clock())
    if token_id is not None:
        message = f"This is the script token {token_id}, which signing out does not end"
        remedy = f'Revoke it with "bgconsole token revoke {token_id}" as an owner or admin'
        raise NotAllowedError(refusal(Code.FORBIDDEN, message, remedy))


def reauthenticate(parts: Parts, caller: Caller, password: str) -> None:
    """Prove it is still the same person. See `SessionOperations.reauthenticate`."""
    proof = _try(parts, caller, Operation.REAUTHENTICATE, password)
    with access.changing(parts, caller, Operation.REAUTHENTICATE) as change:
        if _proven(change, proof):
            change.record(EventType.REAUTH_SUCCESS, "Proof of identity given")
            change.commit()
            return
        _refuse(change)
    raise _not_proven(RequestField.PASSWORD)


def change_password(parts: Parts, caller: Caller, current: str, password: str) -> None:
    """Change one's own password. See `SessionOperations.change_password`."""
    access.demand_writable(parts)
    demand_length(password)
    operation = Operation.CHANGE_PASSWORD
    asked = [idempotency.sealed(given, caller.token or "") for given in (current, password)]
    if access.done_before(parts, caller, operation, *asked):
        return
    # Before the current one is looked at: what is said of the new one tells nothing of it.
    with access.reading(parts, caller, operation) as view:
        words = _words(view.connection, view.actor.email)
        listed = accounts.is_listed(view.connection, view.actor.email)
    demand_strength(password, words, listed=listed)
    proof = _try(parts, caller, operation, current)
    # Right or wrong, so that the time tells nothing either.
    hashed = parts.passwords.hash(password, known=True)
    with access.changing(parts, caller, operation, *asked) as change:
        if change.repeated:
            return
        if _proven(change, proof):
            strong = is_strong(password, words)
            store_password(change.tx, change.actor.account_id, hashed, strong=strong)
            change.record(
                EventType.MEMBER_PASSWORD_SET,
                "Password changed",
                target=change.actor.email,
                metadata={"method": Method.PASSWORD.value},
            )
            _end_others(change)
            change.commit()
            return
        _refuse(change)
    raise _not_proven(RequestField.CURRENT)


def redeem(parts: Parts, caller: Caller, email: str, code: str, password: str) -> None:
    """Turn a code into a password. See `SessionOperations.redeem`.

    Raises TurnedAwayError, which records no event, while a wait applies.
    """
    access.demand_writable(parts)
    demand_length(password)
    who, given, source = attempted_email(email), code_hash(code), caller.source
    key, sought = who or NOBODY, NOBODY if who is None else email.strip()
    # Sealed by the code, which is random and of which only the hash was ever stored.
    asked = _request(caller, key, idempotency.sealed(password, code))
    delay_at_keyboard(parts, key, source)
    with parts.database.read() as connection:
        if accounts.team_name(connection) is None:
            raise failures.no_team(parts.database.place)
        if asked is not None and idempotency.find(connection, asked, parts.clock()) is not None:
            return
        found = accounts.account_of(connection, sought)
        standing = _code_standing(connection, key, found, source, parts.clock())
        right = _code_fits(found, given, parts)
        words = _words(connection, sought)
        listed = accounts.is_listed(connection, sought)
    weak, hashed = None, ""
    if right:
        weak = guessable(password, words, listed=listed)
        hashed = parts.passwords.hash(password, known=standing.known) if weak is None else ""
    with transaction.begin(parts.database, parts.clock()) as tx:
        claim = None if asked is None else idempotency.claim(tx, asked)
        if claim is not None and claim.repeated:
            return
        found = accounts.account_of(tx.connection, sought)
        standing = _code_standing(tx.connection, key, found, source, tx.now)
        if found is not None and right and _code_fits(found, given, parts):
            if weak is not None:
                raise RefusedError(weak)
            throttle.forget_source(tx, key, source)
            store_password(tx, found.id, hashed, strong=is_strong(password, words))
            tx.record(_redeemed(caller, found.person.email))
            if claim is not None:
                idempotency.keep(tx, claim)
            tx.commit()
            return
        _refuse_code(tx, caller, who, found)
    if standing.waits.source:
        # Checked because the source is known: a stranger would have got this error.
        raise ThrottledError(standing.waits.source)
    raise RefusedError(refusal(Code.CODE_INVALID))


def _code_standing(
    connection: Connection, key: str, found: Account | None, source: Source, now: datetime
) -> throttle.EmailAtSource:
    """The waits for an attempt with a code. Raises TurnedAwayError where it is not checked."""
    standing = throttle.standing(connection, key, None if found is None else found.id, source, now)
    if standing.refuses_codes:
        raise TurnedAwayError(standing.waits.of_a_code)
    return standing


def _request(caller: Caller, who: str, sealed: str) -> KeyedRequest | None:
    """The change that the caller's key names: nobody is signed in, so keys belong to the email."""
    if caller.key is None:
        return None
    return idempotency.request(caller.key, f"email {who}", "redeem", sealed)


def _redeemed(caller: Caller, who: str) -> EventDraft:
    return EventDraft(
        EventType.MEMBER_PASSWORD_SET,
        "Password set with a one-time code",
        actor=who,
        source=caller.source.label,
        target=who,
        metadata={"method": CODE_METHOD},
    )


def store_password(tx: Transaction, account_id: int, hashed: str, *, strong: bool) -> None:
    """Write a password's hash; a one-time code that was waiting is used up by it.

    `strong`: it is good enough for a break-glass list.
    """
    tx.change(
        update(account)
        .where(account.c.id == account_id)
        .values(
            password_hash=hashed,
            password_set_at=tx.now,
            password_strong=strong,
            code_hash=None,
            code_expires_at=None,
        )
    )


@dataclass(frozen=True, slots=True)
class _Proof:
    """Whether the password was right, and the hash that it was held against."""

    right: bool
    encoded: str | None


def _try(parts: Parts, caller: Caller, operation: Operation, password: str) -> _Proof:
    """Check the session owner's password. Raises TurnedAwayError while a wait applies."""
    with access.reading(parts, caller, operation) as view:
        email = view.actor.email
    delay_at_keyboard(parts, email, caller.source)
    with access.reading(parts, caller, operation) as view:
        found = accounts.account_of(view.connection, email)
        known = _demand_no_wait(view.connection, view.actor, caller, view.now)
    encoded = None if found is None else found.password_hash
    return _Proof(parts.passwords.check(encoded, password, known=known), encoded)


def _demand_no_wait(
    connection: Connection, actor: access.Actor, caller: Caller, now: datetime
) -> bool:
    """Whether the source is a known one. Raises TurnedAwayError while a wait applies."""
    standing = throttle.standing(connection, actor.email, actor.account_id, caller.source, now)
    if standing.of_a_proof.any:
        raise TurnedAwayError(standing.of_a_proof, actor.email)
    return standing.known


def _proven(change: Change, proof: _Proof) -> bool:
    """Whether the proof still holds now; if so the session is proven, and failures forgotten.

    Raises TurnedAwayError if a wait applies now: a right guess among many at once does not count.
    """
    actor = change.actor
    found = accounts.account_of(change.connection, actor.email)
    _demand_no_wait(change.connection, actor, change.caller, change.tx.now)
    unchanged = found is not None and found.password_hash == proof.encoded
    if actor.session is None or not proof.right or not unchanged:
        return False
    sessions.prove(change.tx, actor.session)
    pauses.succeed(change.tx, actor.email, actor.account_id, change.caller.source)
    return True


def _refuse(change: Change) -> None:
    """Count and record a failed proof."""
    actor, source = change.actor, change.caller.source
    pauses.fail_proof(change.tx, actor.email, source)
    change.tx.record(
        EventDraft(
            EventType.REAUTH_FAILURE,
            "Proof of identity failed",
            actor=actor.email,
            source=source.label,
            outcome=Outcome.FAILURE,
            metadata={REASON_KEY: Reason.WRONG_PASSWORD.value},
        )
    )
    change.commit_refusal()


def _not_proven(field: RequestField) -> NotAllowedError:
    message, remedy = "This is not your password", "Check it, then try again"
    return NotAllowedError(refusal(Code.LOGIN_FAILED, message, remedy, field))


def _refuse_code(tx: Transaction, caller: Caller, who: str | None, found: Account | None) -> None:
    throttle.fail_at_source(tx, who or NOBODY, caller.source)
    actor = accounts.on_record(who, found)
    reason = Code.CODE_INVALID.value if actor is not None else Reason.INVALID_EMAIL.value
    tx.record(
        EventDraft(
            EventType.LOGIN_FAILURE,
            LOGIN_FAILED,
            actor=actor,
            source=caller.source.label,
            outcome=Outcome.FAILURE,
            metadata={"method": CODE_METHOD, REASON_KEY: reason},
        )
    )
    tx.commit()


def _code_fits(found: Account | None, given: str, parts: Parts) -> bool:
    if found is None or found.code_hash is None or found.code_expires_at is None:
        return False
    ended = has_ended(found.code_expires_at, parts.clock(), CODE_LIFETIME)
    return found.code_hash == given and not ended


def _end_others(change: Change) -> None:
    own = change.actor.session
    others = sessions.open_sessions(change.connection, change.tx.now, [change.actor.account_id])
    ended = [one for one in others if own is None or one.token_hash != own.token_hash]
    end_sessions(change, ended, "password_changed")


def _words(connection: Connection, email: str) -> list[str]:
    """What a guesser would try first for this person."""
    found = accounts.account_of(connection, email)
    name = "" if found is None else found.person.name
    return [email, name, accounts.team_name(connection) or ""]
