"""Report: the figures as a table for people and as JSON for scripts."""

import json
import os
import platform
import sqlite3
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version

from benchmarks.figures import Comparison, Figure, Samples


@dataclass(frozen=True)
class Conditions:
    """What the figures depend on: the machine, what else it did, how often was measured."""

    rounds: int
    events: int
    load_before: float
    load_after: float
    cores: int
    python: str
    textual: str
    sqlite: str


def conditions(rounds: int, events: int, load_before: float) -> Conditions:
    """The conditions now, at the end of a run."""
    return Conditions(
        rounds=rounds,
        events=events,
        load_before=load_before,
        load_after=os.getloadavg()[0],
        cores=os.cpu_count() or 1,
        python=platform.python_version(),
        textual=version("textual"),
        sqlite=sqlite3.sqlite_version,
    )


def as_table(figures: Sequence[Figure], samples: Samples, made_under: Conditions) -> str:
    """One line per figure: ours, the reference, what the goal speaks of, and the verdict."""
    c = made_under
    lines = [
        f"Medians of {c.rounds} interleaved rounds; 'many' is {c.events:,} audit events.",
        f"Load {c.load_before:.2f} before, {c.load_after:.2f} after; {c.cores} cores.",
        f"Python {c.python}, Textual {c.textual}, SQLite {c.sqlite}.",
        "",
        _row("figure", "bgconsole", "reference", "", "goal", ""),
    ]
    lines += [_figure_row(figure, samples) for figure in figures]
    for name, reason in samples.faults.items():
        lines += ["", f"In some rounds '{name}' could not be measured: {reason.rstrip()}"]
    return "\n".join(lines)


def as_json(
    figures: Sequence[Figure],
    samples: Samples,
    made_under: Conditions,
    jobs: Sequence[Mapping[str, object]] = (),
) -> str:
    """Everything: conditions, figures with their verdicts, every sample, the jobs."""
    whole = {
        "conditions": asdict(made_under),
        "figures": [
            {
                "name": figure.name,
                "ours": figure.ours,
                "reference": figure.reference,
                "unit": figure.unit,
                "comparison": figure.comparison.value if figure.reference else "value",
                "value": figure.value(samples),
                "bound": figure.bound.value,
                "limit": figure.limit,
                "verdict": figure.verdict(samples),
            }
            for figure in figures
        ],
        "samples": {
            measure: {
                "min": min(found),
                "median": statistics.median(found),
                "max": max(found),
                "all": found,
            }
            for measure, found in samples.values.items()
        },
        "jobs": list(jobs),
        "not_measured": samples.faults,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False)


def _figure_row(figure: Figure, samples: Samples) -> str:
    ours, value = samples.median(figure.ours), figure.value(samples)
    reference, compared, limit = "", "", f"{figure.limit:g} {figure.unit}"
    if figure.reference is not None:
        name = figure.reference.partition(":")[0]
        reference = f"{name} {_quantity(samples.median(figure.reference), figure.unit)}"
        if figure.comparison is Comparison.RATIO:
            compared, limit = "–" if value is None else f"{value:.2f} ×", f"{figure.limit:g} ×"
        elif figure.comparison is Comparison.VALUE:
            beside = samples.median(figure.reference)
            compared = "–" if ours is None or beside is None else f"{ours / beside:.2f} ×"
        else:
            compared = "–" if value is None else f"{value:+.2f} {figure.unit}"
    goal = f"{figure.bound.value} {limit}"
    return _row(
        *(figure.name, _quantity(ours, figure.unit), reference, compared, goal),
        figure.verdict(samples),
    )


def _quantity(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f} {unit}" if value >= 100 or value == 0 else f"{value:.3g} {unit}"


def _row(name: str, ours: str, reference: str, compared: str, goal: str, verdict: str) -> str:
    cells = f"{name:<35} {ours:>10}  {reference:>21}  {compared:>9}  {goal:>9}  {verdict}"
    return cells.rstrip()
