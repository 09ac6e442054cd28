"""Plays the sample team's year: deeds and everyday events in the order of time."""

import asyncio
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import cast

from bgconsole.demo.calendar import Calendar
from bgconsole.demo.everyday import Recorded, everyday
from bgconsole.demo.stage import Stage
from bgconsole.demo.story import Deed, story


def play(path: Path, now: datetime) -> None:
    """Make the team in a file at `path` and let its year pass, up to `now` (UTC)."""
    asyncio.run(_play(path, now))


async def _play(path: Path, now: datetime) -> None:
    calendar = Calendar(now)
    happenings: list[Deed | Recorded] = [*story(calendar), *everyday(calendar)]
    happenings.sort(key=lambda happening: happening.at)
    stage = Stage(path, happenings[0].at)
    try:
        for kind, group in groupby(happenings, key=type):
            if kind is Recorded:
                stage.record(cast("list[Recorded]", list(group)))
                continue
            for deed in cast("list[Deed]", list(group)):
                stage.turn_to(deed.at)
                await deed.act(stage)
        stage.finish(now)
    finally:
        await stage.backend.close()
