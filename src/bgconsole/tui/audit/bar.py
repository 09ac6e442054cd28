"""The row above the audit list that has the filter's chips: each can be chosen and removed."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from textual import events
from textual.app import RenderResult
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

from bgconsole.tui.audit.render.chips import Bar, FilterCondition, conditions
from bgconsole.tui.audit.render.heading import AuditHeading
from bgconsole.tui.kit.actions import Action, HasActions

DrawBar = Callable[[AuditHeading, int], Bar]


class AuditBar(HasActions, Widget, can_focus=True):
    """Left and right choose a chip, `x` or a click removes it."""

    ALLOW_SELECT = False
    ACTIONS = (
        Action("chips.left", "left", "chip", "Before it", "move(-1)", key_display="←→"),
        Action("chips.right", "right", "", "The chip after it", "move(1)", in_bar=False),
        Action("chips.remove", "x,delete", "remove", "Remove this filter", "remove"),
        Action("chips.leave", "down,escape,enter", "to the list", "Go back", "leave"),
    )

    @dataclass
    class Removed(Message):
        """Remove this condition from the filter."""

        condition: FilterCondition

    class Left(Message):
        """The list should have the focus again."""

    def __init__(self, heading: AuditHeading, draw: DrawBar) -> None:
        super().__init__()
        self._heading = heading
        self._draw = draw
        self._chosen = 0
        self._shown: Bar | None = None

    def allow_focus(self) -> bool:
        """Without a chip there is nothing to do here."""
        return super().allow_focus() and bool(conditions(self._heading.wanted))

    def show(self, heading: AuditHeading, draw: DrawBar) -> None:
        """Show this; nothing is written when it looks the same."""
        self._heading, self._draw = heading, draw
        kept = conditions(heading.wanted)
        self._chosen = min(self._chosen, max(len(kept) - 1, 0))
        if not kept and self.has_focus:
            self.post_message(self.Left())
        before = self._shown
        if before is None or not before.content.is_same(self._bar().content):
            self.refresh()

    def focus_last(self) -> None:
        """Choose the last chip."""
        kept = conditions(self._heading.wanted)
        if kept:
            self._chosen = len(kept) - 1
            self.focus()

    def action_move(self, step: int) -> None:
        """Choose the chip beside."""
        kept = conditions(self._heading.wanted)
        self._chosen = min(max(self._chosen + step, 0), max(len(kept) - 1, 0))
        self.refresh()

    def action_remove(self) -> None:
        """Remove the chosen one."""
        chosen = self._focused
        if chosen is not None:
            self.post_message(self.Removed(chosen))

    def action_leave(self) -> None:
        """Back to the list."""
        self.post_message(self.Left())

    def on_click(self, event: events.Click) -> None:
        """Remove the chip that is clicked."""
        for chip in self._bar().chips:
            if chip.start <= event.x < chip.end:
                self.post_message(self.Removed(chip.condition))

    def render(self) -> RenderResult:
        """The row, the chosen chip in the accent where keys would remove it."""
        self._shown = self._bar()
        return self._shown.content

    @property
    def cursor_offset(self) -> Offset | None:
        """Where the chosen chip begins, if keys choose."""
        chosen, shown = self._focused, self._shown
        if chosen is None or shown is None:
            return None
        return Offset(next((c.start for c in shown.chips if c.condition == chosen), 0), 0)

    @property
    def _focused(self) -> FilterCondition | None:
        kept = conditions(self._heading.wanted)
        return kept[self._chosen] if self.has_focus and self._chosen < len(kept) else None

    def _bar(self) -> Bar:
        heading = replace(self._heading, focused=self._focused)
        return self._draw(heading, self.content_size.width or self.app.size.width)
