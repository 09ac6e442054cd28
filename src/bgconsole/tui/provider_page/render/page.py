"""A provider's page: the switch, what saving does by name, the list, the save row."""

from typing import Final, Protocol

from textual.content import Content

from bgconsole.backend.values import ProviderDetail
from bgconsole.policy import forecast
from bgconsole.policy.change_warnings import own_warning
from bgconsole.policy.entries import MAX_ENTRIES
from bgconsole.policy.impact import AT_ALL
from bgconsole.policy.impact_words import Fact, Sentence, sentences
from bgconsole.policy.login import password_open
from bgconsole.policy.readiness import enforcement_hints
from bgconsole.policy.team import Person
from bgconsole.tui.kit.render.effect import SHORT_NAMES, effect_rows, people_rows
from bgconsole.tui.kit.render.idp_state import idp_state
from bgconsole.tui.kit.render.keys import key_hint, presses
from bgconsole.tui.kit.render.text import (
    EMPTY,
    beside,
    flowing,
    line,
    lines,
    rule,
    safe_text,
    spread_fitting,
    words,
)
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, OK, STRONG

_CARE: Final = words(f"{FULL.bad} ", CARE)
_INDENT: Final = 2
_ALL: Final = line("  ", key_hint("w", " all"))
"""Where names are left out."""

_TAKES: Final = _CARE + words("Saving takes password login from ")
_SAVING: Final = {
    Fact.SHUT_OUT: _TAKES,
    Fact.LOSES: _TAKES,
    Fact.GAINS: words("  Saving gives password login back to "),
}


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
    view: ProviderView,
    above: Above | None,
    width: int,
    *,
    compact: bool = False,
    hints: bool = True,
) -> Content:
    """In words and by name: who loses or gains password login, who still gets in; then `hints`.

    `above` tells of an outage; where there is no draft, that says everything.
    """
    if not view.administers:
        return _own_access(view, width)
    if not view.members:
        return words("  Loading the team …", DIM)
    rows = [] if above is None else [above(width, compact=compact or view.draft.dirty)]
    if view.draft.dirty:
        rows += _change(view, width)
        if above is not None and not view.draft.current.enforced:
            rows += _still_in(view, width)
    elif above is None:
        rows += _standing(view, width)
    return lines(*rows, *(_hints(view, width) if hints else ()))


def _hints(view: ProviderView, width: int) -> list[Content]:
    """What should be looked at before it is saved, or while it is so."""
    rows = _without_sso(view, width)
    enforced, provider = view.draft.current.enforced, view.drafted.provider(view.detail.slug)
    mine = own_warning(view.drafted, view.me.email) if enforced and view.draft.dirty else None
    if mine is not None:
        rows += beside(_CARE, words(mine), width)
    for hint in () if provider is None else enforcement_hints(view.drafted, provider, SHORT_NAMES):
        rows += beside(_CARE, safe_text(hint), width)
    return rows


def _own_access(view: ProviderView, width: int) -> Content:
    """What a member may know: how they themselves come in, and who may change that."""
    if view.detail.listed_me and view.detail.enforced:
        own = line((f"{FULL.passes} ", OK), "You are on this list: your password lets you in.")
    elif password_open(view.me.email, view.saved.providers):
        own = line((f"{FULL.passes} ", OK), "Your password lets you in.")
    else:
        own = line((f"{FULL.bad} ", CARE), "You are on no list: you need SSO.")
    told = words("You cannot change it: ask an owner or admin.", DIM)
    return lines(flowing(own, width, 2), words("  ") + flowing(told, width, 2))


def _change(view: ProviderView, width: int) -> list[Content]:
    """What saving does, names first, also where it does nothing to anybody; who is left is last."""
    enforced, rows, named = view.draft.current.enforced, list[Content](), True
    told = sentences(view.impact, view.me.email, SHORT_NAMES)
    for one in sorted(told, key=lambda one: (one.fact is Fact.LEFT, not one.people)):
        start = _SAVING.get(one.fact)
        if one.people and start is not None:
            rows += people_rows(start + _strong_count(one), one.people, width, _ALL)
        elif one.fact is not Fact.LEFT or not enforced:
            more = effect_rows([one], width, _ALL)
            rows = rows + more if named or one.people else _joined(rows, more, width)
        named = bool(one.people)
    return rows + _still_in(view, width) if enforced else rows


def _strong_count(one: Sentence) -> Content:
    """'5 of 6 people: '."""
    number = one.count.removesuffix(" people")
    return words(number, STRONG) + words(" people: ")


def _joined(rows: list[Content], more: list[Content], width: int) -> list[Content]:
    """A short sentence goes on in the row of the one before it, where it fits."""
    if rows and len(more) == 1:
        dot = words(f" {FULL.dot} ", DIM)
        both = rows[-1] + dot + more[0][_INDENT:]
        if both.cell_length <= width:
            return [*rows[:-1], both]
    return rows + more


def _standing(view: ProviderView, width: int) -> list[Content]:
    if not view.detail.enforced:
        return [_not_enforced(view, width)]
    usable = view.saved.usable_anywhere()
    sso_only = [p for p in view.saved.members if p.email not in usable]
    count = words(f"{len(sso_only)} of {view.consequence.members}", STRONG)
    return [words("  ") + count + words(" people must use SSO."), *_still_in(view, width)]


def _not_enforced(view: ProviderView, width: int) -> Content:
    others = [p.name for p in view.saved.providers if p.enforced]
    if not others:
        return line("  Not enforced: a password lets everybody in who has one.")
    told = words("Not enforced here, but enforced for ") + safe_text(", ".join(others))
    return words("  ") + flowing(told, width, 2)


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
    down = safe_text(f"{short_name(view.detail)} is down")
    left = words("  ") + count + words(" can still get in if ") + down
    if left.cell_length + 1 > width:
        left = words("  ") + count + words(" get in if ") + down
    rows = [left]
    if people:
        rows = people_rows(left + words(": "), _emails(people), width, _ALL)
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
    if not view.administers:
        return EMPTY
    if not view.draft.current.enforced:
        return _dormant_head(view, hidden, width, compact=compact)
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


def _dormant_head(
    view: ProviderView, hidden: tuple[int, int], width: int, *, compact: bool
) -> Content:
    """'Break-glass users  2 of 5 · kept for when enforcement is on'."""
    if not view.draft.rows:
        return EMPTY
    told = f"  {len(view.draft.current.emails)} of {MAX_ENTRIES} {FULL.dot}"
    left = words(f"Break-glass users{told} kept for when enforcement is on", DIM)
    head = spread_fitting(width, left, _out_of_view(*hidden))
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
        return lines(*above, flowing(outcome or words("No changes", DIM), width, 2))
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
    rows = [*above, spread_fitting(width, buttons, right, words(count))]
    if outcome:
        rows.append(flowing(outcome, width, 2))
    return lines(*rows)
