"""What is said of the line to the data while something is wrong with it, and once it is back."""

from datetime import datetime
from typing import Final

from textual.content import Content

from bgconsole.tui.kit.render.text import EMPTY, cut, safe_text, words
from bgconsole.tui.model.connection_state import ConnectionProblem, Fault
from bgconsole.tui.terminal.signs import FULL

_HOUR: Final = 60
_NARROW: Final = 60

CHECKING: Final = "Outcome unknown, checking …"


def problem_line(problem: ConnectionProblem | None, now: datetime, width: int) -> Content:
    """One line: what is lost, since when, how old what is shown is; nothing while all is well.

    Ages are in minutes, so that a screen on which nothing else happens writes once a minute.
    """
    if problem is None:
        return EMPTY
    if problem.fault is Fault.CHECKING:
        return cut(words(f"{FULL.bad} ") + safe_text(problem.sentence or CHECKING), width)
    head = _head(problem)
    since = head + words(f" {_ago(problem.since, now)}")
    tails = _tails(problem)
    whole = (one + tail for tail in tails for one in (since + _why(problem), since))
    fitting = next((one for one in whole if one.cell_length <= width), None)
    if fitting is not None:
        return fitting
    # How old what is shown is, is told whatever the length of the reason.
    left = head if width < _NARROW else since
    return cut(left, width - tails[-1].cell_length) + tails[-1]


def back(host: str) -> str:
    """It can be asked again."""
    return f"Reconnected to {host}" if host else "Reconnected to the database"


def _tails(problem: ConnectionProblem) -> tuple[Content, ...]:
    """How old what is shown is, and what is done; the fullest first."""
    again = words(" · retrying")
    if problem.known_at is None:
        return again, EMPTY
    at = f"{problem.known_at:%H:%M}"
    brief = words(f" · as of {at}")
    return words(f" · showing data from {at}") + again, brief + again, brief


def _head(problem: ConnectionProblem) -> Content:
    sign = words(f"{FULL.fails} ")
    if problem.fault is Fault.LOST:
        return sign + words("Lost connection to ") + safe_text(problem.host)
    return sign + (safe_text(problem.sentence) or words("The database does not answer"))


def _why(problem: ConnectionProblem) -> Content:
    if problem.fault is not Fault.LOST or not problem.sentence:
        return EMPTY
    return words(" (") + safe_text(problem.sentence) + words(")")


def _ago(since: datetime, now: datetime) -> str:
    minutes = int((now - since).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < _HOUR:
        return f"{minutes} min ago"
    return f"{minutes // _HOUR} h {minutes % _HOUR:02} min ago"
