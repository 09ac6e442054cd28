r"""The hash chain of the audit log: RFC 8785 JSON, a domain tag, and the hash before.

hash = SHA-256("bgconsole.audit.v1\0" + 32 bytes of the previous hash + canonical JSON of all
fields but the two hashes). The first event follows 32 zero bytes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from bgconsole.policy.audit import AuditEvent

DOMAIN = b"bgconsole.audit.v1\0"
GENESIS = "0" * 64


class NotCanonicalError(ValueError):
    """A value has no place in canonical JSON here: a float, a lone surrogate, a huge integer."""


MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that every reader of JSON reads exactly."""


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds and Z, as stored and hashed."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_timestamp(text: str) -> datetime:
    """The moment that `timestamp` wrote. Raises ValueError for anything else."""
    at = datetime.fromisoformat(text)
    if timestamp(at) != text:
        raise ValueError(f"not a timestamp of the audit log: {text!r}")
    return at


def canonical_json(value: object) -> bytes:
    """RFC 8785 for objects, lists, strings, booleans, null and safe integers.

    Raises NotCanonicalError for anything else; floats are left out since no event needs them and
    their text form is where implementations differ.
    """
    text = json.dumps(_canonical(value), ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError(str(error)) from error


def event_fields(event: AuditEvent) -> dict[str, object]:
    """The hashed fields of an event, by name."""
    return {
        "seq": event.seq,
        "id": event.id,
        "at": timestamp(event.at),
        "type": str(event.type),
        "outcome": str(event.outcome),
        "actor": event.actor,
        "target": event.target,
        "provider": event.provider,
        "description": event.description,
        "metadata": dict(event.metadata),
        "source": event.source,
    }


def chain_hash(prev_hash: str, fields: Mapping[str, object]) -> str:
    """The hash (64 hex digits) of an event with these fields after `prev_hash`."""
    return hashlib.sha256(DOMAIN + bytes.fromhex(prev_hash) + canonical_json(fields)).hexdigest()


def _canonical(value: object) -> object:
    """`value` with its keys in RFC 8785's order, or NotCanonicalError."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            raise NotCanonicalError(f"integer out of range: {value}")
        return value
    if isinstance(value, (list, tuple)):
        return [_canonical(item) for item in cast("Sequence[object]", value)]
    if isinstance(value, Mapping):
        return _canonical_object(cast("Mapping[object, object]", value))
    raise NotCanonicalError(f"no canonical form: {type(value).__name__}")


def _canonical_object(mapping: Mapping[object, object]) -> dict[str, object]:
    keys = [key for key in mapping if isinstance(key, str)]
    if len(keys) != len(mapping):
        raise NotCanonicalError("a key is not a string")
    # RFC 8785 sorts by UTF-16 code units, which differs from Python's order past U+FFFF.
    keys.sort(key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return {key: _canonical(mapping[key]) for key in keys}
