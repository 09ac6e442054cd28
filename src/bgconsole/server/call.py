"""One request as an operation sees it: who calls, the backend, and what the URL says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.types import Scope

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller, Source
from bgconsole.backend.protocol import Backend
from bgconsole.backend.wire import IDEMPOTENCY_KEY, MAX_KEY, MIN_KEY, UNATTENDED
from bgconsole.policy.refusals import Code, refusal
from bgconsole.server.operations import Admission, HttpOperation
from bgconsole.server.problems import RequestError
from bgconsole.server.streams import Streams

_FACTS: Final = "bgconsole.facts"
_TOKEN_NAMES: Final = frozenset({"token", "access_token"})
_SCHEME: Final = "bearer"
_GOOD_KEY: Final = re.compile(f"[!-~]{{{MIN_KEY},{MAX_KEY}}}")


@dataclass(slots=True)
class Facts:
    """What is known of a request before anybody looks into it.

    `break_glass` is whether a login was one, None where that is not known. `let_in` is whether
    whoever asks had a session or token, or has one from here on.
    """

    request_id: str
    source: Source
    break_glass: bool | None = None
    let_in: bool = False

    def attach(self, scope: Scope) -> None:
        """Send it along with the request."""
        scope[_FACTS] = self


def facts_of(scope: Scope) -> Facts:
    """What `attach` sent along."""
    return scope[_FACTS]


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `parts` are those of the path."""

    backend: Backend
    caller: Caller
    facts: Facts
    request: Request
    streams: Streams
    heartbeat: float
    parts: Mapping[str, str] = field(repr=False)

    @property
    def slug(self) -> str:
        """The provider that the path names."""
        return self.parts["slug"]

    @property
    def email(self) -> str:
        """The person whom the path names."""
        return self.parts["email"]

    @property
    def query(self) -> QueryParams:
        """What stands behind the question mark; its names are known to be right."""
        return self.request.query_params


def caller_of(request: Request, operation: HttpOperation, source: Source) -> Caller:
    """Who calls, by the request's headers. Raises RequestError 422 or 428."""
    return Caller(
        source,
        token=_token(request),
        attended=UNATTENDED not in request.headers,
        key=_key(request) if operation.keyed else None,
    )


def check_admission(request: Request, operation: HttpOperation) -> None:
    """Raises NotAllowedError `signed_out` before anything else is judged, where no token is.

    Whether one that is there is right, the backend decides.
    """
    if operation.admission is Admission.SESSION and "authorization" not in request.headers:
        raise NotAllowedError(refusal(Code.SIGNED_OUT))


def check_query(request: Request, operation: HttpOperation) -> None:
    """Raises RequestError 422 when the query holds a token, or what the operation does not know."""
    if not request.scope["query_string"]:
        return
    known = {parameter.name: parameter for parameter in operation.query}
    for name in request.query_params:
        if name in _TOKEN_NAMES:
            raise RequestError(
                422,
                "A token in a URL ends up in logs and histories",
                "Revoke this token, and send another as Authorization: Bearer",
            )
        if name not in known:
            raise RequestError(422, "The query has an unknown parameter")
        if not known[name].repeated and len(request.query_params.getlist(name)) > 1:
            raise RequestError(422, f"The query contains {name} more than once")


def _token(request: Request) -> str | None:
    given = request.headers.getlist("authorization")
    if not given:
        return None
    if len(given) > 1:
        raise RequestError(422, "The request has several Authorization headers")
    scheme, _, token = given[0].partition(" ")
    token = token.strip()
    good = scheme.lower() == _SCHEME and token.isascii() and token.isprintable()
    # Anything else is no token that anybody was given; the backend says what follows from that.
    return token if good else ""


def _key(request: Request) -> str:
    given = request.headers.getlist(IDEMPOTENCY_KEY)
    if not given:
        raise RequestError(
            428,
            f"A change needs the header {IDEMPOTENCY_KEY}",
            "Send a random key for each change, and the same key to retry it",
        )
    key = given[0]
    if len(given) > 1 or not _GOOD_KEY.fullmatch(key):
        raise RequestError(
            422,
            f"{IDEMPOTENCY_KEY} must be {MIN_KEY} to {MAX_KEY} printable ASCII characters"
            " without spaces",
        )
    return key
