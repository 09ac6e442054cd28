"""What is refused, as RFC 9457 problem+json: one table from the product's codes to HTTP."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response

from bgconsole.backend.errors import (
    BackendError,
    BatchRefusedError,
    ConflictError,
    CrowdedError,
    ItemRefusal,
    LogRewoundError,
    NothingThereError,
    SchemaError,
    ThrottledError,
    UnavailableError,
)
from bgconsole.backend.wire import PROBLEM_TYPE, ItemProblem, Problem, Theirs
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.server import notices

_STATUSES: Final = {
    401: (Code.SIGNED_OUT, Code.LOGIN_FAILED),
    403: (Code.FORBIDDEN, Code.REAUTH_REQUIRED, Code.SSO_DENIED, Code.SSO_TOKEN_INVALID),
    404: (Code.UNKNOWN_PROVIDER, Code.UNKNOWN_MEMBER, Code.UNKNOWN_TOKEN, Code.UNKNOWN_IDENTITY),
    410: (Code.SSO_EXPIRED,),
    412: (Code.VERSION_CONFLICT,),
    422: (
        Code.INVALID_EMAIL,
        Code.INVALID_VALUE,
        Code.INVALID_REQUEST,
        Code.PASSWORD_TOO_SHORT,
        Code.PASSWORD_TOO_LONG,
        Code.PASSWORD_COMMON,
        Code.CODE_INVALID,
        Code.KEY_REUSED,
    ),
    429: (Code.THROTTLED, Code.PAUSED),
    502: (Code.IDP_UNREACHABLE,),
    503: (
        Code.UNREACHABLE,
        Code.UNAVAILABLE,
        Code.NEWER_SCHEMA,
        Code.OLDER_SCHEMA,
        Code.OUTCOME_UNKNOWN,
    ),
}
_STATUS: Final = {code: status for status, codes in _STATUSES.items() for code in codes}

_BUSY, _AWAY, _OTHER_SCHEMA = 1, 5, 60
"""Seconds after which to come back: to a busy database, an unreachable one, another version's."""

_CHALLENGE: Final = 'Bearer realm="bgconsole"'
_ASK: Final = "Try again in a moment, or contact the operator of the server"
_EMPTY: Final = refusal(
    Code.UNREACHABLE, "There is no team here yet", 'Run "bgconsole init" where the database is'
)
_INTERNAL: Final = "The server failed to handle this request"


class RequestError(Exception):
    """The request itself is not right; the backend was not asked."""

    def __init__(self, status: int, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.refusal = refusal(Code.INVALID_REQUEST, message, remedy)


def status_of(code: Code) -> int:
    """The HTTP status of a refusal; a rule that is not about the request itself is a 409."""
    return _STATUS.get(code, 409)


def of_backend(error: BackendError, request_id: str) -> Response:
    """The answer to what the backend raised."""
    headers: dict[str, str] = {}
    if isinstance(error, ThrottledError) and error.wait:
        headers["Retry-After"] = str(error.wait)
    problem = problem_of(error, request_id)
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(_retry_after(error))
    problem = replace(
        problem,
        errors=tuple(map(_item, error.items)) if isinstance(error, BatchRefusedError) else (),
        wait=error.wait if isinstance(error, ThrottledError) else None,
        theirs=_theirs(error) if isinstance(error, ConflictError) else None,
    )
    return answer(problem, headers)


def of_request(
    error: RequestError, request_id: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a request that is not right."""
    return answer(_problem(error.status, error.refusal, request_id), dict(headers or {}))


def two_ends(request_id: str) -> Response:
    """The answer to a request whose body ends in two places; nothing behind it is believed."""
    refused = RequestError(
        400, "Content-Length and Transfer-Encoding cannot be combined", "Send one of them"
    )
    return of_request(refused, request_id, {"Connection": "close"})


def long_line(request_id: str) -> Response:
    """The answer to a request whose address is longer than any that this server has."""
    refused = RequestError(414, "The request's address is too long", "Shorten it")
    return of_request(refused, request_id)


def large_head(request_id: str) -> Response:
    """The answer to a request with more headers than any needs."""
    refused = RequestError(431, "The request's headers are too large", "Shorten them")
    return of_request(refused, request_id)


def internal(request_id: str) -> Response:
    """The answer to a fault of the server's own; what it was is in the log, by the request id."""
    refused = refusal(
        Code.UNAVAILABLE,
        _INTERNAL,
        (f"Give the operator of the server the request ID, {request_id}"),
    )
    return answer(_problem(500, refused, request_id), {})


def stopping(request_id: str) -> Response:
    """The answer to a request that did not end before the server had to."""
    refused = refusal(
        Code.OUTCOME_UNKNOWN, ("The server is stopping and did not finish this request")
    )
    return answer(_problem(503, refused, request_id), {"Retry-After": str(_AWAY)})


def answer(problem: Problem, headers: dict[str, str]) -> Response:
    """`problem` as a response."""
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = _CHALLENGE
    return Response(encoded(problem), problem.status, headers, PROBLEM_TYPE)


def encoded(problem: Problem) -> bytes:
    """`problem` as JSON; what belongs to some refusals only is left out of the others."""
    fields = msgspec.to_builtins(problem)
    for name in ("errors", "wait", "theirs", "seen", "head", "field"):
        if not fields[name]:
            del fields[name]
    return msgspec.json.encode(fields)


def problem_of(error: BackendError, request_id: str) -> Problem:
    """What the backend raised, without what belongs to answers only.

    What ails the database is told in the code's own words: paths and hosts are nobody's business
    out there. The exact words go to the log.
    """
    status, refused = status_of(error.code), error.refusal
    if status == HTTPStatus.SERVICE_UNAVAILABLE and not isinstance(error, CrowdedError):
        notices.tell(f"request {request_id}: {ascii(refused.message)[1:-1]}")
        refused = _EMPTY if isinstance(error, NothingThereError) else refusal(error.code, "", _ASK)
    problem = _problem(status, refused, request_id)
    if isinstance(error, LogRewoundError):
        return replace(problem, seen=error.seen, head=error.head)
    return problem


def _problem(status: int, refused: Refusal, request_id: str) -> Problem:
    return Problem(
        status=status,
        title=HTTPStatus(status).phrase,
        code=refused.code.value,
        message=refused.message,
        remedy=refused.remedy,
        detail=refused.message,
        request_id=request_id,
        field=refused.field,
    )


def _retry_after(error: BackendError) -> int:
    if isinstance(error, SchemaError):
        return _OTHER_SCHEMA
    return _BUSY if isinstance(error, UnavailableError) else _AWAY


def _item(item: ItemRefusal) -> ItemProblem:
    refused = item.refusal
    return ItemProblem(
        item.email, refused.code.value, refused.message, refused.remedy, item.line, refused.field
    )


def _theirs(error: ConflictError) -> Theirs:
    theirs = error.theirs
    return Theirs(theirs.enforced, theirs.emails, error.version, error.saved_by)
