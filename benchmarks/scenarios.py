"""Scenarios: what is done with each program, once a round, and what is sampled of it."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.append import appends_per_second, raw_appends_per_second
from benchmarks.figures import Measure, Samples
from benchmarks.openid import probe_cpu_ms, verification_ms
from benchmarks.outage import outage_in_pauses
from benchmarks.peers import PEERS, Peer, command_of, install
from benchmarks.probe import NeverShownError, Stroke, Terminal
from benchmarks.scenario import Scenario
from benchmarks.seed import ROW_PATTERN
from benchmarks.stage import OWNER, PASSWORD, Site, Stage

_REFERENCES = Path(__file__).parent / "references"
_SETTLED = 1.0  # seconds of silence after which a program is taken to have started
_IDLE = 5.0  # seconds
_QUIET = 0.2  # seconds of silence after which the next key is pressed
_HASHING = 0.07  # seconds; argon2id as the product uses it takes about 0.1

_EMAIL_FIELD = r"Email"
_TYPED = "Z"
_PASSWORD_FIELD = r"Password"
_CHECKING = r"[Cc]hecking"
_MAIN_SCREEN = r"Enforce SSO"
_AUDIT_KEY = "l"
_WALK = (
    *(("home", Measure.HOME_KEY), ("pagedown", Measure.PAGE_KEY), ("pagedown", Measure.PAGE_KEY)),
    *(("end", Measure.END_KEY), ("pageup", Measure.PAGE_KEY), ("pageup", Measure.PAGE_KEY)),
)
_WALKS = 3
_TURNS = 3  # what is short and varies: more of it costs little and tells more


def scenarios(stage: Stage, peers: bool) -> tuple[Scenario, ...]:
    """All there is to measure, references first; with `peers` also the programs of others."""
    if peers:
        install()
    return (
        Scenario("hello", _hello, _TURNS),
        Scenario("input", _input, _TURNS),
        Scenario("sign-in", lambda samples: _sign_in(stage.signed_out, samples), _TURNS),
        *(Scenario(peer.name, _peer(peer, command_of(peer), stage)) for peer in PEERS if peers),
        Scenario("few", lambda samples: _open(stage.few, Measure.ROWS_FEW, samples), _TURNS),
        Scenario("many", lambda samples: _open(stage.many, Measure.ROWS_MANY, samples), _TURNS),
        Scenario("idle", lambda samples: _idle(stage.signed_out, samples)),
        Scenario("following", lambda samples: _following(stage.few, samples)),
        Scenario("keys", lambda samples: _keys(stage.many, samples)),
        Scenario("hashing", lambda samples: _hashing(stage.signed_out, samples)),
        Scenario("append", lambda samples: _append(stage, samples), _TURNS),
        Scenario("openid", _openid, _TURNS),
        Scenario("outage", _outage, _TURNS),
    )


def _hello(samples: Samples) -> None:
    with Terminal([sys.executable, str(_REFERENCES / "hello.py")]) as terminal:
        samples.add(Measure.HELLO_READY, _ms(terminal.wait_for("hello, world")))
        terminal.finish("ctrl+q")


def _input(samples: Samples) -> None:
    with Terminal([sys.executable, str(_REFERENCES / "input.py")]) as terminal:
        samples.add(Measure.INPUT_READY, _ms(terminal.wait_for(_EMAIL_FIELD)))
        stroke = terminal.press(_TYPED, shows=_TYPED)
        samples.add(Measure.INPUT_INTERACTIVE, _interactive(stroke))
        terminal.finish("ctrl+q")


def _sign_in(site: Site, samples: Samples) -> None:
    with Terminal(site.command, site.environment) as terminal:
        samples.add(Measure.READY, _ms(terminal.wait_for(_EMAIL_FIELD)))
        stroke = terminal.press(_TYPED, shows=_TYPED)
        samples.add(Measure.INTERACTIVE, _interactive(stroke))
        terminal.finish("ctrl+q")


def _peer(peer: Peer, command: Path, stage: Stage) -> Callable[[Samples], None]:
    site = Site(stage.folder, stage.few.database)

    def measure(samples: Samples) -> None:
        with Terminal([str(command)], site.environment) as terminal:
            samples.add(peer.measure, _ms(terminal.wait_for(peer.ready)))
            if peer.typed:
                stroke = terminal.press(_TYPED, shows=peer.typed.shows)
                samples.add(peer.typed.measure, _interactive(stroke))

    return measure


def _open(site: Site, rows: Measure, samples: Samples) -> None:
    with Terminal(site.command, site.environment) as terminal:
        samples.add(rows, _ms(terminal.wait_for(ROW_PATTERN)))
        terminal.rest(_QUIET)
        terminal.finish("ctrl+q")


def _idle(site: Site, samples: Samples) -> None:
    with Terminal(site.command, site.environment) as terminal:
        terminal.wait_for(_EMAIL_FIELD)
        terminal.rest(_SETTLED)
        idle = terminal.idle(_IDLE)
        samples.add(Measure.SIGN_IN_IDLE_BYTES, idle.bytes_per_second)
        samples.add(Measure.SIGN_IN_IDLE_CPU, idle.cpu_percent)
        terminal.finish("ctrl+q")


def _following(site: Site, samples: Samples) -> None:
    with Terminal(site.command, site.environment) as terminal:
        terminal.wait_for(ROW_PATTERN)
        terminal.rest(_SETTLED)
        idle = terminal.idle(_IDLE)
        samples.add(Measure.FOLLOWING_IDLE_BYTES, idle.bytes_per_second)
        samples.add(Measure.FOLLOWING_IDLE_CPU, idle.cpu_percent)
        _walk_audit(terminal, Samples())
        samples.add(Measure.MEMORY_FEW, terminal.usage().peak_mb)
        terminal.finish("ctrl+q")


def _keys(site: Site, samples: Samples) -> None:
    with Terminal(site.command, site.environment) as terminal:
        terminal.wait_for(ROW_PATTERN)
        terminal.rest(_SETTLED)
        _walk_audit(terminal, samples)
        samples.add(Measure.MEMORY_MANY, terminal.usage().peak_mb)
        terminal.finish("ctrl+q")


def _walk_audit(terminal: Terminal, samples: Samples) -> None:
    """To the ends of the audit log and some pages back from each, a few times."""
    terminal.press(_AUDIT_KEY, quiet=_QUIET)
    for key, measure in _WALK * _WALKS:
        samples.add(measure, _first_byte(terminal, terminal.press(key, quiet=_QUIET)))


def _hashing(site: Site, samples: Samples) -> None:
    """Sign in, and type on while the password is being hashed."""
    with Terminal(site.command, site.environment) as terminal:
        terminal.wait_for(_EMAIL_FIELD)
        terminal.rest(_SETTLED)
        for text, shows in ((OWNER, _PASSWORD_FIELD), (PASSWORD, _CHECKING)):
            terminal.type(text)
            terminal.rest(_QUIET)
            terminal.press("enter", shows, quiet=0.005)
        sent, slowest = time.perf_counter(), 0.0
        while time.perf_counter() - sent < _HASHING:
            slowest = max(slowest, _first_byte(terminal, terminal.press(_TYPED, quiet=0.005)))
        terminal.wait_for(_MAIN_SCREEN)  # or else it was not this password that was hashed
        samples.add(Measure.HASHING_KEY, slowest)
        terminal.finish("ctrl+q")


def _openid(samples: Samples) -> None:
    samples.add(Measure.ID_TOKEN, verification_ms())
    samples.add(Measure.PROBE_CPU, probe_cpu_ms())


def _outage(samples: Samples) -> None:
    samples.add(Measure.OUTAGE, outage_in_pauses())


def _append(stage: Stage, samples: Samples) -> None:
    samples.add(Measure.RAW_APPEND, raw_appends_per_second(stage))
    samples.add(Measure.APPEND, appends_per_second(stage))


def _interactive(stroke: Stroke) -> float:
    """Milliseconds from the program's start until the key was on the screen."""
    if stroke.shown is None:
        raise NeverShownError(f"the key {_TYPED} did not come on the screen")
    return _ms(stroke.sent + stroke.shown)


def _first_byte(terminal: Terminal, stroke: Stroke) -> float:
    if stroke.first_byte is None:
        raise NeverShownError(f"a key changed nothing; the screen:\n{terminal.screen()}")
    return _ms(stroke.first_byte)


def _ms(seconds: float) -> float:
    return seconds * 1000
