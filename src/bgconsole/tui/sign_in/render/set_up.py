"""What is said where a team is made, and where another database is chosen."""

from typing import Final

from textual.content import Content

from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.tui.kit.render.text import line, lines, words
from bgconsole.tui.sign_in.render.entry import (
    FORM_WIDTH,
    INDENT,
    busy,
    note,
    other_way,
    prose,
    rule,
)
from bgconsole.tui.terminal.theme import DIM, STRONG

MAKING: Final = busy("Making the team")
LOOKING: Final = busy("Looking")
PLACE: Final = "For your user only; made by the last enter"

NO_NAME: Final = Refusal(Code.INVALID_VALUE, "Give the team a name")
NO_PLACE: Final = Refusal(Code.INVALID_VALUE, "Say where the data goes", "The path of a file")
NOT_BY_SERVER: Final = Refusal(
    Code.UNREACHABLE, "A team is not made through a server", "F2 opens one that is there"
)
NOTHING_THERE: Final = Refusal(
    Code.UNREACHABLE, "There is no team there", "Check where it is, or go back and make one"
)
TAKEN: Final = refusal(
    Code.ALREADY_INITIALISED, "A team is there already", "F2 goes to it; or name another file"
)


def head(width: int) -> Content:
    """What this screen is for."""
    return lines(
        line(("Set up your team", STRONG)),
        prose("There is none here yet. You become its first owner.", width),
    )


def other_ways(width: int, *, connects: bool) -> Content:
    """What to do instead."""
    rows = [rule(width)]
    if connects:
        rows.append(other_way("or", words("Open a team that is there"), "F2", width))
    look = "Look around first: bgconsole demo"
    return lines(*rows, prose(look, width, DIM, indent=INDENT if width >= FORM_WIDTH else "  "))


def place_note(width: int) -> Content:
    """What becomes of the place."""
    return note(PLACE, width)


def connect_head(width: int) -> Content:
    """What the choice of a database is for."""
    return lines(
        line(("Open a team that is there", STRONG)),
        prose("Nothing is made or changed by looking.", width),
    )


def connect_note(width: int) -> Content:
    """How a place is written."""
    return note("https://HOST for a server, the path of a file, or a database's URL", width)
