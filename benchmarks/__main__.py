"""The command `python -m benchmarks`: measure, and print the figures beside their references."""

import argparse
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks import jobs, report, scenarios, shared
from benchmarks.figures import FIGURES, PEER_FIGURES, SHARED_FIGURES
from benchmarks.probe import NeverShownError
from benchmarks.scenario import Scenario, run
from benchmarks.stage import FEW_EVENTS, StageError, prepare
from tests.postgres import NoPostgresError

_ROOT = Path(__file__).parents[1]


def main() -> int:
    """Run the benchmarks. A figure over its goal is said, but is no failure."""
    options = _options()
    load_before = os.getloadavg()[0]
    only = set(options.only)
    if "shared" in only:
        only |= set(shared.NAMES)
    with ExitStack() as stack:
        try:
            wanted, folder = _wanted(options, only, stack)
        except (StageError, NoPostgresError) as error:
            print(f"The databases could not be made ready: {error}", file=sys.stderr)
            return 1
        samples = run(wanted, options.rounds)
    made_under = report.conditions(options.rounds, options.events, load_before)
    figures = FIGURES + SHARED_FIGURES + (PEER_FIGURES if options.peers else ())
    if only:
        figures = tuple(figure for figure in figures if figure.value(samples) is not None)
    if figures or samples.faults:
        print(report.as_table(figures, samples, made_under))
    done = _jobs(folder) if not only or "jobs" in only else ()
    if options.json:
        whole = report.as_json(figures, samples, made_under, jobs.as_values(done))
        options.json.write_text(whole + "\n")
    return 0


def _wanted(
    options: "_Options", only: set[str], stack: ExitStack
) -> tuple[tuple[Scenario, ...], Path]:
    """The scenarios asked for, and the folder of this run. Raises StageError, NoPostgresError."""
    kept = _ROOT / ".bench"
    stage = prepare(kept, FEW_EVENTS if only and only <= set(_SHARED) else options.events)
    found = scenarios.scenarios(stage, peers=options.peers)
    if not only or only & set(shared.NAMES):
        found += stack.enter_context(shared.scenarios(kept, options.events))
    return tuple(one for one in found if one.name in only or not only), stage.folder


_SHARED = ("shared", *shared.NAMES)


def _jobs(folder: Path) -> tuple[jobs.Done, ...]:
    """Measure the commonest jobs, and print them."""
    try:
        done = jobs.measure(folder)
    except NeverShownError as error:
        print(f"\nThe jobs could not be measured: {error}")
        return ()
    print("\n" + jobs.as_table(done))
    return done


class _Options(argparse.Namespace):
    """What was asked for on the command line."""

    rounds: int = 5
    events: int = 1_000_000
    peers: bool = False
    json: Path | None = None
    only: tuple[str, ...] = ()


def _options() -> _Options:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, argument_default=argparse.SUPPRESS
    )
    parser.add_argument("-n", "--rounds", type=int, help="measured rounds (5)")
    parser.add_argument("--events", type=int, help="audit events of the large log (1000000)")
    parser.add_argument(
        "--peers", action="store_true", help="also measure posting and harlequin, installed once"
    )
    parser.add_argument("--only", nargs="+", metavar="SCENARIO", help="leave out all others")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every sample there")
    return parser.parse_args(namespace=_Options())


if __name__ == "__main__":
    raise SystemExit(main())
