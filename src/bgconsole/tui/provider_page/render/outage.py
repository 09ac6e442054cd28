"""An outage on its provider's page: who is shut out, and what can be done about it now."""

from typing import Final

from textual.content import Content

from bgconsole.policy.entries import MAX_ENTRIES
from bgconsole.tui.kit.render.effect import people_rows
from bgconsole.tui.kit.render.keys import key_hint, presses
from bgconsole.tui.kit.render.text import (
    cut,
    fit,
    line,
    lines,
    name_rows,
    names,
    rule,
    safe_text,
    spread_fitting,
    words,
)
from bgconsole.tui.model.outages import Outage
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, OK, STRONG

_ALL: Final = line("  ", key_hint("w", " all"))
_KEY: Final = 4
_CHANGE: Final = 25


def shut_out(outage: Outage, width: int, *, compact: bool) -> Content:
    """'× 12 of 14 cannot sign in until Entra is back:', by name, and what they see instead."""
    short = safe_text(short_name(outage.detail))
    if not outage.shut_out and not outage.untried:
        return (
            line((f"{FULL.passes} ", OK), "Everybody can sign in although ")
            + short
            + words(" is down")
        )
    if outage.untried:
        return _uncertain(outage, short, width)
    emails = tuple(p.email for p in outage.shut_out)
    count = words(f"{len(emails)} of {outage.members}", STRONG)
    start = words(f"{FULL.fails} ", f"bold {DANGER}") + count + words(" cannot sign in")
    if compact:
        return lines(*people_rows(start + words(": "), emails, width, _ALL))
    return lines(
        start + words(" until ") + short + words(" is back:"),
        *(words("  ") + row for row in name_rows(emails, width - 2, 2)),
        _seen(outage, width),
    )


def _seen(outage: Outage, width: int) -> Content:
    """What everybody reads whose password is refused; its first sentence where room is short."""
    start = words("  They see: ", DIM)
    whole = start + safe_text(f"{outage.they_see}.", DIM)
    return (
        whole
        if whole.cell_length <= width
        else start + safe_text(outage.they_see.partition(". ")[0], DIM)
    )


def _uncertain(outage: Outage, short: Content, width: int) -> Content:
    """Who cannot sign in, in one row, and who might by another provider, in another."""
    rows: list[Content] = []
    if outage.shut_out:
        count = words(f"{len(outage.shut_out)} of {outage.members}", STRONG)
        start = words(f"{FULL.fails} ", f"bold {DANGER}") + count + words(" cannot sign in: ")
        rows += people_rows(start, tuple(p.email for p in outage.shut_out), width, _ALL)
    count = words(f"{len(outage.untried)} of {outage.members}", STRONG)
    start = words(f"{FULL.bad} ", f"bold {CARE}") + count
    start += words(" have not tried another provider yet: ")
    rows += people_rows(start, tuple(p.email for p in outage.untried), width, _ALL)
    return lines(*rows, words("  until ", DIM) + short.stylize(DIM) + words(" is back", DIM))


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
        _change("a", "Let one more person in", read_only or room, width, possible=not read_only),
        _change(
            "t",
            "Turn enforcement off",
            read_only or _without_enforcement(outage, width - 2 - _KEY - _CHANGE),
            width,
            possible=not read_only,
        ),
        _change(
            "/", "Ask the simulator", "could somebody sign in, and what would let them in", width
        ),
        _change("w", "See who gets in", "everybody, before and after a draft", width),
    ]
    return lines(*heading, *rows)


def _change(key: str, change: str, effect: str, width: int, *, possible: bool = True) -> Content:
    left = words("  ") + fit(words(key, f"bold {ACCENT}" if possible else DIM), _KEY)
    left += fit(words(change, "" if possible else DIM), _CHANGE)
    whole = left + safe_text(effect, DIM)
    # Half an effect says something else: on a narrow page there is the action alone.
    return presses(key, whole if whole.cell_length <= width else cut(left, width))


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
