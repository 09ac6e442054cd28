"""Asks for the password again: before a change, and after a while without a key."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from bgconsole.backend.errors import BackendError
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.sso import SsoPurpose
from bgconsole.tui.kit.field import FormField, PasswordField
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render import dialogs as render
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.model.session import Session


class ProofDialog(ModalScreen[bool]):
    """Asks for the password again; gives True once it was right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "go back", id="proof.leave", tooltip="Change nothing"),
        Binding("enter", "prove", "prove it", id="proof.enter", tooltip="Go on"),
    ]

    TITLE = "Prove that it is still you"
    WHY = "Your last proof is older than 5 minutes."

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._busy = False

    def compose(self) -> ComposeResult:
        """One question, one field."""
        with Vertical(classes="dialog") as box:
            box.border_title = self.TITLE
            yield Pane(lambda _width: render.proof(self.WHY, None), id="proof")
            yield from self.proof()
        yield KeyBar()

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
        if password.value and not self._busy:
            self._busy = True
            self.run_worker(self._prove(password.take()))

    async def _prove(self, password: str) -> None:
        try:
            backend = await self._session.backend()
            await backend.reauthenticate(self._session.caller, password)
        except BackendError as error:
            self._busy = False
            self._show(error.refusal)
            return
        self.dismiss(True)

    def _show(self, refused: Refusal) -> None:
        self.query_one("#proof", Pane).show(lambda _width: render.proof(self.WHY, refused))

    def action_leave(self) -> None:
        """Go back without proof."""
        self.dismiss(False)


class LockDialog(ProofDialog):
    """Covers the screen after 15 minutes without a key; only a proof takes it away."""

    TITLE = "Locked"
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is no way back without proof; ^Q still leaves the console."""
        return action != "leave"
