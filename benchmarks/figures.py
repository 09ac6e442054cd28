"""Figures: what is measured, against which reference, and where the goal lies."""

import operator
import statistics
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum, StrEnum


class Measure(StrEnum):
    """One quantity that a round samples; times in ms, memory in MB, rates per second."""

    HELLO_READY = "hello: ready"
    INPUT_READY = "input: ready"
    INPUT_INTERACTIVE = "input: interactive"
    POSTING_READY = "posting: ready"
    POSTING_INTERACTIVE = "posting: interactive"
    HARLEQUIN_READY = "harlequin: ready"
    READY = "sign-in: ready"
    INTERACTIVE = "sign-in: interactive"
    SIGN_IN_IDLE_BYTES = "sign-in: idle bytes"
    SIGN_IN_IDLE_CPU = "sign-in: idle CPU"
    HASHING_KEY = "sign-in: slowest key while hashing"
    ROWS_FEW = "few events: audit rows"
    MEMORY_FEW = "few events: memory"
    FOLLOWING_IDLE_BYTES = "few events: idle bytes"
    FOLLOWING_IDLE_CPU = "few events: idle CPU"
    ROWS_MANY = "many events: audit rows"
    MEMORY_MANY = "many events: memory"
    PAGE_KEY = "many events: page key"
    HOME_KEY = "many events: Home"
    END_KEY = "many events: End"
    APPEND = "append"
    RAW_APPEND = "raw sqlite3: append"
    OVERVIEW_SQLITE = "overview: SQLite"
    OVERVIEW_SQLITE_SERVED = "overview: SQLite through a server"
    OVERVIEW_POSTGRES = "overview: PostgreSQL"
    OVERVIEW_POSTGRES_SERVED = "overview: PostgreSQL through a server"
    LOGINS = "logins through a server"
    SIGN_IN_AT_REST = "sign-in through a server at rest"
    SIGN_IN_FLOODED = "sign-in under a flood of one address and email"
    SIGN_IN_EMAILS = "sign-in under a flood of many emails"
    SIGN_IN_ADDRESSES = "sign-in under a flood of many emails and addresses"
    SIGN_IN_CONNECTIONS = "sign-in under a flood that connects for each try"
    SIGN_IN_WORKERS = "sign-in under a flood, two workers"
    ID_TOKEN = "id_token: verification"
    PROBE_CPU = "identity provider: CPU of a probe"
    OUTAGE = "identity provider: outage on screen"
    VERIFICATIONS = "argon2: verifications"
    PAGING_SQLITE_FEW = "10,000 events: paging on SQLite"
    PAGING_SQLITE_MANY = "many events: paging on SQLite"
    PAGING_POSTGRES_FEW = "10,000 events: paging on PostgreSQL"
    PAGING_POSTGRES_MANY = "many events: paging on PostgreSQL"
    LIVE_POSTGRES = "live: PostgreSQL"
    LIVE_SERVED = "live: through servers"
    SCREEN_POSTGRES = "live: PostgreSQL to a screen"
    SCREEN_SERVED = "live: through servers to a screen"
    CHANGE_POSTGRES = "change: PostgreSQL to a screen"
    CHANGE_SERVED = "change: through servers to a screen"
    BAD_LINE_KEY = "bad line: slowest key"
    NOTIFY = "NOTIFY: round trip"
    REQUEST = "request: loopback HTTP"


class Samples:
    """What the rounds found, and the last reason why something could not be measured."""

    def __init__(self) -> None:
        self.values: defaultdict[Measure, list[float]] = defaultdict(list)
        self.faults: dict[str, str] = {}

    def add(self, measure: Measure, value: float) -> None:
        self.values[measure].append(value)

    def median(self, measure: Measure) -> float | None:
        """The middle of what was found, or None when nothing was."""
        found = self.values.get(measure)
        return statistics.median(found) if found else None


class Comparison(Enum):
    """How a figure is had from ours and the reference's median.

    Of a `VALUE` the reference is only shown; the goal speaks of ours.
    """

    VALUE = "value"
    RATIO = "ratio"
    DIFFERENCE = "difference"


class Bound(Enum):
    """On which side of the limit the goal lies."""

    AT_MOST = "≤"
    AT_LEAST = "≥"


class Verdict(StrEnum):
    """Whether a figure reaches its goal; `NONE` where nothing was measured."""

    PASS = "pass"
    OVER = "over"
    NONE = "–"


@dataclass(frozen=True)
class Figure:
    """One line of the report: ours, maybe beside a reference, and the goal for the two."""

    name: str
    ours: Measure
    unit: str
    limit: float
    reference: Measure | None = None
    comparison: Comparison = Comparison.RATIO
    bound: Bound = Bound.AT_MOST

    def value(self, samples: Samples) -> float | None:
        """The figure that the limit speaks of, or None when a part of it is missing."""
        ours = samples.median(self.ours)
        if self.reference is None or ours is None or self.comparison is Comparison.VALUE:
            return ours
        reference = samples.median(self.reference)
        if reference is None:
            return None
        return ours - reference if self.comparison is Comparison.DIFFERENCE else ours / reference

    def verdict(self, samples: Samples) -> Verdict:
        """Whether the goal is reached."""
        value = self.value(samples)
        if value is None:
            return Verdict.NONE
        reaches = operator.le if self.bound is Bound.AT_MOST else operator.ge
        return Verdict.PASS if reaches(value, self.limit) else Verdict.OVER


