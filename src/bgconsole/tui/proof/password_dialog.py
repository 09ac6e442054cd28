"""Asks for the password again: before a change, and after a while without a key."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Input

from bgconsole.backend.errors import BackendError
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.sso import SsoPurpose
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.field import FormField, PasswordField
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render import dialogs as render
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.model.session import Session


class ProofDialog(Dialog[bool]):
    """Asks for the password again; gives True once it was right."""

    HEADING = "Re-authenticate"
    LEFT = False
    ACTIONS = (
        Action("proof.leave", "escape", "go back", "Change nothing", "leave",
               offered=lambda dialog: dialog.HAS_WAY_BACK),
        Action("proof.enter", "enter", "continue", "Go on", "prove"),
    )  # fmt: skip

    HAS_WAY_BACK: ClassVar[bool] = True
    WHY = "You last re-authenticated more than 5 minutes ago."

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def body(self) -> ComposeResult:
        """One question, one field."""
        yield Pane(lambda width: render.proof(self.WHY, None, width), id="proof")
        yield from self.proof()

    def proof(self) -> ComposeResult:
        """What is asked for."""
        yield FieldRow("Password", PasswordField(id="proof-password"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.action_prove()
        self.post_message(FormField.Answered())

    def action_prove(self) -> None:
        """Send the password to the backend."""
        password = self.query_one(PasswordField)
        if password.value and not self.busy:
            self.busy = True
            self.run_worker(self._prove(password.take()))

    async def _prove(self, password: str) -> None:
        try:
            backend = await self._session.backend()
            await backend.reauthenticate(self._session.caller, password)
        except BackendError as error:
            self.busy = False
            self._show(error.refusal)
            return
        self.dismiss(True)

    def _show(self, refused: Refusal) -> None:
        self.query_one("#proof", Pane).show(lambda width: render.proof(self.WHY, refused, width))


class LockDialog(ProofDialog):
    """Covers the screen after 15 minutes without a key; only a proof takes it away."""

    HEADING = "Locked"
    # ^Q still leaves the console.
    HAS_WAY_BACK = False
    WHY = "Nobody pressed a key for 15 minutes."

    def __init__(self, session: Session, provider: str | None = None) -> None:
        """`provider` is the one that opened the session; None: a password did."""
        super().__init__(session)
        self._provider = provider

    def proof(self) -> ComposeResult:
        """By the way that opened the session."""
        if self._provider is None:
            yield from super().proof()
        else:
            yield Pane(render.by_provider)

    def action_prove(self) -> None:
        """Go to the identity provider, where that opened the session."""
        if self._provider is None:
            super().action_prove()
            return
        from bgconsole.tui.proof.sso_dialog import SsoDialog

        dialog = SsoDialog(self._session, self._provider, SsoPurpose.REAUTHENTICATE)
        self.app.push_screen(dialog, self._proven)

    def _proven(self, done: bool | None) -> None:
        if done:
            self.dismiss(True)
