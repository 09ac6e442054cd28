"""An outage: the red line over every tab, who is shut out, and what can be done about it now."""

from collections.abc import Iterator
from itertools import product
from typing import Final

from textual.content import Content

from bgconsole.policy.entries import MAX_ENTRIES
from bgconsole.policy.team import Person
from bgconsole.policy.text import visible
from bgconsole.tui.outages import Outage
from bgconsole.tui.provider_names import short_name
from bgconsole.tui.render.keys import presses
from bgconsole.tui.render.provider import everybody
from bgconsole.tui.render.text import (
    EMPTY,
    cut,
    fit,
    line,
    lines,
    local_part,
    names,
    rule,
    safe_text,
    spread,
    spread_fitting,
    words,
)
from bgconsole.tui.state import ProviderView
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, DANGER, DIM, OK, STRONG

_WIDE: Final = 100
_KEY: Final = 4
_DEED: Final = 25


def banner(found: tuple[Outage, ...], view: ProviderView | None, width: int) -> Content:
    """What is down and who can sign in: emails in full where they fit, the count always.

    Nothing without an outage. `view` tells who is looking: a member is told of themselves only.
    """
    if not found or view is None:
        return EMPTY
    if not view.administers:
        own = "your password lets you in" if found[0].entering else "you cannot sign in until then"
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
    down = words(f"{FULL.fails} ") + safe_text(short_name(worst)) + words(" down")
    since = words(f" since {worst.idp.since:%H:%M}" if worst.idp.since else "")
    for cause in _causes(worst.idp.detail):
        yield down + since + words(" (") + safe_text(cause) + words(f"){more}")
    yield down + since + words(more)
    yield down + words(more)


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


def shut_out(outage: Outage, width: int, *, compact: bool) -> Content:
    """'× 12 of 14 cannot sign in until Entra is back:', by name, and what they see instead."""
    short = safe_text(short_name(outage.detail))
    if not outage.shut_out:
        return (
            line((f"{FULL.passes} ", OK), "Everybody can sign in although ")
            + short
            + words(" is down")
        )
    emails = tuple(p.email for p in outage.shut_out)
    count = words(f"{len(emails)} of {outage.members}", STRONG)
    start = words(f"{FULL.fails} ", f"bold {DANGER}") + count + words(" cannot sign in")
    if compact:
        return everybody(start + words(": "), emails, width)
    return lines(
        start + words(" until ") + short + words(" is back:"),
        *_two_rows(emails, width),
        words("  They see: Sign in with ", DIM) + safe_text(outage.detail.name, DIM),
    )


def _two_rows(emails: tuple[str, ...], width: int) -> list[Content]:
    """Every name in one row or two, as many as fit."""
    room = width - 2
    for first in range(len(emails), 0, -1):
        row = Content(", ".join(visible(local_part(e)) for e in emails[:first]))
        if first == len(emails) and row.cell_length <= room:
            return [words("  ") + row]
        if row.cell_length < room:
            rest = names(emails[first:], room)
            return [words("  ") + row + words(","), words("  ") + rest]
    return [words("  ") + names(emails, room)]


def what_now(outage: Outage, view: ProviderView, width: int, *, compact: bool) -> Content:
    """The keys that help now, with their effect in numbers; none changes anything by itself."""
    head = words("What you can do now", STRONG)
    promise = words("nothing changes before you press Save", DIM)
    heading = [spread_fitting(width, head, promise)]
    if not compact:
        heading.append(rule(width))
    read_only = "not here: this console is read-only" if view.read_only else ""
    full = len(view.draft.current.emails) >= MAX_ENTRIES
    room = "the list is full: remove somebody first" if full else "needs a password and membership"
    rows = [
        _deed("a", "Let one more person in", read_only or room, width, possible=not read_only),
        _deed(
            "t",
            "Turn enforcement off",
            read_only or _without_enforcement(outage, width - 2 - _KEY - _DEED),
            width,
            possible=not read_only,
        ),
        _deed("/", "See if somebody gets in", "dry run, and what would let them in", width),
        _deed("w", "See who gets in", "everybody, before and after a draft", width),
    ]
    return lines(*heading, *rows)


def _deed(key: str, deed: str, effect: str, width: int, *, possible: bool = True) -> Content:
    left = words("  ") + fit(words(key, f"bold {ACCENT}" if possible else DIM), _KEY)
    left += fit(words(deed, "" if possible else DIM), _DEED)
    return presses(key, cut(left + safe_text(effect, DIM), width))


def _without_enforcement(outage: Outage, width: int) -> str:
    """'12 of 14 could sign in: not raj, sara'; names cut, never the count."""
    waiting = tuple(p.email for p in outage.waiting)
    if not waiting:
        return f"all {outage.members} could sign in"
    if len(waiting) == len(outage.shut_out):
        return "lets in nobody more: SSO is enforced elsewhere too"
    count = f"{outage.members - len(waiting)} of {outage.members} could sign in"
    told = names(waiting, width - len(count) - len(": not ")).plain
    return count if told.startswith(FULL.ellipsis) else f"{count}: not {told}"
