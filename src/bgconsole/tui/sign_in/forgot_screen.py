"""Says how to come by another password. It is the same for everybody and names no account."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.model.connection import Connection
from bgconsole.tui.sign_in.render.forgot import forgot


class ForgotDialog(ModalScreen[None]):
    """Arrows scroll it where it is higher than the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "leave", "close", id="forgot.leave", tooltip="Back"),
    ]

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def compose(self) -> ComposeResult:
        """Both ways back in."""
        with VerticalScroll(classes="dialog", id="forgot") as box:
            box.border_title = "Forgot your password?"
            program = self._connection.program()
            # A recovery is done where the database is, which a server does not tell.
            recovery = "bgconsole" if self._connection.server else program
            yield Pane(partial(forgot, self._connection.place, program, recovery))
        yield KeyBar()

    def action_leave(self) -> None:
        """Back to the screen."""
        self.dismiss()
