"""The query of the audit log's addresses: which events are wanted, and which page of them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Annotated, Final

import msgspec
from starlette.datastructures import QueryParams

from bgconsole.policy.audit import (
    MAX_FILTER_TEXT,
    AuditFilter,
    AuditHead,
    EventType,
)
from bgconsole.policy.moments import end_of_day
from bgconsole.server.operations import Parameter
from bgconsole.server.problems import RequestError

_MAX_SEQ: Final = (1 << 53) - 1
_MAX_LIMIT: Final = 2000

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": MAX_FILTER_TEXT}
_TYPES: Final = tuple(kind.value for kind in EventType)
_TYPE: Final = {"type": "string", "enum": list(_TYPES)}
_MOMENT: Final = {
    "anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]
}
_SEQ: Final = {"type": "integer", "minimum": 0, "maximum": _MAX_SEQ}
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_Aware = Annotated[datetime, msgspec.Meta(tz=True)]

FILTER: Final = (
    Parameter("type", _TYPE, "Events of this type, such as auth.login.success.", repeated=True),
    Parameter("actor", _TEXT, "Events by this person."),
    Parameter("provider", _TEXT, "Events about this provider."),
    Parameter("break_glass", {"type": "boolean"}, "Only break-glass logins and attempts."),
    Parameter("since", _MOMENT, "Events from this time on, or from this day on in UTC."),
    Parameter("until", _MOMENT, "Events before this time. A date includes all of that day in UTC."),
    Parameter("text", _TEXT, "Events with this text in actor, target, description or source."),
)
AFTER: Final = Parameter("after", _SEQ, "Only events with a higher `seq`.")
SEEN: Final = Parameter(
    "seen",
    {"type": "string", "pattern": f"^{AuditHead.FORM}$"},
    (
        "The newest record you saw, as `seq:hash`. Refused with `log_rewound` if the log no"
        " longer contains it."
    ),
)
PAGE: Final = (
    *FILTER,
    Parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": _MAX_LIMIT},
        ("The maximum number of events."),
    ),
    Parameter("before", _SEQ, "Only events with a lower `seq`."),
    AFTER,
    SEEN,
)


def wanted_events(query: QueryParams) -> AuditFilter:
    """The filter of a query. Raises RequestError 422."""
    return AuditFilter(
        types=_types(query.getlist("type")),
        actor=_optional(query, "actor"),
        provider=_optional(query, "provider"),
        break_glass=_flag(query),
        since=_moment(query, "since", _beginning),
        until=_moment(query, "until", end_of_day),
        text=_optional(query, "text"),
    )


def page_size(query: QueryParams) -> int:
    """How many events are wanted, 100 unless the query says. Raises RequestError 422."""
    return _number("limit", query["limit"], 1, _MAX_LIMIT) if "limit" in query else 100


def position(query: QueryParams, name: str) -> int | None:
    """The `seq` that the query gives by this name. Raises RequestError 422."""
    return seq_of(name, query[name]) if name in query else None


def seq_of(name: str, text: str) -> int:
    """The `seq` that `text` is. Raises RequestError 422."""
    return _number(name, text, 0, _MAX_SEQ)


def seen_record(query: QueryParams) -> AuditHead | None:
    """The record that the query says was seen. Raises RequestError 422."""
    if "seen" not in query:
        return None
    try:
        return AuditHead.parse(query["seen"])
    except ValueError as error:
        message = "seen must be a record's seq and hash, such as 42:9f86d0…"
        raise RequestError(422, message) from error


def _number(name: str, text: str, low: int, high: int) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= len(str(_MAX_SEQ)):
        number = int(text)
        if low <= number <= high:
            return number
    raise RequestError(422, f"{name} must be a whole number from {low} to {high}")


def _optional(query: QueryParams, name: str) -> str | None:
    return _text(name, query[name]) if name in query else None


def _types(values: list[str]) -> tuple[str, ...]:
    if len(values) > len(EventType):
        raise RequestError(422, f"type must be given at most {len(EventType)} times")
    for value in values:
        if value not in _TYPES:
            # What was sent is not told again: it may be anything.
            raise RequestError(
                422, "type is not an event type", "Use a type listed in /openapi.json"
            )
    return tuple(values)


def _text(name: str, value: str, limit: int = MAX_FILTER_TEXT) -> str:
    if not 1 <= len(value) <= limit:
        raise RequestError(422, f"{name} must have 1 to {limit} characters")
    return value


def _flag(query: QueryParams) -> bool:
    value = query.get("break_glass", "false")
    if value not in {"true", "false"}:
        raise RequestError(422, "break_glass must be true or false")
    return value == "true"


def _moment(query: QueryParams, name: str, of_day: Callable[[date], datetime]) -> datetime | None:
    if name not in query:
        return None
    try:
        if _DATE.fullmatch(query[name]):
            return of_day(date.fromisoformat(query[name]))
        return msgspec.convert(query[name], _Aware).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RequestError(
            422,
            f"{name} must be a date, or a time with its zone, such as 2026-01-31T09:00:00Z",
        ) from error


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
