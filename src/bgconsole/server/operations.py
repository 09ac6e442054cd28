"""An operation of the HTTP interface: its place, what it takes and answers, how it may fail."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_type_hints

from bgconsole.backend.wire import PREFIX
from bgconsole.policy.refusals import Code
from bgconsole.server.settings import MAX_BODY

Handler = Callable[..., Awaitable[Any]]
_DecoratedT = Callable[[Handler], Handler]


class Admission(Enum):
    """What the document says of the token. Whether it is right, the backend alone decides."""

    ANYBODY = "anybody"
    EITHER = "either"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name of a query: its JSON schema, what it means, and whether it may be repeated."""

    name: str
    schema: Mapping[str, object]
    description: str
    repeated: bool = False


NO_PARAMETERS: Final[tuple[Parameter, ...]] = ()


@dataclass(frozen=True, slots=True)
class HttpOperation:
    """One method on one path.

    `body` is None where none is taken, and `body_needed` False where it may be left out. `keyed`
    changes need an Idempotency-Key, `matched` ones If-Match, and their answers have an ETag by
    `tag`. `refuses` are the codes beyond those that every operation may answer with. `limit` is in
    bytes.
    """

    method: str
    path: str
    handler: Handler
    body: type | None
    body_needed: bool
    answer: Any
    tag: str
    status: int = 200
    admission: Admission = Admission.SESSION
    keyed: bool = False
    matched: bool = False
    any_version: bool = False
    """Of a matched one: If-Match may be *, which changes whatever is there."""
    versioned: bool = False
    query: tuple[Parameter, ...] = NO_PARAMETERS
    refuses: tuple[Code, ...] = ()
    limit: int = MAX_BODY
    media: str = "application/json"
    also: Mapping[int, type | None] = field(default_factory=dict[int, type | None])
    """Other statuses that are no refusal, with what they answer; None where there is no body."""

    @property
    def name(self) -> str:
        """The operationId."""
        return self.handler.__name__

    @property
    def words(self) -> tuple[str, str]:
        """Summary and description: the first line of the handler's docstring, and the rest."""
        first, _, rest = (self.handler.__doc__ or "").strip().partition("\n\n")
        return " ".join(first.split()).rstrip("."), " ".join(rest.split())


@dataclass
class Routes:
    """Collects the operations of one subject."""

    tag: str
    prefix: str = PREFIX
    operations: list[HttpOperation] = field(default_factory=list)

    def add(self, method: str, path: str, **how: Any) -> _DecoratedT:
        """Make the decorated function an operation; its annotations say what it takes and gives."""

        def decorate(handler: Handler) -> Handler:
            hints = get_type_hints(handler)
            body, needed = _body(hints.get("body"))
            answer = hints.get("return", NoneType)
            status = how.pop("status", 204 if answer is NoneType else 200)
            place = self.prefix + path
            self.operations.append(
                HttpOperation(method, place, handler, body, needed, answer, self.tag, status, **how)
            )
            return handler

        return decorate


def _body(hint: Any) -> tuple[type | None, bool]:
    if isinstance(hint, UnionType):
        (kind,) = (one for one in get_args(hint) if one is not NoneType)
        return kind, False
    return hint, hint is not None
