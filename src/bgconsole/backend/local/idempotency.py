"""A change that is asked for again with the same key was done already: only its answer is wanted.

Stored with the effect are a hash of the key and a fingerprint of what was asked; no answer and no
secret. The answer is made again from what is stored now, and one-time codes are derived again.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, or_, select

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.local.schema import idempotency
from bgconsole.backend.local.transaction import Transaction
from bgconsole.policy.clock import is_from_future, latest_stamp
from bgconsole.policy.refusals import Code, refusal

KEPT_HOURS = 24
"""Seconds for which a key names its change; later it may be used for another one."""

_SWEPT = 200
"""Expired keys that one change clears away, so that no change pays for many before it."""


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A change as it was asked for, with the key that names it in its scope."""

    key: str = field(repr=False)
    key_hash: str
    operation: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A key's hold on a change: on the one being made, or (`repeated`) on one made `at` before."""

    request: KeyedRequest
    salt: str = field(repr=False)
    at: datetime
    repeated: bool

    def secret(self, purpose: str, subject: str) -> bytes:
        """32 bytes, the same at every repeat, that nobody can tell without the key.

        The salt is stored beside the key's hash, so these are as strong as the key: our clients
        make it of 128 random bits. A guessable key gives up what hides the code.
        """
        text = json.dumps([self.request.key, purpose, subject])
        return hmac.digest(bytes.fromhex(self.salt), text.encode(), hashlib.sha256)


def request(key: str, scope: str, operation: str, *arguments: object) -> KeyedRequest:
    """The change that `key` names: one operation with these arguments; each scope has its own keys.

    The fingerprint is keyed, so that who reads the database cannot try arguments against it. A
    password among them needs more than that, since a caller may choose a bad key: see `sealed`.
    """
    named = hashlib.sha256(json.dumps([scope, key]).encode()).hexdigest()
    asked = json.dumps([operation, arguments], default=_plain).encode()
    fingerprint = hmac.digest(json.dumps(key).encode(), asked, hashlib.sha256).hex()
    return KeyedRequest(key, named, operation, fingerprint)


def sealed(password: str, secret: str) -> str:
    """A password as an argument: keyed by a random secret of which only the hash is stored."""
    by, given = (text.encode("utf-8", "surrogatepass") for text in (secret, password))
    return hmac.digest(by, given, hashlib.sha256).hex()


def find(connection: Connection, asked: KeyedRequest, now: datetime) -> Claim | None:
    """The claim of the change that was made with this key, or None.

    Raises RefusedError `key_reused` when that was another change.
    """
    row = connection.execute(_FIND, {"mine": asked.key_hash}).one_or_none()
    if row is None or row.at <= _expired(now) or is_from_future(row.at, now):
        return None
    if (row.operation, row.fingerprint) != (asked.operation, asked.fingerprint):
        raise RefusedError(refusal(Code.KEY_REUSED))
    return Claim(asked, row.salt, row.at, repeated=True)


def claim(tx: Transaction, asked: KeyedRequest) -> Claim:
    """The claim of a change about to be made, or made before: `tx` then refuses to make it again.

    Of two with one key at a time the second waits here, since write transactions are alone.
    Raises RefusedError `key_reused`.
    """
    found = find(tx.connection, asked, tx.now)
    if found is not None:
        tx.close_to_changes()
        return found
    return Claim(asked, secrets.token_hex(32), tx.now, repeated=False)


def keep(tx: Transaction, made: Claim) -> None:
    """Store the claim of a change together with its effect, and clear some expired ones away."""
    if made.repeated:
        return
    asked = made.request
    kept = {"expired": _expired(tx.now), "ahead": latest_stamp(tx.now)}
    tx.note(_SWEEP, [{"mine": asked.key_hash, **kept}])
    row = {
        "key_hash": asked.key_hash,
        "operation": asked.operation,
        "fingerprint": asked.fingerprint,
        "salt": made.salt,
        "at": made.at,
    }
    tx.note(_KEEP, [row])


def _expired(now: datetime) -> datetime:
    return now - timedelta(hours=KEPT_HOURS)


def _plain(value: object) -> Mapping[str, object]:
    """A value of the protocol as JSON takes it: a frozen dataclass by its fields."""
    if not is_dataclass(value):
        raise TypeError(type(value))
    return {one.name: getattr(value, one.name) for one in fields(value)}


_MINE = idempotency.c.key_hash == bindparam("mine")
_FIND = select(idempotency).where(_MINE)
_KEEP = insert(idempotency)
_OLDEST = (
    select(idempotency.c.key_hash)
    .where(or_(idempotency.c.at <= bindparam("expired"), idempotency.c.at > bindparam("ahead")))
    .order_by(idempotency.c.at)
    .limit(_SWEPT)
)
_SWEEP = delete(idempotency).where(or_(_MINE, idempotency.c.key_hash.in_(_OLDEST)))
