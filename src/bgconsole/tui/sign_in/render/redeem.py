"""What is said where a one-time code becomes a password."""

from typing import Final

from textual.content import Content

from bgconsole.policy.refusals import Code, Refusal
from bgconsole.tui.kit.render.text import line, lines, safe_text
from bgconsole.tui.sign_in.render.entry import busy, note, prose
from bgconsole.tui.terminal.theme import STRONG

SETTING: Final = busy("Setting the password")
NO_CODE: Final = Refusal(Code.CODE_INVALID, "Type the code that you were given")


def head(team: str | None, width: int) -> Content:
    """What this screen is for."""
    title = line(("Set your password", STRONG))
    if team:
        title = line(("Set your password for ", STRONG)) + safe_text(team, STRONG)
    return lines(title, prose("With the one-time code that an owner or admin gave you.", width))


def code_note(width: int) -> Content:
    """How long a code is good for."""
    return note("It works once, within 24 hours", width)
