"""Shows a one-time code, once."""

from typing import Any, cast

from textual.app import App, ComposeResult
from textual.content import Content

from bgconsole.backend.values import OneTimeCode
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.members.render import dialogs as render


class CodeDialog(Dialog[None]):
    """The code lives as long as this dialog. Enter does not close it: it may be typed ahead."""

    HEADING = "One-time code, shown only once"
    KIND = "member-dialog"
    READS = True
    ACTIONS = (
        Action("code.copy", "c", "copy the code", "Copy it to the clipboard", "copy"),
        Action("code.leave", "escape", "done", "It is not shown again", "leave"),
    )

    def __init__(self, issued: OneTimeCode) -> None:
        super().__init__()
        self._issued = issued

    def body(self) -> ComposeResult:
        """Who, the code, until when, and what they do with it."""
        yield Pane(lambda width: render.code(self._issued, width))

    def ways_out(self, width: int) -> Content:
        """To copy it, or not."""
        return buttons(width, Button("Copy the code", "c"), Button("Done", "esc"))

    def action_copy(self) -> None:
        """Copy the code, never to a file."""
        from bgconsole.tui.kit.clipboard import copy_secret

        if self._issued.code is not None:
            copy_secret(cast("App[Any]", self.app), self._issued.code, "the one-time code")
