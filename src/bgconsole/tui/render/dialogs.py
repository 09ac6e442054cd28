"""What the dialogs say: the guard, the conflict, the proof."""

from datetime import datetime

from textual.content import Content

from bgconsole.backend.errors import ConflictError
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.settings import Settings
from bgconsole.tui.drafts import Draft
from bgconsole.tui.render.provider import rule
from bgconsole.tui.render.signs import FULL
from bgconsole.tui.render.text import EMPTY, fit, line, lines, names, safe_text, words
from bgconsole.tui.state import ProviderView
from bgconsole.tui.theme import ACCENT, CARE, DANGER, DIM, OK, STRONG

_CELL_LEAST, _CELL_MOST = 10, 14
_LABEL_LEAST = 26


def proof(why: str, refused: Refusal | None) -> Content:
    """Why the password is asked for, and what was wrong with the last one."""
    first = line(f"{why} ", ("The draft is kept.", DIM))
    if refused is None:
        return first
    return lines(first, words(f"{FULL.fails} ", DANGER) + safe_text(refused.message, DANGER))


def guard_title(view: ProviderView) -> str:
    """What a save would do, in a few words."""
    if view.consequence.enters_when_down:
        return "! This would leave nobody usable on the list"
    return "! This would lock everybody out"


def guard(view: ProviderView, width: int) -> Content:
    """What breaks in numbers, then the better way."""
    name = safe_text(view.detail.name)
    entering = view.consequence.enters_when_down
    able = tuple(p.email for p in view.drafted.members if p.has_password and p.role is not None)
    preferred = tuple(
        e for e in able if (role := view.drafted.people[e].role) is not None and role.administers
    )
    better = line(("Better  ", STRONG), "go back and keep two of ")
    return lines(
        name + line(" would be enforced with ", ("no usable break-glass user", STRONG), "."),
        words("If it goes down, ")
        + words(f"{len(entering)} of {view.consequence.members}", f"bold {DANGER}")
        + words(" can sign in."),
        EMPTY,
        better + names((preferred or able)[:6], width - better.cell_length),
        words("        They have a password and are members.", DIM),
        EMPTY,
        rule(width),
        words("To save it all the same (owner or admin; both go on record):", DIM),
    )  # fmt: skip


def confirmation(*, matches: bool, has_reason: bool) -> Content:
    """What an override still needs."""
    name = line((f"{FULL.passes} ", OK), ("the name matches", DIM))
    if not matches:
        name = line((f"{FULL.bad} ", CARE), "Type the provider's name exactly")
    reason = line((f"{FULL.passes} ", OK), ("the reason goes on record", DIM))
    if not has_reason:
        reason = line((f"{FULL.bad} ", CARE), "Say why, in a few words, for the audit log")
    return lines(name, reason)


def guard_buttons(verb: str, *, ready: bool) -> Content:
    """The safe way is the primary one."""
    override = line(
        ("[ ", DIM),
        (f"Override and {verb} ", "" if ready else DIM),
        (" ^S", ACCENT if ready else DIM),
        (" ]", DIM),
    )
    return line((" Go back  esc ", "bold $on-accent on $accent"), "   ") + override


def conflict(draft: Draft, error: ConflictError, merged: Settings, width: int) -> Content:
    """Before, theirs, mine and merged, line by line; only what changed has a colour."""
    cell = min(_CELL_MOST, max(width - _LABEL_LEAST, 4 * _CELL_LEAST) // 4)
    label = width - 4 * cell
    who = safe_text(error.saved_by or "Somebody")
    head = fit(words(""), label) + words("").join(
        fit(words(title, STRONG if title == "merged" else DIM), cell)
        for title in ("before", "theirs", "mine", "merged")
    )
    columns = (draft.base, error.theirs, draft.current, merged)
    switch = fit(words("Enforce SSO"), label) + words("").join(
        fit(_switch(draft.base, settings), cell) for settings in columns
    )
    emails = list(dict.fromkeys(email for settings in columns for email in settings.emails))
    rows = [
        fit(safe_text(email), label)
        + words("").join(fit(_cell(draft.base, settings, email), cell) for settings in columns)
        for email in emails
    ]
    return lines(
        who + words(" saved first, while you were editing."),
        line("The merge takes both. ", ("Save merged", STRONG), " checks everything again."),
        EMPTY, head, rule(width), switch, *rows, rule(width),
    )  # fmt: skip


def _switch(base: Settings, settings: Settings) -> Content:
    text = f"{FULL.on} on" if settings.enforced else f"{FULL.off} off"
    return words(text, DIM if settings.enforced == base.enforced else f"bold {CARE}")


def _cell(base: Settings, settings: Settings, email: str) -> Content:
    was, listed = email in base.emails, email in settings.emails
    if was and not listed:
        return words(f"{FULL.removed} removed", CARE)
    if listed and not was:
        return words(f"{FULL.added} added", ACCENT)
    return words(FULL.passes if listed else FULL.other, DIM)


CONFLICT_BUTTONS = line(
    (" Save merged  ^S ", "bold $on-accent on $accent"),
    ("   [ ", DIM), "Take theirs ", (" t", ACCENT), (" ]", DIM),
    ("   [ ", DIM), "Back ", (" esc", ACCENT), (" ]", DIM),
)  # fmt: skip

SAVING = words("Saving …", DIM)
LEAVE = words("They are not saved, and nobody else can see them.", DIM)
LEAVE_BUTTONS = line(
    (" Keep editing  esc ", "bold $on-accent on $accent"),
    ("   [ ", DIM), ("Drop the changes ", CARE), (" y", ACCENT), (" ]", DIM),
)  # fmt: skip


def saved(at: datetime) -> Content:
    """The last save came through."""
    return line((f"{FULL.passes} Saved", OK), (f" {at:%H:%M:%S} UTC", DIM))


def failed(refused: Refusal, email: str | None = None) -> Content:
    """What became of an act that did not come through; the draft is kept."""
    text = words(f"{FULL.fails} ", DANGER)
    if email:
        text += safe_text(f"{email}: ")
    text += safe_text(refused.message, DANGER)
    return text + words("  ") + safe_text(refused.remedy) if refused.remedy else text


def note(text: str) -> Content:
    """A short hint about keys or state."""
    return line((f"{FULL.bad} ", CARE), text)
