"""Scenario: something that is measured in turn with others, so that all see the same machine."""

import itertools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.figures import Samples
from benchmarks.probe import NeverShownError


@dataclass(frozen=True)
class Scenario:
    """Something to measure `turns` times a round; `measure` raises NeverShownError if it cannot."""

    name: str
    measure: Callable[[Samples], None]
    turns: int = 1


def run(all_of: Sequence[Scenario], rounds: int) -> Samples:
    """Measure everything in turn, `rounds` times, after one round that only fills the caches."""
    samples = Samples()
    turns = range(max((scenario.turns for scenario in all_of), default=0))
    for number, turn in itertools.product(range(rounds + 1), turns):
        for scenario in all_of:
            if turn >= scenario.turns:
                continue
            _note(f"round {number} of {rounds}: {scenario.name}")
            try:
                scenario.measure(samples if number else Samples())
            except NeverShownError as error:
                samples.faults[scenario.name] = str(error)
    _note("")
    return samples


def _note(text: str) -> None:
    """Say on the terminal, if there is one, how far it is."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
