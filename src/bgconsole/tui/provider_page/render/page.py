"""A provider's page: the switch, what saving does by name, the list, the save row."""

from typing import Final, Protocol

from textual.content import Content

from bgconsole.backend.values import ProviderDetail
from bgconsole.policy import forecast
from bgconsole.policy.entries import MAX_ENTRIES
from bgconsole.policy.impact import AT_ALL, NOT_LISTED
from bgconsole.policy.login import password_open
from bgconsole.policy.team import Person
from bgconsole.tui.kit.render.idp_state import idp_state
from bgconsole.tui.kit.render.keys import key_hint, presses
from bgconsole.tui.kit.render.text import (
    EMPTY,
    beside,
    cut,
    line,
    lines,
    local_part,
    name_rows,
    rule,
    safe_text,
    spread,
    spread_fitting,
    words,
)
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, OK, STRONG

_CARE: Final = words(f"{FULL.bad} ", CARE)
_INDENT: Final = 2
_NAME_ROWS: Final = 2
"""Rows of names below what is said of them."""


class Above(Protocol):
    """Draws what stands above the consequence."""

    def __call__(self, width: int, *, compact: bool) -> Content:
        """In one row where it is `compact`."""
        ...


def no_provider(width: int, *, administers: bool) -> Content:
    """The page of a team without any provider: how people come in, and what to press."""
    if administers:
        press = line(
            "  ", key_hint("p", " opens the providers", ""), ", ", ("a", ACCENT), " adds one there."
        )
    else:
        press = words("  An owner or admin can add one.", DIM)
    return lines(
        line(("No identity provider yet", STRONG)),
        rule(width),
        words("  A password lets everybody in who has one; nobody can use SSO."),
        EMPTY,
        press,
    )


def switch(view: ProviderView, width: int) -> Content:
    """'Enforce SSO  ○ off → ● on  * not saved      Entra ✓ up'."""
    before, after = view.draft.base.enforced, view.draft.current.enforced
    left = line(("Enforce SSO", STRONG), " " * 8)
    if before == after:
        left += _switch_state(after, changed=False)
    else:
        left += _switch_state(before, changed=False, dim=True)
        left += words(f" {FULL.arrow} ", DIM) + _switch_state(after, changed=True)
        left += words(f"  {FULL.unsaved} not saved", CARE)
    if view.administers:
        left = presses("t", left)
    return spread_fitting(width, left, _idp(view.detail), _idp(view.detail, brief=True))


def _switch_state(enforced: bool, *, changed: bool, dim: bool = False) -> Content:
    sign, word = (FULL.on, "on") if enforced else (FULL.off, "off")
    if dim or not (enforced or changed):
        return words(f"{sign} {word}", DIM)
    return line(
        (f"{sign} ", CARE if changed else ACCENT), (word, f"bold {CARE}" if changed else STRONG)
    )


def _idp(detail: ProviderDetail, *, brief: bool = False) -> Content:
    name = safe_text(short_name(detail), DIM) + words(" ")
    return name + idp_state(detail.idp, configured=detail.configured, since=not brief)


def consequence(
    view: ProviderView, above: Above | None, width: int, *, compact: bool = False
) -> Content:
    """In words and by name: who loses or gains password login, who still gets in.

    `above` tells of an outage; where there is no draft, that says everything.
    """
    if not view.administers:
        return _own_access(view)
    if not view.members:
        return words("  Reading the team …", DIM)
    rows = [] if above is None else [above(width, compact=compact or view.draft.dirty)]
    if view.draft.dirty:
        rows += _change(view, width)
        if above is not None and not view.draft.current.enforced:
            rows += _still_in(view, width)
    elif above is None:
        rows += _standing(view, width)
    for hint in view.hints:
        rows += beside(_CARE, safe_text(hint), width)
    return lines(*rows)


def _own_access(view: ProviderView) -> Content:
    """What a member may know: how they themselves come in, and who may change that."""
    if view.detail.listed_me and view.detail.enforced:
        own = line((f"{FULL.passes} ", OK), "You are on this list: your password lets you in.")
    elif password_open(view.me.email, view.saved.providers):
        own = line((f"{FULL.passes} ", OK), "Your password lets you in.")
    else:
        own = line((f"{FULL.bad} ", CARE), "You are on no list: you need SSO.")
    return lines(own, words("  You may look, not change: ask an owner or admin.", DIM))


def _change(view: ProviderView, width: int) -> list[Content]:
    effect = view.consequence
    rows: list[Content] = []
    if effect.loses:
        start = line((f"{FULL.bad} ", CARE), "Saving takes password login from ")
        rows += _by_name(start, effect.loses, effect.members, width)
    if effect.gains:
        start = line("  Saving gives password login back to ")
        rows += _by_name(start, effect.gains, effect.members, width)
    if view.draft.current.enforced:
        rows += _still_in(view, width)
    rows += _without_sso(view, width)
    if view.draft.current.enforced and not password_open(view.me.email, view.drafted.providers):
        rows += beside(_CARE, words(NOT_LISTED), width)
    return rows


def _by_name(start: Content, people: tuple[Person, ...], members: int, width: int) -> list[Content]:
    """The count, then the names: beside it where they fit, otherwise below."""
    head = start + words(f"{len(people)} of {members}", STRONG)
    beside = head + words(" people: ") + every_name(_emails(people))
    if beside.cell_length <= width:
        return [beside]
    return everybody(head + words(": "), _emails(people), width)


def every_name(emails: tuple[str, ...]) -> Content:
    """Short names, one after another."""
    return words(", ").join(safe_text(local_part(email)) for email in emails)


