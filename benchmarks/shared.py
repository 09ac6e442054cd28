"""Shared: scenarios of a team's database and its servers, once a round."""

import asyncio
import shutil
import statistics
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bad_line import slowest_key_ms
from benchmarks.figures import Measure, Samples
from benchmarks.live import events_ms, notify_ms, request_ms
from benchmarks.logins import FloodKind, logins_per_second, sign_ins_ms, verifications_per_second
from benchmarks.overview import overviews_ms
from benchmarks.paging import pages_ms
from benchmarks.scenario import Scenario
from benchmarks.screens import seen_ms
from benchmarks.shared_stage import Engine, SharedStage, prepared, serving

NAMES = ("overview", "logins", "flood", "paging", "live", "screens", "bad-line")
"""What can be asked for by name."""

_OVERVIEW = {
    Engine.SQLITE: (Measure.OVERVIEW_SQLITE, Measure.OVERVIEW_SQLITE_SERVED),
    Engine.POSTGRES: (Measure.OVERVIEW_POSTGRES, Measure.OVERVIEW_POSTGRES_SERVED),
}
_PAGING = {
    Engine.SQLITE: (Measure.PAGING_SQLITE_FEW, Measure.PAGING_SQLITE_MANY),
    Engine.POSTGRES: (Measure.PAGING_POSTGRES_FEW, Measure.PAGING_POSTGRES_MANY),
}

_FLOODS = (
    (FloodKind.ONE_EMAIL, "1", Measure.SIGN_IN_FLOODED),
    (FloodKind.EMAILS, "1", Measure.SIGN_IN_EMAILS),
    (FloodKind.ADDRESSES, "1", Measure.SIGN_IN_ADDRESSES),
    (FloodKind.CONNECTIONS, "1", Measure.SIGN_IN_CONNECTIONS),
    (FloodKind.ADDRESSES, "2", Measure.SIGN_IN_WORKERS),
)


@contextmanager
def scenarios(folder: Path, many_events: int) -> Generator[tuple[Scenario, ...]]:
    """All of them, with databases and a PostgreSQL ready below `folder`. Raises StageError."""
    with prepared(folder, many_events) as stage:
        measures = (_overview, _logins, _flood, _paging, _live, _screens, _bad_line)
        yield tuple(
            Scenario(name, lambda samples, measure=measure: measure(stage, samples))
            for name, measure in zip(NAMES, measures, strict=True)
        )


def _overview(stage: SharedStage, samples: Samples) -> None:
    for engine, (direct, served) in _OVERVIEW.items():
        database = stage.short[engine]
        with serving(database) as server:
            taken = asyncio.run(overviews_ms((database, server)))
        samples.add(direct, statistics.median(taken[database]))
        samples.add(served, statistics.median(taken[server]))


def _logins(stage: SharedStage, samples: Samples) -> None:
    samples.add(Measure.VERIFICATIONS, verifications_per_second())
    with serving(stage.short[Engine.POSTGRES]) as server:
        samples.add(Measure.LOGINS, asyncio.run(logins_per_second(server)))


def _flood(stage: SharedStage, samples: Samples) -> None:
    """A person at a known source, while others ask on 2,000 connections."""
    for kind, workers, measure in _FLOODS:
        # A fresh copy: a flood of before has its waits.
        database = stage.folder / "flooded.db"
        shutil.copyfile(stage.short[Engine.SQLITE].removeprefix("sqlite:///"), database)
        with serving(f"sqlite:///{database}", "--workers", workers) as server:
            at_rest, flooded = asyncio.run(sign_ins_ms(server, kind))
        samples.add(Measure.SIGN_IN_AT_REST, statistics.median(at_rest))
        samples.add(measure, statistics.median(flooded))


def _paging(stage: SharedStage, samples: Samples) -> None:
    for engine, (few, many) in _PAGING.items():
        for measure, url in ((few, stage.short[engine]), (many, stage.long[engine])):
            samples.add(measure, statistics.mean(asyncio.run(pages_ms(url)).values()))


def _live(stage: SharedStage, samples: Samples) -> None:
    """Directly on PostgreSQL; and by two servers on it, so that the event goes the longest way."""
    database = stage.short[Engine.POSTGRES]
    samples.add(Measure.NOTIFY, statistics.median(notify_ms(database)))
    direct = asyncio.run(events_ms(database, database))
    samples.add(Measure.LIVE_POSTGRES, statistics.median(direct))
    with serving(database) as one, serving(database) as other:
        samples.add(Measure.REQUEST, statistics.median(request_ms(one)))
        served = asyncio.run(events_ms(one, other))
        samples.add(Measure.LIVE_SERVED, statistics.median(served))


def _screens(stage: SharedStage, samples: Samples) -> None:
    """From what one person does to what another one's console shows."""
    database = stage.short[Engine.POSTGRES]
    samples.add(Measure.NOTIFY, statistics.median(notify_ms(database)))
    direct = seen_ms(database, database, stage.folder)
    samples.add(Measure.SCREEN_POSTGRES, direct.event)
    samples.add(Measure.CHANGE_POSTGRES, direct.change)
    with serving(database) as one, serving(database) as other:
        samples.add(Measure.REQUEST, statistics.median(request_ms(one)))
        served = seen_ms(one, other, stage.folder)
        samples.add(Measure.SCREEN_SERVED, served.event)
        samples.add(Measure.CHANGE_SERVED, served.change)


def _bad_line(stage: SharedStage, samples: Samples) -> None:
    with serving(stage.short[Engine.POSTGRES]) as server:
        samples.add(Measure.BAD_LINE_KEY, slowest_key_ms(server, stage.folder))
