"""Chooses which audit events are shown."""

from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.tui.render.audit_filter import CHOICES, Choice, choice_rows
from bgconsole.tui.widgets.field import Field
from bgconsole.tui.widgets.key_bar import KeyBar
from bgconsole.tui.widgets.pane import Pane
from bgconsole.tui.widgets.rows import FieldRow

_HEIGHT = 12


class _FindField(Field):
    """Letters go into the field; these keys are the dialog's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.apply", "show these", id="filter.apply", tooltip="Filter by them"),
        # Before the field takes it for a letter.
        Binding(
            "space", "screen.flip", "choose", id="filter.flip", tooltip="Or not", priority=True
        ),
        Binding("up", "screen.move(-1)", "move", id="filter.up", key_display="↑↓", tooltip="Above"),
        Binding("down", "screen.move(1)", id="filter.down", show=False, tooltip="Below"),
    ]


class AuditFilterScreen(ModalScreen[AuditFilter | None]):
    """Gives the filter chosen, or None to leave it as it was. Letters find, space chooses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", id="filter.leave", tooltip="Leave it as it was"),
    ]

    def __init__(self, wanted: AuditFilter) -> None:
        super().__init__()
        self._wanted = wanted
        chosen: set[EventType | None] = {EventType(name) for name in wanted.types}
        self._chosen = chosen | {None} if wanted.break_glass else chosen
        self._cursor = 0
        self._letters = ""

    def compose(self) -> ComposeResult:
        """Where to type, the choices, the keys."""
        with Vertical(classes="dialog", id="audit-filter") as box:
            box.border_title = "Show only"
            yield FieldRow("Find", _FindField(id="filter-find", placeholder="a few letters"))
            yield Pane(id="filter-choices")
        yield KeyBar()

    def on_mount(self) -> None:
        """Draw the choices."""
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what has these letters."""
        event.stop()
        self._letters = event.value
        self._cursor = 0
        self._draw()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self._cursor = min(max(self._cursor + rows, 0), max(len(self._shown) - 1, 0))
        self._draw()

    def action_flip(self) -> None:
        """Choose what is under the cursor, or not any more; the letters are done with."""
        if self._shown:
            choice = self._shown[self._cursor]
            self._chosen ^= {choice.kind}
            self._forget_letters(choice)
            self._draw()

    def action_apply(self) -> None:
        """Use what is chosen; who has typed letters means the choice under the cursor too."""
        if self._letters.strip() and self._shown:
            self._chosen.add(self._shown[self._cursor].kind)
        kinds = tuple(kind.value for kind in EventType if kind in self._chosen)
        self.dismiss(replace(self._wanted, types=kinds, break_glass=None in self._chosen))

    def action_leave(self) -> None:
        """Leave the filter as it was."""
        self.dismiss(None)

    @property
    def _shown(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in CHOICES if choice.matches(self._letters))

    def _forget_letters(self, choice: Choice) -> None:
        field = self.query_one("#filter-find", Field)
        if field.value:
            with self.prevent(Input.Changed):
                field.value = ""
            self._letters = ""
            self._cursor = CHOICES.index(choice)

    def _draw(self) -> None:
        shown = [(choice, choice.kind in self._chosen) for choice in self._shown]
        draw = partial(choice_rows, shown, self._cursor, height=_HEIGHT)
        self.query_one("#filter-choices", Pane).show(draw)
