"""Whatever is pressed and whatever happens meanwhile, the screen is what a fresh draw makes.

`LONG_TESTS=1` takes 20,000 steps beside a process that takes a processor; `WALK_SEED` repeats one.
"""

import os
import random
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.program.walk import Walk

_LONG = os.environ.get("LONG_TESTS") == "1"
_STEPS = 4000 if _LONG else 60
_SEEDS = (
    [int(os.environ["WALK_SEED"])]
    if "WALK_SEED" in os.environ
    else random.SystemRandom().sample(range(10**6), 5)
    if _LONG
    else [1, 2]
)


@contextmanager
def _load() -> Generator[None]:
    """Somebody else's work on the same machine."""
    if not _LONG:
        yield
        return
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as burner:
        try:
            yield
        finally:
            burner.kill()


@pytest.mark.parametrize("place", range(len(_SEEDS)))
def test_every_still_screen_is_what_a_fresh_draw_makes(tmp_path: Path, place: int) -> None:
    walk = Walk(tmp_path, _SEEDS[place])
    with _load():
        walk.go(_STEPS)
    assert walk.steps == _STEPS
