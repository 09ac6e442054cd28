"""The parameters of an operation, as its document tells of them."""

from typing import Any, Final

from bgconsole.backend.wire import IDEMPOTENCY_KEY, MAX_KEY, MIN_KEY, UNATTENDED
from bgconsole.server.operations import Admission, HttpOperation, Parameter

_PARTS: Final[dict[str, dict[str, Any]]] = {
    "slug": {
        "description": "The provider",
        "schema": {"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
        "example": "entra",
    },
    "email": {
        "description": "The person's email, percent-encoded",
        "schema": {"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
        "example": "grace@example.com",
    },
    "id": {
        "description": "The token's ID",
        "schema": {"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
        "example": "k3v9",
    },
}
_KEY: Final[dict[str, Any]] = {
    "name": IDEMPOTENCY_KEY,
    "in": "header",
    "required": True,
    "description": "A random key for this change; send the same key to retry it",
    "schema": {"type": "string", "pattern": f"^[!-~]{{{MIN_KEY},{MAX_KEY}}}$"},
}
_MATCH: Final[dict[str, Any]] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The version that the change is based on, in quotes",
    "schema": {"type": "string", "pattern": '^"(0|[1-9][0-9]{0,14})"$'},
    "example": '"3"',
}
_MATCH_ANY: Final[dict[str, Any]] = {
    **_MATCH,
    "description": f"{_MATCH['description']}; * for any version",
    "schema": {"type": "string", "pattern": r'^("(0|[1-9][0-9]{0,14})"|\*)$'},
}
_UNATTENDED: Final[dict[str, Any]] = {
    "name": UNATTENDED,
    "in": "header",
    "required": False,
    "description": "Set for automatic requests: they do not extend the session",
    "schema": {"type": "string"},
}
_LAST_EVENT: Final[dict[str, Any]] = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "description": "The ID of the last event received; the stream continues after it",
    "schema": {"type": "string", "pattern": "^[0-9]{1,15}$"},
    "example": "42",
}


def parameters_of(operation: HttpOperation) -> list[dict[str, Any]]:
    """What stands in path, query and headers."""
    found = [
        {"name": name, "in": "path", "required": True, **said}
        for name, said in _PARTS.items()
        if f"{{{name}}}" in operation.path
    ]
    found += map(_of_query, operation.query)
    if operation.keyed:
        found.append(_KEY)
    if operation.matched:
        found.append(_MATCH_ANY if operation.any_version else _MATCH)
    if operation.media == "text/event-stream":
        found.append(_LAST_EVENT)
    elif operation.admission is Admission.SESSION:
        found.append(_UNATTENDED)
    return found


def _of_query(parameter: Parameter) -> dict[str, Any]:
    schema = dict(parameter.schema)
    if parameter.repeated:
        schema = {"type": "array", "items": schema}
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.description,
        "schema": schema,
    }
