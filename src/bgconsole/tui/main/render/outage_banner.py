"""An outage over every tab, in one red line: what is down, and who can sign in."""

from collections.abc import Iterator
from itertools import product
from typing import Final

from textual.content import Content

from bgconsole.policy.team import Person
from bgconsole.policy.text import visible
from bgconsole.tui.kit.render.text import EMPTY, local_part, names, safe_text, spread, words
from bgconsole.tui.model.outages import Outage
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL

_WIDE: Final = 100


def banner(found: tuple[Outage, ...], view: ProviderView | None, width: int) -> Content:
    """What is down and who can sign in: emails in full where they fit, the count always.

    Nothing without an outage. `view` tells who is looking: a member is told of themselves only.
    """
    if not found or view is None:
        return EMPTY
    if not view.administers:
        own = "you cannot sign in until then"
        if found[0].entering:
            own = "your password lets you in"
        elif found[0].untried:
            own = "you may sign in by another provider"
        heads = (head + words(f": {own}") for head in _heads(found))
        return next((h for h in heads if h.cell_length <= width), words(f"{FULL.fails} {own}"))
    worst = found[0]
    count = words(f": {len(worst.entering)} of {worst.members} can sign in")
    right = words("  w who" if width >= _WIDE else "  w")
    room = width - right.cell_length
    tellings = (head + count + told for told, head in _tellings(found, worst.entering))
    left = next((one for one in tellings if one.cell_length <= room), None)
    return spread(width, _as_many(found, worst, count, room) if left is None else left, right)


def _tellings(
    found: tuple[Outage, ...], people: tuple[Person, ...]
) -> Iterator[tuple[Content, Content]]:
    """Names and beginning, the fullest first: the cause gets shorter before the emails do."""
    heads = list(_heads(found))
    if not people:
        yield from ((EMPTY, head) for head in heads)
        return
    for at_sign in ("", "…"):
        told = [visible(_until(p.email, at_sign)) for p in people]
        yield from product([Content(": " + ", ".join(told))], heads[:-2] or heads[:-1])


def _until(email: str, ellipsis: str) -> str:
    return f"{local_part(email)}@{ellipsis}" if ellipsis else email


def _as_many(found: tuple[Outage, ...], worst: Outage, count: Content, room: int) -> Content:
    """As many short names as fit, the rest counted; at worst the count alone."""
    heads = list(_heads(found))
    for head in heads[-3:-1]:
        start = head + count + words(": ")
        told = names(tuple(p.email for p in worst.entering), room - start.cell_length)
        if worst.entering and not told.plain.startswith(FULL.ellipsis):
            return start + told
    return next((h + count for h in heads[-2:] if (h + count).cell_length <= room), count)


def _heads(found: tuple[Outage, ...]) -> Iterator[Content]:
    """'× Entra down since 02:41 (discovery timed out) +1 more', with ever less of the cause."""
    worst, more = found[0].detail, f" +{len(found) - 1} more" if len(found) > 1 else ""
    name = words(f"{FULL.fails} ") + safe_text(f"{short_name(worst)} ")
    since = name + words(worst.idp.told(configured=worst.configured))
    for cause in _causes(worst.idp.detail):
        yield since + words(" (") + safe_text(cause) + words(f"){more}")
    yield since + words(more)
    yield name + words(f"{worst.word}{more}")


def _causes(detail: str) -> Iterator[str]:
    """The cause as measured, without how long it took, without what was asked."""
    told = detail.strip().removesuffix(".")
    if not told:
        return
    told = told[:1].lower() + told[1:]
    yield told
    brief = told.partition(" after ")[0]
    if brief != told:
        yield brief
    rest = brief.partition(" ")[2]
    if " " in rest:
        yield rest
