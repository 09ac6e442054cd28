"""What the dialogs about a member say: adding, the one-time code, the role."""

from typing import Final

from textual.content import Content

from bgconsole.backend.values import Member, MemberAddition, OneTimeCode
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.team import Role
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.kit.render.text import EMPTY, flowing, lines, safe_text, words
from bgconsole.tui.members.render.loss import point
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, OK, STRONG

_INDENT: Final = 8
_MAY: Final = {
    Role.OWNER: "Sees and changes everything, including owners and admins.",
    Role.ADMIN: "Sees and changes everything except owners and admins.",
    Role.MEMBER: "Sees the providers and their own access, but no lists and no audit log.",
}
_CARE: Final = (FULL.bad, CARE)


def add_note(refused: Refusal | None, known: Member | None, width: int) -> Content:
    """Under the email: what is wrong with it, or who it is."""
    if refused is not None:
        told = words(f"{FULL.fails} ", DANGER) + safe_text(refused.message, DANGER)
        if remedy_here(refused):
            told += words("  ") + safe_text(remedy_here(refused))
        return words(" " * _INDENT) + flowing(told, width, _INDENT)
    if known is None or known.role is not None:
        return EMPTY
    told = words("Former member: their name and last sign-in are kept")
    return words(" " * _INDENT) + flowing(told, width, _INDENT)


def add_effect(
    wanted: MemberAddition, warned: tuple[str, ...], width: int, *, sso: bool
) -> Content:
    """What to look at twice, and what adding does."""
    rows = [point(safe_text(warning), width, _CARE) for warning in warned]
    rows.append(point(words(_MAY[wanted.role]), width))
    if wanted.sso_only:
        rows.append(point(words("No password and no code: they sign in by SSO."), width))
        if not sso:
            rows.append(point(words("SSO is not set up: they cannot get in yet."), width, _CARE))
    elif wanted.keep_password:
        told = "No code: their old password lets them in at once."
        rows.append(point(words(told), width, _CARE))
    else:
        told = "You get a one-time code to give them, shown once and valid for 24 hours."
        rows.append(point(words(told), width))
    return lines(*rows)


def add_buttons(width: int) -> Content:
    """Add, or not."""
    return buttons(width, Button("Add", "^S"), Button("Go back", "esc"))


def code(issued: OneTimeCode, width: int) -> Content:
    """The code, until when, and what its person does with it."""
    until = issued.expires_at
    valid = words("Valid until ") + words(
        "it is used" if until is None else f"{until:%a} {until.day} {until:%b %H:%M} UTC", STRONG
    )
    redeem = words("bgconsole redeem ", ACCENT) + safe_text(issued.email, ACCENT)
    return lines(
        flowing(words("For ") + safe_text(issued.email, STRONG), width),
        EMPTY,
        safe_text(f" {issued.code} ", f"{STRONG} on $chip"),
        EMPTY,
        flowing(valid + words(", for one use. Give it to nobody else."), width),
        EMPTY,
        flowing(words("They choose 'I have a one-time code' on the sign-in screen, or run"), width),
        words("  ") + flowing(redeem, width, 2),
        EMPTY,
        point(
            words("It is not shown again. If it is lost, a reset (R) gives another."), width, _CARE
        ),
    )


def role_effect(
    one: Member, role: Role, refused: Refusal | None, warned: tuple[str, ...], width: int
) -> Content:
    """What the chosen role may do, what to think of, or why it cannot be given."""
    rows = [point(words(_MAY[role]), width)]
    if role is one.role:
        return lines(point(words(_MAY[role], DIM), width, (FULL.dot, DIM)))
    if refused is not None:
        told = safe_text(refused.message, DANGER) + words("  ") + safe_text(remedy_here(refused))
        return lines(*rows, point(told, width, (FULL.fails, DANGER)))
    rows += [point(safe_text(warning), width, _CARE) for warning in warned]
    rows.append(point(words("Takes effect at once, also in open sessions.", DIM), width))
    return lines(*rows)


def role_buttons(role: Role, width: int, *, ready: bool) -> Content:
    """Change, or not."""
    make = Button(f"Make {_AN[role]}", "enter", enabled=ready)
    return buttons(width, make, Button("Go back", "esc"))


def rename_effect(told: tuple[str, ...], warned: tuple[str, ...], width: int) -> Content:
    """What to look at twice, and what another email or name means."""
    care = (point(safe_text(warning), width, _CARE) for warning in warned)
    return lines(*care, *(point(words(row), width) for row in told))


def rename_buttons(width: int, *, ready: bool) -> Content:
    """Change, or not."""
    return buttons(width, Button("Change", "enter", enabled=ready), Button("Go back", "esc"))


_AN: Final = {Role.OWNER: "an owner", Role.ADMIN: "an admin", Role.MEMBER: "a member"}


def done(told: Content, then: str = "") -> Content:
    """What was done, and what to do next."""
    row = words(f"{FULL.passes} ", OK) + told
    return row + words(f"  {then}", DIM) if then else row
