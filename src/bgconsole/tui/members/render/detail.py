"""One member in full: every field, how they get in, who put them on which list and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from textual.content import Content

from bgconsole.backend.values import Member, ProviderDetail
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.render.pauses import FROM_WHERE
from bgconsole.tui.kit.render.text import EMPTY, fit, flowing, line, lines, safe_text, words
from bgconsole.tui.members.render.access import access
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DIM, OK, STRONG

_LABEL: Final = 14


@dataclass(frozen=True, slots=True)
class MemberInFull:
    """What is told of one person, as of `now`."""

    one: Member
    providers: tuple[ProviderDetail, ...]
    now: datetime

    def __call__(self, width: int) -> Content:
        """Label and value, row by row."""
        one = self.one
        role = words(one.role.value) if one.role else words("none: not a member of this team", DIM)
        rows = [
            _field("Email", safe_text(one.email, STRONG), width),
            _field("Name", safe_text(one.name) if one.name else words("not given", DIM), width),
            _field("Role", role, width),
            _field("Password", self._password(), width),
            _field("Last sign-in", _at(one.last_sign_in), width),
        ]
        if one.paused:
            paused = words(f"{FULL.paused} after too many failed sign-ins in a row", CARE)
            paused += words(f": the password works {FROM_WHERE}; an owner can lift it with L")
            rows.append(_field("Paused", paused, width))
        rows += [EMPTY, _field("Now", access(one, self.providers), width)]
        return lines(*rows, EMPTY, *self._lists(width))

    def _password(self) -> Content:
        one = self.one
        if one.has_password:
            set_at = one.password_set_at
            return words("set ") + _at(set_at) if set_at is not None else words("set")
        if one.code_expires_at is None:
            return words("none: SSO only")
        expired = one.code_expires_at <= self.now
        told = "none: one-time code expired " if expired else "none: has a code until "
        return words(told, CARE) + _at(one.code_expires_at)

    def _lists(self, width: int) -> list[Content]:
        rows: list[Content] = []
        for provider in self.providers:
            entry = next((e for e in provider.entries if e.email == self.one.email), None)
            if entry is None:
                continue
            sign = (f"{FULL.passes} ", OK) if entry.usable else (f"{FULL.bad} ", CARE)
            told = line(sign) + safe_text(provider.name)
            told += words(" " if provider.enforced else " (not enforced) ", DIM)
            by = f"added by {entry.added_by}, " if entry.added_by else "added "
            told += safe_text(by, DIM) + _at(entry.added_at)
            if not entry.usable:
                told += words(": does not count", CARE)
            rows.append(_field("" if rows else "On the lists", told, width))
        return rows or [_field("On the lists", words("none", DIM), width)]


def buttons_row(width: int) -> Content:
    """The way out, and what is asked most."""
    return buttons(width, Button("Close", "esc"), Button("Simulate", "s"))


def _field(label: str, value: Content, width: int) -> Content:
    name = fit(words(label, DIM), _LABEL)
    return name + flowing(value, width, _LABEL)


def _at(at: datetime | None) -> Content:
    """'14 Oct 2026 02:46 UTC'."""
    if at is None:
        return words("never", DIM)
    return words(f"{at.day} {at:%b %Y %H:%M} UTC")
