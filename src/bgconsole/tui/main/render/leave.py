"""What is asked before changes are dropped, and when changes were kept from before."""

from datetime import datetime

from textual.content import Content

from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.render.changes import Unsaved, count, unsaved
from bgconsole.tui.kit.render.text import (
    EMPTY,
    cut,
    flowing,
    line,
    lines,
    local_part,
    safe_text,
    words,
)
from bgconsole.tui.main.draft_keeper import TakenUp
from bgconsole.tui.model.draft_file import KeptDrafts
from bgconsole.tui.model.state import ConsoleState
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DIM, STRONG

KEEP = Button("Keep editing", "esc")
LATER = Button("Keep draft", "k")
SAVE = Button("Save", "^S")
DROP = Button("Discard", "y", style=CARE)


def leave(every: tuple[Unsaved, ...], width: int) -> Content:
    """What would be lost, by provider and change."""
    return lines(
        words("Not saved, visible only to you:"),
        EMPTY,
        unsaved(every, width),
    )


def kept_head(kept: KeptDrafts, now: datetime, width: int) -> Content:
    """'You left 3 changes unsaved at 02:51 UTC: Restore or discard them.'"""
    first = line("You left ", (count(kept.changes), STRONG), f" unsaved {_when(kept.at, now)}.")
    second = words("Restore or discard them.")
    if first.cell_length + 1 + second.cell_length <= width:
        return first + words(" ") + second
    return lines(cut(first, width), cut(second, width))


def kept_draft(
    kept: KeptDrafts, taken: TakenUp, state: ConsoleState, now: datetime, width: int
) -> Content:
    """What would be taken up, what others saved since, and what cannot be taken up."""
    every = tuple(
        Unsaved(detail.name if detail else slug, draft.delta)
        for slug, draft in taken.drafts.items()
        for detail in (state.provider(slug),)
    )
    rows = [kept_head(kept, now, width), EMPTY]
    rows += [unsaved(every, width)] if every else [words("Nothing is left to restore.", DIM)]
    notes = [_moved(slug, state) for slug in taken.moved]
    for left in taken.left:
        what = f"{left.email}: " if left.email else f"{left.name}: "
        notes.append(
            words(f"{FULL.bad} ", CARE)
            + safe_text(f"{what}{left.why}")
            + words(" (not restored)", DIM)
        )
    if notes:
        rows += [EMPTY, *(flowing(note, width, 2) for note in notes)]
    return lines(*rows)


def _moved(slug: str, state: ConsoleState) -> Content:
    detail = state.provider(slug)
    who = local_part(detail.saved_by) if detail and detail.saved_by else "Somebody"
    name = detail.name if detail else slug
    start = words(f"{FULL.bad} ", CARE) + safe_text(f"{who} saved {name} since: ")
    return start + words("your changes are merged with theirs")


def _when(at: datetime, now: datetime) -> str:
    if at.date() == now.date():
        return f"at {at:%H:%M} UTC"
    return f"on {at.day} {at:%b} at {at:%H:%M} UTC"


def kept_buttons(width: int) -> Content:
    """Going on is the primary way."""
    return buttons(
        width,
        Button("Restore", "enter"),
        Button("Discard", "d", style=CARE),
        Button("Not now", "esc"),
    )
