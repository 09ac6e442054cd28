"""The break-glass list: one row a badge; arrows walk it, x removes, u undoes."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Offset, Size
from textual.message import Message
from textual.widget import Widget

from bgconsole.tui.kit.reasons import reason_for
from bgconsole.tui.kit.render.text import EMPTY, lines, words
from bgconsole.tui.model.drafts import Mark
from bgconsole.tui.model.outages import Usage
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.provider_page.render.badges import badge, badge_in_full, is_cut
from bgconsole.tui.terminal.theme import DIM


class BadgeList(Widget, can_focus=True):
    """Shows saved, added, removed and no-longer-valid entries by sign and colour."""

    @dataclass
    class Highlighted(Message):
        """The cursor came to this email."""

        email: str

    @dataclass
    class RemoveWanted(Message):
        """Take this email off the list, or back on it if it was removed."""

        email: str

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up,k",
            "move(-1)",
            id="badge.move",
            key_display="↑↓",
            tooltip="Choose a person",
            show=False,
        ),
        Binding("down,j", "move(1)", show=False),
        Binding("x,delete", "remove", "remove", id="badge.remove", tooltip="Remove this person"),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._view: ProviderView | None = None
        self._usage: Usage | None = None
        self._cursor = 0

    def show(self, view: ProviderView, usage: Usage) -> None:
        """Show this provider's list; the cursor stays on its person where possible."""
        before, height = self.email, self._height(self.content_size.width)
        self._view, self._usage = view, usage
        emails = [email for email, _ in self._rows]
        if before in emails:
            self._cursor = emails.index(before)
        self._cursor = max(0, min(self._cursor, len(emails) - 1))
        if self.email is not None and self.email != before:
            self.post_message(self.Highlighted(self.email))
        self.refresh(layout=height != self._height(self.content_size.width))

    @property
    def email(self) -> str | None:
        """The person under the cursor."""
        rows = self._rows
        return rows[self._cursor][0] if self._cursor < len(rows) else None

    @property
    def _rows(self) -> tuple[tuple[str, Mark], ...]:
        return self._view.draft.rows if self._view else ()

    @property
    def cursor_offset(self) -> Offset | None:
        """Where the row under the cursor begins, if keys move it."""
        return Offset(0, self._cursor) if self.has_focus else None

    def action_move(self, step: int) -> None:
        """Move the cursor; it stops at both ends."""
        wanted = max(0, min(self._cursor + step, len(self._rows) - 1))
        if wanted == self._cursor:
            return
        self._cursor = wanted
        self.refresh()
        if self.email is not None:
            self.post_message(self.Highlighted(self.email))

    def action_remove(self) -> None:
        """Ask for the removal of the person under the cursor."""
        if self.email is not None:
            self.post_message(self.RemoveWanted(self.email))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be somebody to remove; why not, the screen says."""
        return None if action == "remove" and reason_for(self, action) is not None else True

    def on_click(self, event: Click) -> None:
        """Move the cursor to the row."""
        self.action_move(event.y - self._cursor)

    def on_focus(self) -> None:
        """Tell who is under the cursor."""
        if self.email is not None:
            self.post_message(self.Highlighted(self.email))

    def render(self) -> RenderResult:
        """A row for each email of before and after; below them what the cursor's row cuts."""
        view, usage = self._view, self._usage
        if view is None or usage is None:
            return EMPTY
        if not self._rows:
            return words("  Nobody yet. a adds somebody.", DIM)
        width = self.content_size.width
        rows = [
            badge(view, usage, row, width, focused=self.has_focus and place == self._cursor)
            for place, row in enumerate(self._rows)
        ]
        if self._cuts(width):
            rows.append(badge_in_full(view, usage, self._rows[self._cursor], width))
        return lines(*rows)

    def _cuts(self, width: int) -> bool:
        """Whether any row leaves something out: then the one under the cursor is told in full."""
        view, usage = self._view, self._usage
        if view is None or usage is None:
            return False
        return any(is_cut(view, usage, row, width) for row in self._rows)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row for each badge, one where there is none, and what a row cuts."""
        return self._height(width)

    def _height(self, width: int) -> int:
        return max(len(self._rows), 1) + self._cuts(width)
