"""Shows a one-time code, once."""

from typing import Any, ClassVar, cast

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from bgconsole.backend.values import OneTimeCode
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.scrolled import ScrolledText
from bgconsole.tui.members.render import dialogs as render


class CodeDialog(ModalScreen[None]):
    """The code lives as long as this dialog. Enter does not close it: it may be typed ahead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "copy the code", id="code.copy", tooltip="To the clipboard"),
        Binding("escape", "leave", "done", id="code.leave", tooltip="It is not shown again"),
    ]

    def __init__(self, issued: OneTimeCode) -> None:
        super().__init__()
        self._issued = issued

    def compose(self) -> ComposeResult:
        """Who, the code, until when, and what they do with it."""
        with ScrolledText(classes="dialog member-dialog") as box:
            box.border_title = "One-time code: shown this once"
            yield Pane(lambda width: render.code(self._issued, width))
            copy = Button("Copy the code", "c")
            done = Button("Done", "esc")
            yield Pane(lambda width: buttons(width, copy, done), classes="dialog-end")
        yield KeyBar()

    def action_copy(self) -> None:
        """Copy the code, never to a file."""
        from bgconsole.tui.kit.clipboard import copy_secret

        if self._issued.code is not None:
            copy_secret(cast("App[Any]", self.app), self._issued.code, "the one-time code")

    def action_leave(self) -> None:
        """It is handed over."""
        self.dismiss()
