"""JSON schemas of what is sent and answered: msgspec's, and what it leaves unsaid."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Final, cast, get_args, get_type_hints

import msgspec

_REF: Final = "#/components/schemas/{name}"
_SAFE: Final = (1 << 53) - 1
_LIMITS: Final[dict[str, dict[str, dict[str, int]]]] = {
    "TokenBody": {"days": {"minimum": 1, "maximum": 400}},
    "ExportBody": {"count": {"minimum": 0}},
    "AuditHead": {"seq": {"minimum": 0}},
    "RewindBody": {"seq": {"minimum": 0}},
}
"""What the backend refuses of single fields, as far as a schema can say it."""


def schemas(kinds: Sequence[Any]) -> tuple[dict[object, Any], dict[str, Any]]:
    """The schema of each kind, and by their names those that they refer to."""
    found, components = msgspec.json.schema_components(
        kinds, schema_hook=_anything, ref_template=_REF
    )
    for name, schema in components.items():
        _bound(schema)
        for field, limits in _LIMITS.get(name, {}).items():
            schema["properties"][field].update(limits)
    for kind, field in _times(kinds):
        said = components[kind.__name__]["properties"][field]
        for one in said.get("anyOf", [said]):
            if one["type"] == "string":
                one["format"] = "date-time"
    return dict(zip(kinds, found, strict=True)), components


def _anything(kind: type) -> dict[str, Any]:
    """The metadata of an event may hold any JSON."""
    return {"description": "Any JSON"}


def _bound(schema: Any) -> None:
    """Whole numbers are those that every reader of JSON reads exactly."""
    if isinstance(schema, list):
        for one in cast("list[Any]", schema):
            _bound(one)
    elif isinstance(schema, dict):
        named = cast("dict[str, Any]", schema)
        if named.get("type") == "integer":
            named.update(minimum=-_SAFE, maximum=_SAFE)
        for one in named.values():
            _bound(one)


def _times(kinds: Sequence[Any]) -> Iterator[tuple[type, str]]:
    """Every class that one of these is, or holds, with its fields that are times.

    msgspec calls only those times whose class says that they have a zone; here all have.
    """
    open_kinds, seen = [*kinds], set[object]()
    while open_kinds:
        kind = open_kinds.pop()
        open_kinds += get_args(kind)
        if kind in seen or not (isinstance(kind, type) and is_dataclass(kind)):
            continue
        seen.add(kind)
        hints = get_type_hints(kind)
        for field in fields(kind):
            hint = hints[field.name]
            open_kinds.append(hint)
            if datetime in (hint, *get_args(hint)):
                yield kind, field.name
