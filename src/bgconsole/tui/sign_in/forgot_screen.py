"""Says how to come by another password. It is the same for everybody and names no account."""

from functools import partial

from textual.app import ComposeResult

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.model.connection import Connection
from bgconsole.tui.sign_in.render.forgot import forgot


class ForgotDialog(Dialog[None]):
    """Arrows scroll it where it is higher than the screen."""

    HEADING = "Forgot your password?"
    KIND = "forgot"
    READS = True
    ACTIONS = (Action("forgot.leave", "escape,enter,q", "close", "Back", "leave"),)

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def body(self) -> ComposeResult:
        """Both ways back in."""
        program = self._connection.program()
        # A recovery is done where the database is, which a server does not tell.
        recovery = "bgconsole" if self._connection.server else program
        yield Pane(partial(forgot, self._connection.place, program, recovery))