def everybody(start: Content, emails: tuple[str, ...], width: int) -> list[Content]:
    """`start`, then names: beside it, or in two rows below, with the key that shows all of them."""
    beside = start + every_name(emails)
    if beside.cell_length <= width:
        return [beside]
    below = name_rows(emails, width - _INDENT, _NAME_ROWS)
    if FULL.ellipsis in below[-1].plain:
        key = line("  ", key_hint("w", " all"))
        below = name_rows(emails, width - _INDENT - key.cell_length, _NAME_ROWS)
        below[-1] += key
    return [cut(start, width), *(words(" " * _INDENT) + row for row in below)]


def _standing(view: ProviderView, width: int) -> list[Content]:
    if not view.detail.enforced:
        first = _not_enforced(view)
        kept = len(view.draft.current.emails)
        if kept:
            return [first, words(f"  {kept} on the list, kept for when enforcement is on.", DIM)]
        return [first]
    usable = view.saved.usable_anywhere()
    sso_only = [p for p in view.saved.members if p.email not in usable]
    count = words(f"{len(sso_only)} of {view.consequence.members}", STRONG)
    return [
        words("  ") + count + words(" people must use SSO."),
        *_still_in(view, width),
        *_without_sso(view, width),
    ]


def _not_enforced(view: ProviderView) -> Content:
    others = [p.name for p in view.saved.providers if p.enforced]
    if not others:
        return line("  Not enforced: a password lets everybody in who has one.")
    return words("  Not enforced here, but enforced for ") + safe_text(", ".join(others))


def _without_sso(view: ProviderView, width: int) -> list[Content]:
    """How few can get in at all where enforcement stands without any SSO to use."""
    enforced = view.draft.current.enforced and not view.detail.configured
    if not enforced or any(p.configured for p in view.drafted.providers):
        return []
    entering = [p for p in view.drafted.members if forecast.can_get_in(view.drafted, p)]
    count = words(f"{len(entering)} of {len(view.drafted.members)}", STRONG)
    told = words("SSO is not set up: only ") + count + words(f" {AT_ALL}")
    return beside(_CARE, told, width)


def _still_in(view: ProviderView, width: int) -> list[Content]:
    people, untried = view.consequence.enters_when_down, view.consequence.untried_when_down
    count = words(f"{len(people)}", STRONG if people else f"bold {DANGER}")
    left = words("  ") + count + words(" can still get in if ") + safe_text(short_name(view.detail))
    rows = [left + words(" is down")]
    if people:
        rows = everybody(left + words(" is down: "), _emails(people), width)
    if untried:
        more = words(f", {len(untried)} more not tried yet", CARE)
        fits = rows[-1].cell_length + more.cell_length <= width
        rows[-1:] = [rows[-1] + more] if fits else [rows[-1], words("  and ") + more[2:]]
    return rows


def _emails(people: tuple[Person, ...]) -> tuple[str, ...]:
    return tuple(person.email for person in people)


def list_head(
    view: ProviderView, hidden: tuple[int, int], width: int, *, compact: bool = False
) -> Content:
    """'Break-glass users  4 of 5 · 3 usable · 2-3 is recommended      2 more ↓  editing'.

    `hidden` counts the people that are out of view, above and below.
    """
    if not view.draft.current.enforced or not view.administers:
        return EMPTY
    usable = view.usable
    count = f"{len(view.draft.current.emails)} of {MAX_ENTRIES}"
    title, state = words("Break-glass users", STRONG), _out_of_view(*hidden) + _list_state(view)
    paused = sum(view.drafted.people[one].paused for one in usable)
    told = f"  {count} {FULL.dot} {len(usable)} usable"
    if paused:
        told += f", {paused} of them paused"
    whole = title + words(f"{told} {FULL.dot} 2–3 is recommended", DIM)
    if whole.cell_length + state.cell_length + 2 > width:
        whole = title + words(told, DIM)
    head = spread_fitting(width, whole, state)
    return head if compact else lines(head, rule(width))


def _out_of_view(above: int, below: int) -> Content:
    marks = [f"{above} more ↑"] if above else []
    marks += [f"{below} more ↓"] if below else []
    return words("  ".join((*marks, "")) if marks else "", CARE)


def _list_state(view: ProviderView) -> Content:
    if view.read_only:
        return words("read-only", CARE)
    return words("editing", ACCENT) if view.editing else key_hint("e", " edits")


def save_row(
    view: ProviderView, outcome: Content, esc: str, width: int, *, compact: bool = False
) -> Content:
    """'Save ^S   Cancel esc      3 changes: enforcement on, + 1, − 1'.

    `esc` is what that key does now.
    """
    if not view.administers:
        return EMPTY
    above = [] if compact else [rule(width)]
    if not view.draft.dirty:
        return lines(*above, spread(width, outcome or words("No changes", DIM), EMPTY))
    delta = view.draft.delta
    parts = (
        []
        if delta.enforced is None
        else [words(f"enforcement {'on' if delta.enforced else 'off'}")]
    )
    if delta.add:
        parts.append(line((FULL.added, ACCENT), f" {len(delta.add)}"))
    if delta.remove:
        parts.append(line((FULL.removed, CARE), f" {len(delta.remove)}"))
    count = f"{delta.size} change{'s' if delta.size > 1 else ''}"
    right = words(f"{count}: ") + words(", ").join(parts)
    cancel = line(("[ ", DIM), f"{esc} ", (" esc", ACCENT), (" ]", DIM))
    save = words(" Save  ^S ", "bold $on-accent on $accent")
    buttons = line(presses("^S", save), "   ", presses("esc", cancel))
    rows = [*above, spread(width, buttons, right)]
    if outcome:
        rows.append(cut(outcome, width))
    return lines(*rows)
