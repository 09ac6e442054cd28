"""All actions by a few letters: what each does, its key, and why it cannot be done now."""

from functools import partial
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.events import Resize
from textual.widgets import Input

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.command_list import Command, matching
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.field import Field
from bgconsole.tui.kit.heights import LOW
from bgconsole.tui.kit.list import FoundList
from bgconsole.tui.kit.render.palette import command_reason, command_row, no_command
from bgconsole.tui.kit.rows import FieldRow

_MOST_ROWS: Final = 20
_AROUND: Final = 12
"""Rows of the screen that are not the list's: dialog, field, reason, keys."""

_AROUND_LOW: Final = 6
"""The same without gaps."""


class _LettersField(Field):
    """Where letters are typed; the arrows go to the list below."""

    ACTIONS = (
        Action("palette.do", "enter", "do it", "Do it", "screen.choose"),
        Action("palette.up", "up", "move", "Up", "screen.move(-1)", key_display="↑↓"),
        Action("palette.down", "down", "", "Down", "screen.move(1)"),
        Action(None, "pageup", "", "", "screen.move(-10)"),
        Action(None, "pagedown", "", "", "screen.move(10)"),
    )


class PaletteScreen(Dialog[Command | None]):
    """Gives the action chosen, or None."""

    HEADING = "All actions"
    ACTIONS = (Action("palette.leave", "escape,ctrl+p", "close", "Do nothing", "leave"),)

    def __init__(self, commands: tuple[Command, ...]) -> None:
        super().__init__()
        self._commands = commands

    def body(self) -> ComposeResult:
        """Where to type, the actions; why not is the answer."""
        yield FieldRow("Find", _LettersField(id="palette-find", placeholder="a few letters"))
        yield FoundList(id="palette-commands")

    def on_mount(self) -> None:
        """Show all of them."""
        self._show(self._commands)

    def on_resize(self, event: Resize) -> None:
        """As many rows as there is room for."""
        around = _AROUND if self.size.height >= LOW else _AROUND_LOW
        self._list.styles.height = max(min(_MOST_ROWS, self.size.height - around), 1)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what has these letters."""
        event.stop()
        self._show(matching(self._commands, event.value))

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self._list.action_move(rows)

    def action_choose(self) -> None:
        """Do what is under the cursor; what cannot be done says why and stays."""
        command = self._at_cursor
        if command is not None and command.enabled:
            self.dismiss(command)

    @on(FoundList.Clicked)
    def _clicked(self) -> None:
        self._explain()
        self.action_choose()

    @property
    def _list(self) -> FoundList:
        return self.query_one(FoundList)

    @property
    def _at_cursor(self) -> Command | None:
        command = self._list.current
        return command if isinstance(command, Command) else None

    def _show(self, found: tuple[Command, ...]) -> None:
        self._list.show(found, command_row, 0, top=0, empty=no_command)
        self._explain()

    @on(FoundList.Moved)
    def _explain(self) -> None:
        self.answer(partial(command_reason, self._at_cursor))
