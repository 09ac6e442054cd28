"""Short messages over the screen: what happened, and what to do about it; one at a time."""

from enum import StrEnum
from typing import Final

from textual.dom import DOMNode

from bgconsole.policy.text import visible
from bgconsole.tui.terminal.signs import FULL

_SHOWN: Final = 6.0
"""Seconds; a click takes it away sooner."""


class Tone(StrEnum):
    """How a message is meant; the values are Textual's severities."""

    DONE = "information"
    CARE = "warning"
    FAILED = "error"


def tell(node: DOMNode, tone: Tone, what: str, remedy: str = "") -> None:
    """Show `what` with its remedy below; takes the place of the message before it.

    Both may hold text from outside. Nothing secret belongs here.
    """
    node.app.clear_notifications()
    signs = {Tone.DONE: FULL.passes, Tone.CARE: FULL.bad, Tone.FAILED: FULL.fails}
    first = f"{signs[tone]} {visible(what)}"
    node.app.notify(
        f"  {visible(remedy)}" if remedy else first,
        title=first if remedy else "",
        severity=tone.value,
        timeout=_SHOWN,
        markup=False,
    )
