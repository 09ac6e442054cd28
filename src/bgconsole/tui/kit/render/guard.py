"""What the guard's dialog says: what breaks in numbers, the better way, what an override needs."""

from collections.abc import Iterable

from textual.content import Content

from bgconsole.policy.guard import NO_USABLE_ENTRY, WOULD_BE_ENFORCED
from bgconsole.policy.impact import surely_in
from bgconsole.policy.readiness import through_other_lists
from bgconsole.policy.team import Provider, Role, Team
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.render.effect import SHORT_NAMES
from bgconsole.tui.kit.render.text import (
    EMPTY,
    beside,
    flowing,
    line,
    lines,
    names,
    rule,
    safe_text,
    words,
)
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import DANGER, DIM, OK, STRONG

_BETTER = "Better  "
_ENOUGH = 2
_NAMED = 6
NO_OWNER = f"{FULL.bad} No owner could sign in afterwards"
REASON_COLUMN = 11
"""Where the text of the fields begins; `styles/drafts.tcss` gives their labels as much."""


def guard_title(*, anybody_enters: bool) -> str:
    """What a change would do, in a few words; `anybody_enters` while SSO is down."""
    if anybody_enters:
        return f"{FULL.bad} This would leave nobody usable on the list"
    return f"{FULL.bad} This would lock everybody out"


def left_unusable(names: Iterable[str]) -> Content:
    """'Entra, OIDC would be enforced with no usable break-glass user.'"""
    left = safe_text(", ".join(names))
    return left + line(f" {WOULD_BE_ENFORCED} ", (NO_USABLE_ENTRY, STRONG), ".")


def other_lists(team: Team, locked: Iterable[Provider], width: int) -> list[Content]:
    """Who gets in all the same: one list is enough for every enforced provider."""
    told = (through_other_lists(team, provider, SHORT_NAMES) for provider in locked)
    sentences = dict.fromkeys(one for one in told if one)
    return [row for one in sentences for row in beside(EMPTY, safe_text(f"{one}."), width)]


def guard(view: ProviderView, width: int) -> Content:
    """What breaks in numbers, then the better way."""
    entering = surely_in(view.drafted, (view.detail.slug, *(p.slug for p in view.locked)))
    locked = tuple(p.name for p in view.locked if p.slug != view.detail.slug)
    own = not locked or len(locked) < len(view.locked)
    down = words("If ") + safe_text(short_name(view.detail)) + words(" goes down, ")
    if locked:
        down = words("While SSO is down, ")
    down += words(f"{len(entering)} of {view.consequence.members}", f"bold {DANGER}")
    down += words(" can sign in.")
    if view.me.email not in {person.email for person in entering}:
        down += words(" You cannot either." if not entering else " You cannot.")
    return lines(
        flowing(left_unusable((*((view.detail.name,) if own else ()), *locked)), width),
        flowing(down, width),
        *other_lists(view.drafted, view.locked, width),
        EMPTY,
        *_better(view, width),
        rule(width),
        override_note("To save it anyway", width),
    )


def override_note(beginning: str, width: int) -> Content:
    """'To save it anyway, type …', and that it is recorded."""
    told = f"{beginning}, type the provider's name and a reason (recorded):"
    return flowing(words(told, DIM), width)


def no_owner(after: Team, verb: str, width: int) -> Content:
    """What the guard says where no owner could get in afterwards, and the better way."""
    owners = [one for one in after.members if one.role is Role.OWNER]
    able = tuple(one.email for one in owners if one.has_password)[:_NAMED]
    better = words(_BETTER, STRONG)
    if able:
        better += words("go back and put one on a list first: ")
        better += names(able, width - better.cell_length)
    else:
        better += words("go back, and have an owner set a password first.")
    return lines(
        flowing(
            words("No owner could use a password, and none has signed in by another provider."),
            width,
        ),
        EMPTY,
        better,
        EMPTY,
        rule(width),
        override_note(f"To {verb} it anyway", width),
    )


def _better(view: ProviderView, width: int) -> list[Content]:
    """Whom to keep, or where nobody is left to keep, whom to add."""
    able = [p for p in view.drafted.members if p.problem is None]
    stored = set(view.detail.settings.emails)
    keep = [p for p in able if p.email in stored]
    admins = [p for p in able if p.role is not None and p.role.administers]
    start = words(_BETTER, STRONG)
    below = words(" " * len(_BETTER))
    if len(keep) >= _ENOUGH:
        start += words("go back and keep two of ")
        advised = keep
    elif able:
        start += words("go back and keep at least two on the list: ")
        advised = list(dict.fromkeys(keep + admins)) or able
    else:
        start += words("go back, and have somebody set a password first.")
        return [flowing(start, width, len(_BETTER)), EMPTY]
    emails = tuple(person.email for person in advised[:_NAMED])
    told = flowing(start + names(emails, width), width, len(_BETTER))
    return [told, below + words("They are members with a password.", DIM), EMPTY]


def name_note(width: int, *, matches: bool, typed: bool) -> Content:
    """Beside a name: whether it is the provider's; in a narrow column the sign alone."""
    if matches:
        told = line((f"{FULL.passes} ", OK), ("matches", DIM))
    elif typed:
        told = line((f"{FULL.bad} ", DANGER), "does not match")
    else:
        told = words("as shown above", DIM)
    return told if told.cell_length <= width else told[:1] if matches or typed else EMPTY


def reason_note(width: int, *, has_reason: bool) -> Content:
    """Below the reason: that it is wanted, and where it goes."""
    column = words(" " * REASON_COLUMN)
    if has_reason:
        return column + line((f"{FULL.passes} ", OK), ("recorded", DIM))
    wanted = line((f"{FULL.bad} ", DANGER), "Say why, for the audit log")
    return column + flowing(wanted, width - REASON_COLUMN, REASON_COLUMN)


def needed(*, matches: bool, has_reason: bool) -> str:
    """What an override still needs; empty when nothing."""
    if matches and has_reason:
        return ""
    if matches:
        return "needs a reason first"
    return "needs the name first" if has_reason else "needs name and reason first"


def guard_buttons(verb: str, needs: str, width: int) -> Content:
    """The safe way is the primary one."""
    row = buttons(
        width,
        Button("Go back", "esc"),
        Button(f"Override and {verb}", "^S", enabled=not needs),
    )
    if not needs:
        return row
    note = words(f"  {needs}", DIM)
    if row.plain.count("\n") or row.cell_length + note.cell_length > width:
        return lines(row, note)
    return row + note
