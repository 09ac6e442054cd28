"""A figure sets ours beside its reference, and says whether the goal is reached."""

import json

import pytest

from benchmarks.figures import Bound, Comparison, Figure, Measure, Samples, Verdict
from benchmarks.report import Conditions, as_json, as_table

_UNDER = Conditions(
    rounds=3,
    events=1000,
    load_before=0.1,
    load_after=0.2,
    cores=2,
    python="3.11.7",
    textual="8.2.8",
    sqlite="3.40.1",
)
_RATIO = Figure("ready", Measure.READY, "ms", 1.5, Measure.INPUT_READY)


def _samples(ours: float, reference: float) -> Samples:
    samples = Samples()
    for drift in (-10, 0, 10):
        samples.add(Measure.READY, ours + drift)
        samples.add(Measure.INPUT_READY, reference + drift)
    return samples


@pytest.mark.parametrize(
    ("ours", "verdict"), [(299, Verdict.PASS), (300, Verdict.PASS), (301, Verdict.OVER)]
)
def test_a_ratio_of_medians_is_held_against_the_limit(ours: float, verdict: Verdict) -> None:
    assert _RATIO.verdict(_samples(ours, 200)) is verdict


def test_a_difference_is_held_against_the_limit() -> None:
    figure = Figure(
        *("memory", Measure.READY, "MB", 1, Measure.INPUT_READY), comparison=Comparison.DIFFERENCE
    )
    assert figure.verdict(_samples(41, 40)) is Verdict.PASS
    assert figure.verdict(_samples(42, 40)) is Verdict.OVER


def test_a_rate_has_to_be_high() -> None:
    figure = Figure(
        *("append", Measure.READY, "/s", 0.35, Measure.INPUT_READY), bound=Bound.AT_LEAST
    )
    assert figure.verdict(_samples(400, 1000)) is Verdict.PASS
    assert figure.verdict(_samples(300, 1000)) is Verdict.OVER


def test_what_was_not_measured_reaches_no_goal_and_misses_none() -> None:
    samples = Samples()
    samples.add(Measure.READY, 200)
    assert _RATIO.verdict(samples) is Verdict.NONE


def test_the_table_shows_ours_reference_ratio_goal_and_verdict_on_one_line() -> None:
    table = as_table([_RATIO], _samples(250, 200), _UNDER)
    assert "ready 250 ms input 200 ms 1.25 × ≤ 1.5 × pass" in " ".join(table.split())
    assert "Load 0.10 before, 0.20 after" in table


def test_the_json_holds_every_sample() -> None:
    whole = json.loads(as_json([_RATIO], _samples(250, 200), _UNDER))
    assert whole["samples"]["sign-in: ready"]["all"] == [240, 250, 260]
    assert whole["figures"][0]["value"] == 1.25
    assert whole["conditions"]["rounds"] == 3
