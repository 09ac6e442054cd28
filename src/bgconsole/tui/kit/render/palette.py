"""The list of all actions: what each does, where it belongs, its key."""

from typing import Final

from textual.content import Content

from bgconsole.tui.kit.command_list import Command
from bgconsole.tui.kit.render.text import EMPTY, cut, fit, line, safe_text, spread, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DIM, STRONG, TEXT

NO_REASON: Final = "Not available now"


def no_command(width: int) -> Content:
    """Instead of rows where no action has the letters."""
    return cut(words("  No action has these letters.", DIM), width)


def command_row(command: object, width: int, marked: bool) -> Content:
    """What it does, where it belongs, its key."""
    if not isinstance(command, Command):
        return EMPTY
    style = DIM if not command.enabled else STRONG if marked else TEXT
    left = words(f"{FULL.cursor} " if marked else "  ", ACCENT) + safe_text(command.what, style)
    if command.place:
        left += words("  ") + safe_text(command.place, DIM)
    key = words(f"  {command.key} ", f"bold {ACCENT}" if command.enabled else DIM)
    row = spread(width, left, key)
    return row.stylize_before("on $focus") if marked else row


def command_reason(command: Command | None, width: int) -> Content:
    """Why the command under the cursor cannot be done now; a blank row where it can."""
    if command is None or command.enabled:
        return words(" ")
    reason = line((f"{FULL.bad} ", CARE), safe_text(command.reason or NO_REASON))
    return fit(reason, width)
