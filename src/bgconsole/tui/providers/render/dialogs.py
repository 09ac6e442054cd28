"""What the dialogs about a provider say: adding, renaming, its issuer, removing it."""

from typing import Final

from textual.content import Content

from bgconsole.policy.guard import NO_OWNER
from bgconsole.policy.impact import clearing_sso
from bgconsole.policy.impact_words import Fact, sentences
from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.pane import Draw
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.render.effect import SHORT_NAMES, effect_rows
from bgconsole.tui.kit.render.guard import left_unusable, other_lists, override_note
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.kit.render.text import EMPTY, cut, line, lines, names, rule, safe_text, words
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.provider_removal import ProviderRemoval
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK, STRONG

_INDENT: Final = "  "
_COLUMN: Final = 10
_NARROW_NOTE: Final = 28
"""Cells in a field's column up to which what is said under it begins further left."""

ADD: Final = words("It is added last and not enforced: nobody's login changes.")


def add_buttons(width: int, *, ready: bool) -> Content:
    """The ways out of adding."""
    return buttons(width, Button("Add", "^S", enabled=ready), Button("Cancel", "esc"))


def change_buttons(width: int, *, ready: bool) -> Content:
    """The ways out of a change."""
    return buttons(width, Button("Save", "^S", enabled=ready), Button("Cancel", "esc"))


def hint(told: str, column: int = _COLUMN) -> Draw:
    """Under a field, in its column, while nothing is wrong with it."""
    return lambda width: cut(_indent(width, column) + words(told, DIM), width)


def refused_field(refused: Refusal, width: int, *, column: int) -> Content:
    """Under a field, in its column: what is wrong with it and how to mend it."""
    indent = _indent(width, column)
    sign = words(f"{FULL.fails} ", DANGER)
    told = sign + safe_text(refused.message, DANGER)
    remedy = safe_text(remedy_here(refused))
    room = max(width - indent.cell_length, 1)
    if not remedy or told.cell_length + 2 + remedy.cell_length <= room:
        told, remedy = told + words(_INDENT) + remedy, EMPTY
    below = remedy.wrap(max(room - 2, 1)) if remedy else []
    first, *more = told.wrap(room)
    return lines(
        indent + first,
        *(indent + row for row in more),
        *(indent + words(_INDENT) + row for row in below),
    )


def _indent(width: int, column: int) -> Content:
    return words(" " * (column + 1) if width - column > _NARROW_NOTE else _INDENT)


def rename(view: ProviderView, width: int) -> Content:
    """What a rename changes, and what it leaves."""
    rows = [
        words("The name appears on the tabs and the sign-in screen."),
        words("The slug for commands stays: ", DIM) + safe_text(view.detail.slug),
    ]
    return lines(*rows, *_kept_draft(view))


def set_up(view: ProviderView, steps: tuple[str, ...], width: int, *, cleared: bool) -> Content:
    """Where to click at the identity provider; without an issuer, who would lose their way in."""
    if cleared and view.detail.configured:
        return _without_issuer(view, width)
    told = [
        row
        for number, step in enumerate(steps, 1)
        for row in _wrapped(words(f"{number} ", DIM) + words(step), width)
    ]
    return lines(*told, *_kept_draft(view))


def _without_issuer(view: ProviderView, width: int) -> Content:
    first = words("Nobody can sign in by ") + safe_text(short_name(view.detail)) + words(" then.")
    impact = clearing_sso(view.saved, view.detail.slug)
    told = effect_rows(sentences(impact, view.me.email, SHORT_NAMES), width)
    return lines(first, *told, *_kept_draft(view))


def _kept_draft(view: ProviderView) -> list[Content]:
    if not view.draft.dirty:
        return []
    return [line((f"{FULL.unsaved} ", CARE), "Your unsaved changes to its list are kept.")]


def removal(gone: ProviderRemoval, width: int) -> Content:
    """What falls with the provider, by name: first what is wrong, then what comes back."""
    told = sentences(gone.impact, gone.me, SHORT_NAMES)
    taken = [one for one in told if one.fact in {Fact.SHUT_OUT, Fact.LOSES} and one.people]
    rows = effect_rows(taken, width)
    if gone.enforced:
        rows.append(_enforcement(gone))
    rows += effect_rows((one for one in told if one not in taken), width)
    if gone.sso_ends:
        rows.append(words(f"{_INDENT}Nobody can sign in with it any more."))
    rows.append(_entries(gone, width))
    if gone.unsaved:
        changes = f"{gone.unsaved} unsaved change{'s' if gone.unsaved > 1 else ''}"
        rows.append(line((f"{FULL.unsaved} ", CARE), f"Your {changes} to it would be lost."))
    rows += [
        EMPTY,
        words("To remove it type ") + safe_text(gone.typed, STRONG),
    ]
    return lines(*(part for row in rows for part in _wrapped(row, width)))


def _wrapped(row: Content, width: int) -> list[Content]:
    """In as many rows as it takes, those after the first in its column."""
    if row.cell_length <= width:
        return [row]
    first, *rest = row.wrap(max(width - len(_INDENT), 1))
    return [first, *(words(_INDENT) + part for part in rest)]


def _enforcement(gone: ProviderRemoval) -> Content:
    if gone.still_enforced:
        others = safe_text(", ".join(gone.still_enforced))
        return words(f"{_INDENT}Its enforcement ends; it stays for ") + others + words(".")
    return words(f"{_INDENT}Enforcement ends with it: nothing else is enforced.")


def _entries(gone: ProviderRemoval, width: int) -> Content:
    if not gone.entries:
        return words(f"{_INDENT}Nobody is on its list.", DIM)
    count = len(gone.entries)
    told = words(f"{_INDENT}{count} list entr{'ies are' if count > 1 else 'y is'} removed: ")
    return told + names(gone.entries, width - told.cell_length)


def removal_note(*, matches: bool, typed: bool, width: int) -> Content:
    """Under the field: whether what is typed is what has to be."""
    indent = words(" " * (_COLUMN + 1))
    if matches:
        return indent + line((f"{FULL.passes} ", OK), ("matches", DIM))
    if typed:
        return indent + line((f"{FULL.bad} ", CARE), "does not match")
    return indent + words("as shown above", DIM)


def removal_buttons(width: int, *, ready: bool) -> Content:
    """The safe way is the primary one."""
    remove = Button("Remove", "^S", enabled=ready, style=DANGER)
    return buttons(width, Button("Go back", "esc"), remove)


def removal_lock_out(gone: ProviderRemoval, width: int) -> Content:
    """What the guard says: which providers stay enforced without anybody usable on their lists."""
    count = words(f"{len(gone.able)} of {gone.impact.members}", f"bold {DANGER}")
    better = line(("Better  ", STRONG), "go back and put two people on that list first: ")
    told = [
        safe_text(gone.name) + words(" has the last usable list."),
        left_unusable(gone.locked),
        *([] if gone.ownerless is None else [words(f"{NO_OWNER}.")]),
        count + words(" could get in while SSO is down."),
        *other_lists(gone.impact.after, gone.impact.locked, width),
        EMPTY,
        better + names(gone.preferred, width - better.cell_length),
        EMPTY,
        rule(width),
        override_note("To remove it anyway", width),
    ]
    if gone.confirmed_by != gone.locked:
        told.append(words("The names to type: ") + safe_text(", ".join(gone.confirmed_by)))
    return lines(*(part for row in told for part in _wrapped(row, width)))
