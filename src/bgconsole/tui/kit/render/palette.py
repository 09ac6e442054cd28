"""The list of all actions: what each does, where it belongs, its key."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from bgconsole.tui.kit.command_list import Command
from bgconsole.tui.kit.render.keys import clickable_row
from bgconsole.tui.kit.render.text import fit, line, lines, safe_text, spread, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DIM, STRONG, TEXT

NO_REASON: Final = "This cannot be done now"


def command_rows(shown: Sequence[Command], cursor: int, width: int, *, height: int) -> Content:
    """`height` rows around the cursor."""
    top = min(max(cursor - height // 2, 0), max(len(shown) - height, 0))
    rows = [
        clickable_row(top + place, _row(command, width, cursor=top + place == cursor))
        for place, command in enumerate(shown[top : top + height])
    ]
    if not rows:
        rows = [fit(words("  No action has these letters.", DIM), width)]
    rows += [words(" " * width)] * (height - len(rows))
    return lines(*rows)


def _row(command: Command, width: int, *, cursor: bool) -> Content:
    style = DIM if not command.enabled else STRONG if cursor else TEXT
    left = words(f"{FULL.cursor} " if cursor else "  ", ACCENT) + safe_text(command.what, style)
    if command.place:
        left += words("  ") + safe_text(command.place, DIM)
    row = spread(
        width, left, words(f"  {command.key} ", f"bold {ACCENT}" if command.enabled else DIM)
    )
    return row.stylize_before("on $focus") if cursor else row


def command_reason(command: Command | None, width: int) -> Content:
    """Why the command under the cursor cannot be done now; a blank row where it can."""
    if command is None or command.enabled:
        return words(" ")
    reason = line((f"{FULL.bad} ", CARE), safe_text(command.reason or NO_REASON))
    return fit(reason, width)
