"""Shows what a file of people holds before anybody is added, and where the codes will go."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Resize
from textual.widgets import Input

from bgconsole.backend.values import MemberAddition, OneTimeCode
from bgconsole.exchange.people_file import PeopleFile
from bgconsole.files.user_folders import short
from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.choice import Choice
from bgconsole.tui.kit.field import Field, FormField
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.list import RowList
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.members.files import led_to
from bgconsole.tui.members.render import importing as render

LOW = 30
"""Rows of the terminal below which a dialog with a list has none to spare."""


@dataclass(frozen=True, slots=True)
class Import:
    """Whom to add, and the file for their codes."""

    people: tuple[MemberAddition, ...]
    codes: Path
    excel: bool = False
    """Whether the file of codes is to begin with the mark by which Excel knows UTF-8."""


class ImportPreview(ModalScreen[Import | None]):
    """Gives what to import, or None. With bad rows, nothing unless the good ones alone are chosen.

    `doubtful` are those of the good rows to look at twice, and why. `codes` is where the codes go
    unless another file is named; `problem` is about the try before.
    """

    ACTIONS = (
        Action("import.next", "tab", "next", "Next row or field", "app.focus_next"),
        Action("import.bring", "ctrl+s", "import", "Add these people", "bring",
               lambda dialog: dialog.why_no_import),
        Action("import.leave", "escape", "go back", "Import nothing", "leave"),
    )  # fmt: skip

    def __init__(
        self,
        file: Path,
        found: PeopleFile,
        doubtful: Mapping[MemberAddition, tuple[str, ...]],
        codes: Path,
        problem: Refusal | None = None,
    ) -> None:
        super().__init__()
        self._file = file
        self._found = found
        self._doubtful = doubtful
        self._codes = codes
        self._problem = problem

    def compose(self) -> ComposeResult:
        """Counts, every row, what to import, where to put the codes."""
        valid = f"the {len(self._found.people):,} valid"
        with Vertical(classes="dialog member-dialog", id="import-preview") as box:
            box.border_title = "What would be imported"
            yield Pane(partial(render.preview_head, self._file.name, self._found))
            yield RowList(id="import-rows")
            yield Pane(id="import-row")
            yield Choice("Rows", ("nobody", valid), id="import-choice")
            yield FieldRow("Codes", FormField(id="import-codes"))
            yield Choice("For", ("every program", "Excel"), id="import-reader")
            yield Pane(id="import-effect")
            yield Pane(id="import-buttons", classes="dialog-end")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show every row; a choice is asked only where it makes a difference."""
        rows = render.preview_rows(self._found, self._doubtful)
        self.query_one(RowList).show(rows, render.preview_row, 0)
        self._good_alone.display = bool(self._found.refused and self._found.people)
        self._reader.display = not all(one.email.isascii() for one in self._found.people)
        self.query_one("#import-codes", Field).value = short(self._codes)
        self._draw()

    def on_resize(self, event: Resize) -> None:
        """Where rows are few, there is none to spare between the parts."""
        self.set_class(event.size.height < LOW, "-low")

    @on(RowList.Moved)
    def _moved(self) -> None:
        self._draw()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._draw()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_bring()
        self.post_message(FormField.Answered())

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        event.stop()
        self._draw()

    @property
    def why_no_import(self) -> str | None:
        """Why nothing can be imported now."""
        if not self.is_mounted:
            return None
        if not self._found.people:
            return "No row can be imported: fix the file"
        if not self._named:
            return "Name a file for the codes"
        if self._found.refused and not self._good_alone.index:
            return "Some rows are invalid: fix the file, or import only the valid rows"
        return None

    def action_bring(self) -> None:
        """Give what to import."""
        if self.why_no_import is None:
            folder, name = led_to(self._codes.parent, self._named)
            self.dismiss(Import(self._found.people, folder / name, bool(self._reader.index)))

    def action_leave(self) -> None:
        """Import nothing."""
        self.dismiss(None)

    @property
    def _good_alone(self) -> Choice:
        return self.query_one("#import-choice", Choice)

    @property
    def _reader(self) -> Choice:
        return self.query_one("#import-reader", Choice)

    @property
    def _named(self) -> str:
        return self.query_one("#import-codes", Field).value.strip()

    def _draw(self) -> None:
        row = partial(render.told_of, self.query_one(RowList).current, self._doubtful)
        self.query_one("#import-row", Pane).show(row)
        alone = bool(self._good_alone.index)
        effect = partial(render.preview_effect, self._found, self._problem, good_alone=alone)
        self.query_one("#import-effect", Pane).show(effect)
        ready = self.why_no_import is None
        verb = f"Import {len(self._found.people):,}"
        draw = partial(render.preview_buttons, verb, ready=ready)
        self.query_one("#import-buttons", Pane).show(draw)
        self.refresh_bindings()


class UnwrittenCodes(ModalScreen[None]):
    """The people are added, and their codes could not be written: here they are, once."""

    ACTIONS = (Action("codes.leave", "escape", "done", "They are not shown again", "leave"),)

    def __init__(self, problem: str, issued: tuple[OneTimeCode, ...]) -> None:
        super().__init__()
        self._problem = problem
        self._issued = issued

    def compose(self) -> ComposeResult:
        """What went wrong, and every code."""
        with Vertical(classes="dialog danger member-dialog", id="import-preview") as box:
            box.border_title = "The codes could not be written"
            yield Pane(partial(render.unwritten, self._problem))
            yield RowList(id="import-rows")
            done = Button("Done", "esc")
            yield Pane(lambda width: buttons(width, done), classes="dialog-end")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show them."""
        self.query_one(RowList).show(self._issued, render.code_row, 0)
        self.query_one(RowList).focus()

    def action_leave(self) -> None:
        """They are kept elsewhere."""
        self.dismiss()
