"""What is said to whoever knows their password no more; it names no account."""

from typing import Final

from textual.content import Content

from bgconsole.tui.kit.render.text import EMPTY, lines, safe_text, words
from bgconsole.tui.sign_in.render.entry import prose
from bgconsole.tui.terminal.theme import ACCENT, DIM, STRONG

_STEP: Final = "  "
_NARROW: Final = 40


def forgot(place: str, program: str, recovery: str, width: int) -> Content:
    """The way by somebody else first, then the way by the database's own rights.

    `program` is how the command line is called for this place, `recovery` where the database is.
    """
    return lines(
        prose("Ask an owner or admin of the team", width, STRONG),
        prose("They reset you in the Members tab, or with", width, indent=_STEP),
        *_command(program, "member reset EMAIL", width),
        prose(
            "and give you a one-time code, good for 24 hours. F6 on the sign-in screen makes a "
            "password of it. An owner's or admin's is reset by an owner only.",
            width,
            indent=_STEP,
        ),
        EMPTY,
        prose("You are the only owner, or nobody can get in", width, STRONG),
        prose(
            "On the machine that holds the database, as the user to whom its file belongs:",
            width,
            indent=_STEP,
        ),
        *(words("    ") + row for row in safe_text(place, DIM).wrap(max(width - 4, 1))),
        *_command(recovery, "recover EMAIL", width),
        prose(
            "makes EMAIL an owner with the password you type, lifts waits and pauses, and signs in "
            "past enforcement. It is recorded with user ID, terminal and host.",
            width,
            indent=_STEP,
        ),
    )


def _command(program: str, rest: str, width: int) -> list[Content]:
    """A command to be read off and copied: on one row, or on two as a shell takes them."""
    style = f"bold {ACCENT}"
    indent = words(_STEP + (_STEP if width > _NARROW else ""))
    whole = safe_text(f"{program} {rest}", style)
    room = max(width - indent.cell_length, 1)
    if whole.cell_length <= room:
        return [indent + whole]
    first = safe_text(f"{program} \\", style).wrap(room)
    return [*(indent + row for row in first), indent + words(f"{_STEP}{rest}", style)]
