"""Jobs: the five that are done most often, key by key, on the sample team; keys, bytes, and time.

Bytes are what the console writes to the terminal until the job is done and the screen is silent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.probe import Terminal
from benchmarks.stage import BGCONSOLE, Site
from bgconsole.demo.people import KEN, OLGA

_QUIET = 0.4  # seconds of silence after which a step is over; what is saved comes back within it
_LINE = 960  # bytes a second over a line of 9,600 baud


@dataclass(frozen=True)
class Step:
    """One key, or a name typed letter by letter; `shows` is what the screen matches after it."""

    keys: str
    shows: str | None = None
    typed: bool = False


@dataclass(frozen=True)
class Job:
    """What somebody wants, and how it is done from the main screen."""

    name: str
    steps: tuple[Step, ...]

    @property
    def strokes(self) -> int:
        """Keys to press, names aside."""
        return sum(1 for step in self.steps if not step.typed)

    @property
    def letters(self) -> int:
        """Letters of names to type."""
        return sum(len(step.keys) for step in self.steps if step.typed)

    @property
    def how(self) -> str:
        """The keys as people read them."""
        return " ".join("name" if step.typed else step.keys for step in self.steps)


JOBS = (
    Job(
        "add somebody and save",
        (
            Step("a"),
            Step(KEN.email, typed=True),
            Step("enter", r"\+ ken@"),
            Step("ctrl+s", "Saved"),
        ),
    ),
    Job("remove somebody and save", (Step("down"), Step("x", "− mia@"), Step("ctrl+s", "Saved"))),
    Job("switch enforcement", (Step("t", "not saved"), Step("ctrl+s", "Saved"))),
    Job("can X get in if Entra is down?", (Step("/"), Step("gu", "gus cannot get in", typed=True))),
    Job("the last break-glass login, in full", (Step("b"), Step("enter", "isBreakGlassAccess"))),
)


@dataclass(frozen=True)
class Done:
    """A job as measured: `bytes` of it, and `screen`, what the whole main screen took."""

    job: Job
    bytes: int
    screen: int


def measure(folder: Path) -> tuple[Done, ...]:
    """Every job once, each on a sample team of its own, in a home below `folder`.

    Raises NeverShownError when a step does not show what it should.
    """
    home = folder / "jobs"
    home.mkdir(exist_ok=True)
    site = Site(home, home / "none")
    return tuple(_measured(job, site.environment) for job in JOBS)


def _measured(job: Job, environment: Mapping[str, str]) -> Done:
    with Terminal([str(BGCONSOLE), "demo", "--reset"], environment) as terminal:
        terminal.wait_for("Email")
        terminal.rest(_QUIET)
        terminal.type(OLGA.email)
        terminal.press("enter", "Password", quiet=_QUIET)
        terminal.type(OLGA.password)
        before = terminal.byte_count
        terminal.press("enter", "following", quiet=1)
        screen = terminal.byte_count - before
        before = terminal.byte_count
        for step in job.steps:
            _take(terminal, step)
        done = Done(job, terminal.byte_count - before, screen)
        terminal.finish("ctrl+q", timeout=2)
    return done


def _take(terminal: Terminal, step: Step) -> None:
    """Press the keys of one step as a person does, one after another."""
    for key in step.keys if step.typed else (step.keys,):
        terminal.press(key, quiet=_QUIET)
    if step.shows is not None:
        terminal.wait_for(step.shows, timeout=5)
        terminal.rest(_QUIET)


def as_table(found: Sequence[Done]) -> str:
    """One line per job, and what they are held against."""
    rows = [f"{'job':<36} {'keys':>4}  {'how':<24} {'bytes':>6}  {'of a screen':>11}  9,600 baud"]
    rows += [
        f"{one.job.name:<36} {one.job.strokes:>4}  {one.job.how:<24} {one.bytes:>6,}"
        f"  {one.bytes / one.screen:>11.2f}  {one.bytes / _LINE:>8.1f} s"
        for one in found
    ]
    return "\n".join(rows)


def as_values(found: Sequence[Done]) -> list[dict[str, object]]:
    """The same for programs."""
    return [
        {
            "job": one.job.name,
            "keys": one.job.strokes,
            "letters": one.job.letters,
            "bytes": one.bytes,
            "screen_bytes": one.screen,
        }
        for one in found
    ]