_M = Measure
FIGURES = (
    Figure("ready", _M.READY, "ms", 1.5, _M.INPUT_READY),
    Figure("interactive", _M.INTERACTIVE, "ms", 1.5, _M.INPUT_INTERACTIVE),
    Figure("first audit rows", _M.ROWS_FEW, "ms", 2, _M.HELLO_READY),
    Figure("idle at the sign-in: output", _M.SIGN_IN_IDLE_BYTES, "B/s", 0),
    Figure("idle at the sign-in: CPU", _M.SIGN_IN_IDLE_CPU, "%", 0.1),
    Figure("idle while following: output", _M.FOLLOWING_IDLE_BYTES, "B/s", 0),
    Figure("idle while following: CPU", _M.FOLLOWING_IDLE_CPU, "%", 0.1),
    Figure("audit rows, many events", _M.ROWS_MANY, "ms", 1.1, _M.ROWS_FEW),
    Figure(
        *("memory, many events", _M.MEMORY_MANY, "MB", 1, _M.MEMORY_FEW),
        comparison=Comparison.DIFFERENCE,
    ),
    Figure("page key, many events", _M.PAGE_KEY, "ms", 10),
    Figure("Home, many events", _M.HOME_KEY, "ms", 10),
    Figure("End, many events", _M.END_KEY, "ms", 10),
    Figure("durable append", _M.APPEND, "/s", 0.35, _M.RAW_APPEND, bound=Bound.AT_LEAST),
    Figure("slowest key while hashing", _M.HASHING_KEY, "ms", 50),
    Figure("verifying an id_token", _M.ID_TOKEN, "ms", 5),
    Figure("CPU of a probe", _M.PROBE_CPU, "ms", 30),
    Figure("outage on screen", _M.OUTAGE, "pauses", 2),
)
PEER_FIGURES = (
    Figure("ready", _M.READY, "ms", 0.45, _M.POSTING_READY),
    Figure("interactive", _M.INTERACTIVE, "ms", 0.45, _M.POSTING_INTERACTIVE),
    Figure("ready", _M.READY, "ms", 0.45, _M.HARLEQUIN_READY),
)
SHARED_FIGURES = (
    Figure("overview served, SQLite", _M.OVERVIEW_SQLITE_SERVED, "ms", 3, _M.OVERVIEW_SQLITE),
    Figure(
        *("overview served, PostgreSQL", _M.OVERVIEW_POSTGRES_SERVED, "ms", 3),
        _M.OVERVIEW_POSTGRES,
    ),
    Figure("logins, PostgreSQL", _M.LOGINS, "/s", 0.85, _M.VERIFICATIONS, bound=Bound.AT_LEAST),
    Figure("sign-in, flood of one email", _M.SIGN_IN_FLOODED, "ms", 3, _M.SIGN_IN_AT_REST),
    Figure("sign-in, flood of many emails", _M.SIGN_IN_EMAILS, "ms", 3, _M.SIGN_IN_AT_REST),
    Figure("sign-in, flood of addresses", _M.SIGN_IN_ADDRESSES, "ms", 3, _M.SIGN_IN_AT_REST),
    Figure("sign-in, flood of connections", _M.SIGN_IN_CONNECTIONS, "ms", 3, _M.SIGN_IN_AT_REST),
    Figure("sign-in, flood, two workers", _M.SIGN_IN_WORKERS, "ms", 3, _M.SIGN_IN_AT_REST),
    Figure("audit paging, SQLite", _M.PAGING_SQLITE_MANY, "ms", 2, _M.PAGING_SQLITE_FEW),
    Figure("audit paging, PostgreSQL", _M.PAGING_POSTGRES_MANY, "ms", 2, _M.PAGING_POSTGRES_FEW),
    Figure(
        *("live event, PostgreSQL", _M.LIVE_POSTGRES, "ms", 150, _M.NOTIFY),
        comparison=Comparison.VALUE,
    ),
    Figure(
        *("live event, served", _M.LIVE_SERVED, "ms", 150, _M.REQUEST),
        comparison=Comparison.VALUE,
    ),
    Figure(
        *("event on another screen, PostgreSQL", _M.SCREEN_POSTGRES, "ms", 150, _M.NOTIFY),
        comparison=Comparison.VALUE,
    ),
    Figure(
        *("event on another screen, served", _M.SCREEN_SERVED, "ms", 150, _M.REQUEST),
        comparison=Comparison.VALUE,
    ),
    Figure(
        *("change on another screen, PostgreSQL", _M.CHANGE_POSTGRES, "ms", 1000, _M.NOTIFY),
        comparison=Comparison.VALUE,
    ),
    Figure(
        *("change on another screen, served", _M.CHANGE_SERVED, "ms", 1000, _M.REQUEST),
        comparison=Comparison.VALUE,
    ),
    Figure("slowest key over a bad line", _M.BAD_LINE_KEY, "ms", 100),
)
"""What a team pays for sharing: the server, the log's length, the way to another console."""
