"""One-time codes and the tokens of scripts."""

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, select, update

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.identity import SCRIPT_PREFIX, Caller
from bgconsole.backend.local import access, sessions
from bgconsole.backend.local.audit import EventDraft, storable
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import account, api_token, membership
from bgconsole.backend.local.script_tokens import of_membership
from bgconsole.backend.local.transaction import Transaction
from bgconsole.backend.values import IssuedToken, ScriptToken
from bgconsole.policy.audit import EventType
from bgconsole.policy.refusals import Code, RequestField, refusal

MAX_DAYS = 400
"""The longest that a script's token may live."""

_REVOKED = "Token revoked"
_CODE_BYTES = 25
_GROUP = 5
_ID_BYTES = 6
# Base32 has no 0, 1 and 8; people who read a code aloud or copy it by hand mix these up.
_MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})


def code_of(randomness: bytes) -> str:
    """A one-time code of 150 of these random bits, in groups that can be read aloud."""
    text = base64.b32encode(randomness[:_CODE_BYTES]).decode()[: _GROUP * 6]
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def code_hash(code: str) -> str:
    """What is stored of a code; the same however it was typed: case, spaces and dashes."""
    letters = "".join(char for char in code[:200] if char.isalnum()).upper().translate(_MISREAD)
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()


def tokens(parts: Parts, caller: Caller) -> tuple[ScriptToken, ...]:
    """The scripts' tokens. See `AuditOperations.tokens`."""
    with access.reading(parts, caller, Operation.TOKENS) as view:
        query = (
            select(api_token, account.c.email, membership.c.since)
            .join(account, account.c.id == api_token.c.account_id)
            .outerjoin(membership, membership.c.account_id == api_token.c.account_id)
        )
        rows = view.connection.execute(
            query.order_by(api_token.c.created_at.desc(), api_token.c.id)
        ).all()
    return tuple(
        ScriptToken(
            id=row.id,
            created_by=row.email,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked=row.revoked_at is not None or not of_membership(row.created_at, row.since),
        )
        for row in rows
    )


def create_token(parts: Parts, caller: Caller, days: int) -> IssuedToken:
    """Make one. See `AuditOperations.create_token`."""
    with access.changing(parts, caller, Operation.CREATE_TOKEN, days) as change:
        if not 1 <= days <= MAX_DAYS:
            message = f"A token is valid for 1 to {MAX_DAYS} days"
            remedy = "Use a number of days in this range"
            raise RefusedError(refusal(Code.INVALID_VALUE, message, remedy, RequestField.DAYS))
        token = sessions.new_token(SCRIPT_PREFIX, change.secret("token"))
        token_id = change.secret("token id")[:_ID_BYTES].hex()
        issued = IssuedToken(token_id, token, change.at + timedelta(days=days))
        if change.repeated:
            return issued
        # A membership that began in the future would make the token one of an earlier membership.
        mine = membership.c.account_id == change.actor.account_id
        ahead = membership.c.since > change.tx.now
        change.tx.note(update(membership).where(mine, ahead).values(since=change.tx.now))
        change.tx.change(
            insert(api_token).values(
                id=issued.id,
                token_hash=sessions.token_hash(token),
                account_id=change.actor.account_id,
                created_at=change.tx.now,
                expires_at=issued.expires_at,
            )
        )
        change.record(
            EventType.TOKEN_CREATED,
            "Token for reading the audit log created",
            target=issued.id,
            metadata={"days": days},
        )
        change.commit()
        return issued


def revoke_all(tx: Transaction, by: EventDraft, account_id: int) -> None:
    """End the tokens that somebody made; an event for each, as `by` says it of the others."""
    theirs = (api_token.c.account_id == account_id) & api_token.c.revoked_at.is_(None)
    open_ones = select(api_token.c.id).where(theirs, api_token.c.expires_at > tx.now)
    ended = tx.connection.execute(open_ones.order_by(api_token.c.id)).scalars().all()
    if ended:
        tx.change(update(api_token).where(theirs).values(revoked_at=tx.now))
    for token_id in ended:
        tx.record(replace(by, type=EventType.TOKEN_REVOKED, description=_REVOKED, target=token_id))


def revoke_token(parts: Parts, caller: Caller, token_id: str) -> None:
    """End one. See `AuditOperations.revoke_token`."""
    with access.changing(parts, caller, Operation.REVOKE_TOKEN, token_id) as change:
        if change.repeated:
            return
        mine = api_token.c.id == storable(token_id)
        row = change.connection.execute(select(api_token).where(mine)).one_or_none()
        if row is None:
            raise RefusedError(refusal(Code.UNKNOWN_TOKEN))
        if row.revoked_at is None:
            change.tx.change(update(api_token).where(mine).values(revoked_at=change.tx.now))
            change.record(EventType.TOKEN_REVOKED, _REVOKED, target=token_id)
        change.commit()
