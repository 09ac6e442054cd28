"""What a backend raises; each carries the code, the sentence and the remedy to show.

BackendError
├── RefusedError            a rule says no (exit 4, HTTP 409 or 422)
│   ├── BatchRefusedError       several refusals at once: a save, an import
│   └── LogRewoundError         the log no longer holds what was seen of it (HTTP 409)
├── ConflictError           somebody else saved first (exit 5, HTTP 412)
├── NotAllowedError         signed out, proof needed, wrong role (exit 7, HTTP 401 or 403)
│   └── ThrottledError          wait first, or a pause (exit 7, HTTP 429)
├── UnreachableError        no database there, or no way to it (exit 6, HTTP 503)
│   ├── NothingThereError       nothing at all is there yet, or no team
│   └── UnavailableError        it is there and cannot answer now: busy, full, read-only, damaged
│       └── CrowdedError            too many ask at once; the database itself is well
└── SchemaError             written by another version of bgconsole (exit 1)
"""

from dataclasses import dataclass

from bgconsole.policy.audit import AuditHead
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.settings import Settings


class BackendError(Exception):
    """Anything a backend refuses or fails at, with the words for it.

    `hold` is how many seconds a server lets pass before it gives this answer: a flood gets its
    refusals at a pace, and no refusal comes sooner than another one would.
    """

    hold: float = 0.0

    def __init__(self, refused: Refusal) -> None:
        super().__init__(refused.message)
        self.refusal = refused

    @property
    def code(self) -> Code:
        """The code programs read."""
        return self.refusal.code


class RefusedError(BackendError):
    """A rule forbids it; nothing was changed."""


@dataclass(frozen=True, slots=True)
class ItemRefusal:
    """The refusal of one item of a batch: the email as given; `line` (1-based) for an import."""

    email: str
    refusal: Refusal
    line: int | None = None


class BatchRefusedError(RefusedError):
    """Some items of a batch are refused, so none was done. `items` has each; the first is shown."""

    def __init__(self, items: tuple[ItemRefusal, ...]) -> None:
        super().__init__(items[0].refusal)
        self.items = items


class LogRewoundError(RefusedError):
    """The log no longer holds the record `seen`: an older copy of it was put back.

    `head` is its newest record now. The hash of `seen` is "" where only its number is known.
    """

    def __init__(self, seen: AuditHead, head: AuditHead) -> None:
        if seen.seq > head.seq:
            what = f"the audit log ends at record {head.seq}, but record {seen.seq} was seen before"
        else:
            what = f"record {seen.seq} of the audit log is not the one that was seen before"
        super().__init__(refusal(Code.LOG_REWOUND, f"History went back: {what}"))
        self.seen = seen
        self.head = head


class ConflictError(BackendError):
    """The settings moved since they were read. `theirs` is what is saved now, at `version`."""

    def __init__(self, theirs: Settings, version: int, saved_by: str | None) -> None:
        super().__init__(refusal(Code.VERSION_CONFLICT))
        self.theirs = theirs
        self.version = version
        self.saved_by = saved_by


class NotAllowedError(BackendError):
    """Signed out, a proof is needed, the role forbids it, or a login was refused."""


def read_only() -> NotAllowedError:
    """A change that is asked of a read-only console."""
    return NotAllowedError(
        refusal(
            Code.FORBIDDEN,
            "This console is read-only",
            "Start it without --read-only to make changes",
        )
    )


class ThrottledError(NotAllowedError):
    """Too many failures; `wait` is in seconds, 0 where waiting does not help (`paused`)."""

    def __init__(self, wait: int, refused: Refusal | None = None) -> None:
        # The message is the same however long it lasts: only the remedy says so.
        super().__init__(refused or refusal(Code.THROTTLED, remedy=f"Try again in {wait} s"))
        self.wait = wait


class UnreachableError(BackendError):
    """There is no database, or no way to it."""


class NothingThereError(UnreachableError):
    """There is no database, or no team in it: what `initialise` is for."""


class UnavailableError(UnreachableError):
    """The database is there and cannot do this now: busy, full, read-only or damaged."""


class CrowdedError(UnavailableError):
    """Too many ask for the same at once. Its words tell nothing of the database."""


class SchemaError(BackendError):
    """The database belongs to another version of bgconsole."""
