"""Plays the sample team's year: changes and everyday events in the order of time."""

import asyncio
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import cast

from bgconsole.demo.calendar import Calendar
from bgconsole.demo.everyday import Recorded, everyday
from bgconsole.demo.sample_history import SampleChange, sample_history
from bgconsole.demo.stage import SampleStage


def play(path: Path, now: datetime) -> None:
    """Make the team in a file at `path` and let its year pass, up to `now` (UTC)."""
    asyncio.run(_play(path, now))


async def _play(path: Path, now: datetime) -> None:
    calendar = Calendar(now)
    happenings: list[SampleChange | Recorded] = [*sample_history(calendar), *everyday(calendar)]
    happenings.sort(key=lambda happening: happening.at)
    stage = SampleStage(path, happenings[0].at)
    try:
        for kind, group in groupby(happenings, key=type):
            if kind is Recorded:
                stage.record(cast("list[Recorded]", list(group)))
                continue
            for change in cast("list[SampleChange]", list(group)):
                stage.turn_to(change.at)
                await change.act(stage)
        stage.finish(now)
    finally:
        await stage.backend.close()
