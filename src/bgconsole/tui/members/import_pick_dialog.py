"""Chooses a CSV file: letters find, arrows choose, a path leads anywhere."""

import asyncio
from functools import partial
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Resize
from textual.widgets import Input

from bgconsole.files.user_folders import short
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.field import Field, FormField
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.list import FoundList
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.members.files import PARENT, Found, csv_files_in, led_to, shown_of
from bgconsole.tui.members.import_preview_dialog import LOW
from bgconsole.tui.members.render import importing as render


class _PathField(FormField):
    """Letters go into the field; these keys are the dialog's."""

    ACTIONS = (
        Action("file.open", "enter", "open", "Open the file or folder", "submit"),
        Action("file.up", "up", "choose", "The one above", "screen.move(-1)", key_display="↑↓"),
        Action("file.down", "down", "", "The one below", "screen.move(1)"),
        Action("file.page_up", "pageup", "", "Page up", "screen.page(-1)"),
        Action("file.page_down", "pagedown", "", "Page down", "screen.page(1)"),
        Action("file.complete", "tab", "complete",
               "Copy the selected name into the field", "screen.complete"),
    )  # fmt: skip


class ImportPicker(ModalScreen[Path | None]):
    """Gives the file, or None. Starts in `folder`; `problem` is about the file chosen before."""

    ACTIONS = (Action("file.leave", "escape", "go back", "Import nothing", "leave"),)

    def __init__(self, folder: Path, problem: Refusal | None = None) -> None:
        super().__init__()
        self._start = folder
        self._folder = folder
        self._problem = problem
        self._found: tuple[Found, ...] = ()
        self._reading = True

    def compose(self) -> ComposeResult:
        """Where, the field, what is there, what a file looks like."""
        with Vertical(classes="dialog member-dialog", id="import-pick") as box:
            box.border_title = "Import people from a CSV file"
            yield FieldRow("File", _PathField(id="file-path", placeholder="letters, or a path"))
            yield Pane(id="file-where")
            yield FoundList(id="file-list")
            yield Pane(render.pick_foot, classes="dialog-end")
        yield KeyBar()

    def on_mount(self) -> None:
        """Look into the folder to begin with."""
        self._look()

    def on_resize(self, event: Resize) -> None:
        """Where rows are few, there is none to spare between the parts."""
        self.set_class(event.size.height < LOW, "-low")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._problem = None
        folder, _ = led_to(self._start, event.value)
        if folder != self._folder:
            self._folder = folder
            self._look()
        else:
            self._draw()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._open()
        self.post_message(FormField.Answered())

    @on(FoundList.Opened)
    def _clicked(self) -> None:
        self._open()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.query_one(FoundList).action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move by pages."""
        self.query_one(FoundList).action_page(pages)

    def action_complete(self) -> None:
        """Copy the selected name into the field."""
        one = self.query_one(FoundList).current
        if isinstance(one, Found) and one.name != "..":
            field = self.query_one(Field)
            head, slash, _ = field.value.rpartition("/")
            field.value = f"{head}{slash}{one.name}{'/' if one.folder else ''}"
            field.cursor_position = len(field.value)

    def action_leave(self) -> None:
        """Import nothing."""
        self.dismiss(None)

    def _open(self) -> None:
        one = self.query_one(FoundList).current
        if not isinstance(one, Found):
            self._problem = refusal(Code.INVALID_VALUE, "There is no such folder or CSV file", "")
            self._draw()
        elif one.folder:
            self._start = self._folder = Path(self._folder / one.name).resolve()
            with self.prevent(Input.Changed):
                self.query_one(Field).value = ""
            self._look()
        else:
            self.dismiss(self._folder / one.name)

    def _look(self) -> None:
        self._found, self._reading = (), True
        self._draw()
        self.run_worker(partial(self._read, self._folder), exclusive=True)

    async def _read(self, folder: Path) -> None:
        try:
            self._found = await asyncio.to_thread(csv_files_in, folder)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            message = f"This folder cannot be read: {reason}"
            self._problem = refusal(Code.INVALID_VALUE, message, "")
        self._reading = False
        self._draw()

    def _draw(self) -> None:
        _, letters = led_to(self._start, self.query_one(Field).value)
        shown = shown_of(self._found, letters)
        empty = "" if any(not one.folder for one in shown) else "No CSV file here"
        if self._reading:
            empty = "Reading …"
        told = partial(render.picking, short(self._folder), self._problem, empty)
        self.query_one("#file-where", Pane).show(told)
        first = next((n for n, one in enumerate(shown) if one != PARENT), 0)
        self.query_one(FoundList).show(shown, render.found_row, first)
