"""The OpenAPI document: what each operation takes, answers, and how it may refuse."""

import functools
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response

from bgconsole.backend import wire
from bgconsole.policy.refusals import Code, refusal
from bgconsole.server import examples
from bgconsole.server.health_routes import Health
from bgconsole.server.links import links_of
from bgconsole.server.operations import Admission, HttpOperation
from bgconsole.server.parameters import parameters_of
from bgconsole.server.problems import status_of
from bgconsole.server.schemas import schemas

_ANSWERS: Final[dict[object, object]] = {**examples.ANSWERS, Health: Health()}
_SESSION_CODES: Final = (Code.SIGNED_OUT, Code.FORBIDDEN, Code.REAUTH_REQUIRED)
_PLACE_CODES: Final = (
    Code.UNREACHABLE,
    Code.UNAVAILABLE,
    Code.NEWER_SCHEMA,
    Code.OLDER_SCHEMA,
    Code.OUTCOME_UNKNOWN,
)
_MORE: Final[dict[Code, dict[str, object]]] = {
    Code.THROTTLED: {"wait": 12},
    Code.LOG_REWOUND: {name: msgspec.to_builtins(examples.HEAD) for name in ("seen", "head")},
    Code.VERSION_CONFLICT: {"theirs": msgspec.to_builtins(examples.THEIRS)},
}
"""What only some problems tell."""

_DESCRIPTION: Final = """\
Emergency access past single sign-on: who can sign in with a password, and who did.

Sign in with `POST /v1/login` and send the token as `Authorization: Bearer`. Every change needs an
`Idempotency-Key`, so that repeating it after a lost answer does not do it twice. Refusals are
problem+json (RFC 9457): read `code`, show `message` and `remedy`. `field` names the field that is
wrong, if it is a single one. If several people were sent, `errors` lists every refusal.
"""
_HEADERS: Final[dict[int, dict[str, Any]]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Bearer"}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"}},
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"}},
}
_TAG_HEADER: Final = {
    "ETag": {"schema": {"type": "string"}, "description": "The version, for If-Match"}
}


def described(operation: HttpOperation) -> dict[str, Any]:
    """What FastAPI's router is to be told of an operation, for the document."""
    summary, description = operation.words
    extra: dict[str, Any] = {"security": _security(operation)}
    parameters = parameters_of(operation)
    if parameters:
        extra["parameters"] = parameters
    if operation.body is not None:
        extra["requestBody"] = _request_body(operation, operation.body)
    return {
        "operation_id": operation.name,
        "summary": summary,
        "description": description,
        "tags": [operation.tag],
        "status_code": operation.status,
        "response_class": Response,
        "response_model": None,
        "responses": {
            operation.status: _answer(operation),
            **{status: _other(status, kind) for status, kind in operation.also.items()},
            **_refusals(operation),
        },
        "openapi_extra": extra,
    }


def document(app: FastAPI) -> bytes:
    """The whole document, as JSON."""
    if app.openapi_schema is None:
        found = get_openapi(
            title="bgconsole",
            version=app.version,
            summary="Emergency access past single sign-on",
            description=_DESCRIPTION,
            routes=app.routes,
        )
        found["components"] = {
            "schemas": _schemas()[1],
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        }
        app.openapi_schema = found
    return msgspec.json.encode(app.openapi_schema)


def _security(operation: HttpOperation) -> list[dict[str, list[str]]]:
    named: dict[str, list[str]] = {"bearer": []}
    if operation.admission is Admission.SESSION:
        return [named]
    return [{}, named] if operation.admission is Admission.EITHER else []


def _request_body(operation: HttpOperation, kind: type) -> dict[str, Any]:
    return {
        "required": operation.body_needed,
        "content": {
            "application/json": {
                "schema": _schemas()[0][kind],
                "example": _sent(kind),
            }
        },
    }


def _sent(kind: type) -> object:
    """The example of a body, without what it may leave out."""
    shown = msgspec.to_builtins(examples.BODIES[kind])
    return {name: value for name, value in shown.items() if value is not None}


def _answer(operation: HttpOperation) -> dict[str, Any]:
    said: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase}
    if operation.media == "text/event-stream":
        # Before 3.2 OpenAPI has no words for a stream of events: readers differ about what a schema
        # here describes, the whole text or one event. The example shows both.
        said["content"] = {operation.media: {"schema": {}, "example": examples.EVENT_STREAM}}
    elif operation.media == "text/html":
        said["content"] = {operation.media: {"schema": {"type": "string"}}}
    elif operation.status != HTTPStatus.NO_CONTENT:
        said["content"] = {
            operation.media: {
                "schema": _schemas()[0][operation.answer],
                "example": msgspec.to_builtins(_ANSWERS[operation.answer]),
            }
        }
    if operation.versioned:
        said["headers"] = _TAG_HEADER
    links = links_of(operation)
    if links:
        said["links"] = links
    return said


def _other(status: int, kind: type | None) -> dict[str, Any]:
    """An answer of another status that is no refusal."""
    said: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if kind is str:
        said["content"] = {"text/html": {"schema": {"type": "string"}}}
    elif kind is not None:
        said["content"] = {
            "application/json": {
                "schema": _schemas()[0][kind],
                "example": msgspec.to_builtins(_ANSWERS[kind]),
            }
        }
    return said


def _refusals(operation: HttpOperation) -> dict[int, dict[str, Any]]:
    by_status: dict[int, list[Code]] = {}
    for code in _codes(operation):
        by_status.setdefault(status_of(code), []).append(code)
    for status in _request_statuses(operation):
        by_status.setdefault(status, []).append(Code.INVALID_REQUEST)
    by_status[500] = [Code.UNAVAILABLE]
    return {status: _problem(status, codes) for status, codes in sorted(by_status.items())}


def _codes(operation: HttpOperation) -> Iterable[Code]:
    yield from dict.fromkeys(operation.refuses)
    if operation.admission is Admission.SESSION:
        yield from _SESSION_CODES
    elif operation.admission is Admission.EITHER:
        yield from (Code.SIGNED_OUT, Code.FORBIDDEN, Code.REAUTH_REQUIRED)
    if operation.keyed:
        yield Code.KEY_REUSED
    if operation.path != "/healthz":
        yield from _PLACE_CODES


def _request_statuses(operation: HttpOperation) -> Iterable[int]:
    yield 422
    if operation.body is not None:
        yield from (408, 413, 415)
    if operation.keyed or operation.matched:
        yield 428


def _problem(status: int, codes: list[Code]) -> dict[str, Any]:
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(codes)}",
        "headers": _HEADERS.get(status, {}),
        "content": {
            wire.PROBLEM_TYPE: {
                "schema": _schemas()[0][wire.Problem],
                "examples": {code.value: {"value": _example(status, code)} for code in codes},
            }
        },
    }


def _example(status: int, code: Code) -> dict[str, object]:
    words = refusal(code)
    return {
        "status": status,
        "title": HTTPStatus(status).phrase,
        "code": code.value,
        "message": words.message,
        "remedy": words.remedy,
        "detail": words.message,
        "type": "about:blank",
        "request_id": "b7c1f0e2a94d5368",
        **({} if words.field is None else {"field": words.field.value}),
        **_MORE.get(code, {}),
    }


@functools.cache
def _schemas() -> tuple[dict[object, Any], dict[str, Any]]:
    """The schema of each kind, and those that they refer to."""
    return schemas([*examples.BODIES, *_ANSWERS, wire.Problem])
