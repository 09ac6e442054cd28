"""What the server answered: a value of the protocol, or an error."""

from dataclasses import dataclass, field
from typing import Final, TypeVar

import msgspec

from bgconsole.backend.errors import (
    BackendError,
    BatchRefusedError,
    ConflictError,
    ItemRefusal,
    LogRewoundError,
    NotAllowedError,
    RefusedError,
    SchemaError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from bgconsole.backend.wire import PROBLEM_TYPE, ItemProblem, Problem
from bgconsole.policy.refusals import Code, Refusal, RequestField
from bgconsole.policy.settings import Settings

T = TypeVar("T")

JSON_TYPE: Final = "application/json"
_LONGEST = 500
"""Characters of the server's words that are shown at most."""

_KINDS: Final[dict[Code, type[BackendError]]] = {
    Code.FORBIDDEN: NotAllowedError,
    Code.SIGNED_OUT: NotAllowedError,
    Code.REAUTH_REQUIRED: NotAllowedError,
    Code.LOGIN_FAILED: NotAllowedError,
    Code.SSO_DENIED: NotAllowedError,
    Code.SSO_EXPIRED: NotAllowedError,
    Code.SSO_TOKEN_INVALID: NotAllowedError,
    Code.IDP_UNREACHABLE: NotAllowedError,
    Code.UNREACHABLE: UnreachableError,
    Code.OUTCOME_UNKNOWN: UnreachableError,
    Code.UNAVAILABLE: UnavailableError,
    Code.NEWER_SCHEMA: SchemaError,
    Code.OLDER_SCHEMA: SchemaError,
}

_FIELDS: Final = frozenset(RequestField)

_BY_STATUS: Final = {
    401: Code.SIGNED_OUT,
    403: Code.FORBIDDEN,
    429: Code.THROTTLED,
}


class UnreadableError(Exception):
    """The answer is not what the contract says."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its whole body. `version` is the server's, "" where it tells none.

    `wait` is its Retry-After in seconds.
    """

    status: int
    content_type: str
    body: bytes = field(repr=False)
    version: str = ""
    wait: float | None = None
    location: str = ""

    @property
    def is_problem(self) -> bool:
        """Whether it says what is wrong in the words of the contract."""
        return self.content_type == PROBLEM_TYPE

    def value(self, kind: type[T]) -> T:
        """The value that it holds. Raises UnreadableError."""
        if self.content_type != JSON_TYPE:
            raise UnreadableError
        return decoded(self.body, kind)


def decoded(body: bytes | str, kind: type[T]) -> T:
    """The value of this kind in JSON. Raises UnreadableError."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UnreadableError from error


def error_of(problem: Problem, wait: float | None = None) -> BackendError:
    """The error that the server raised. `wait` is its Retry-After in seconds.

    Raises UnreadableError when the problem says less than it must.
    """
    code = _code(problem.code) or _by_status(problem.status)
    said = _refusal(code, problem)
    if problem.errors:
        return BatchRefusedError(tuple(map(_item, problem.errors)))
    if code is Code.VERSION_CONFLICT:
        theirs = problem.theirs
        if theirs is None:
            raise UnreadableError
        settings = Settings(theirs.enforced, theirs.emails)
        return ConflictError(settings, theirs.version, theirs.saved_by)
    if code is Code.PAUSED:
        return ThrottledError(0, said)
    if code is Code.LOG_REWOUND:
        if problem.seen is None or problem.head is None:
            raise UnreadableError
        return LogRewoundError(problem.seen, problem.head)
    if code is Code.THROTTLED:
        return ThrottledError(problem.wait if problem.wait is not None else max(1, int(wait or 1)))
    return _KINDS.get(code, RefusedError)(said)


def _code(text: str) -> Code | None:
    """The code that is called so; None for one of a later version."""
    try:
        return Code(text)
    except ValueError:
        return None


def _by_status(status: int) -> Code:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return Code.UNAVAILABLE if status >= 500 else Code.INVALID_REQUEST


def _item(item: ItemProblem) -> ItemRefusal:
    code = _code(item.code) or Code.INVALID_VALUE
    return ItemRefusal(item.email, _refusal(code, item), item.line)


def _refusal(code: Code, said: Problem | ItemProblem) -> Refusal:
    # A later version may name a field that this one does not know.
    field = RequestField(said.field) if said.field in _FIELDS else None
    return Refusal(code, said.message[:_LONGEST], said.remedy[:_LONGEST], field)
