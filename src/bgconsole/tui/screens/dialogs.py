"""The dialogs of the main screen: proof, guard, conflict, leaving with changes."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from bgconsole.backend.errors import BackendError, ConflictError
from bgconsole.policy.guard import Override
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.settings import Settings, merge
from bgconsole.tui.drafts import Draft
from bgconsole.tui.render import dialogs as render
from bgconsole.tui.session import Session
from bgconsole.tui.state import ProviderView
from bgconsole.tui.widgets.field import Field, FormField, PasswordField
from bgconsole.tui.widgets.key_bar import KeyBar
from bgconsole.tui.widgets.pane import Pane
from bgconsole.tui.widgets.rows import FieldRow


class ProofDialog(ModalScreen[bool]):
    """Asks for the password again; gives True once it was right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "go back", id="proof.leave", tooltip="Change nothing"),
        Binding("enter", "prove", "prove it", id="proof.enter", tooltip="Send the password"),
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
            yield FieldRow("Password", PasswordField(id="proof-password"))
        yield KeyBar()

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is no way back without proof; ^Q still leaves the console."""
        return action != "leave"


class GuardDialog(ModalScreen[Override | None]):
    """Says that a save would lock everybody out; gives the override, or None to go back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "go back", id="guard.leave", tooltip="Change nothing"),
        Binding("ctrl+s", "override", "override and save", id="guard.save", tooltip="On record"),
    ]

    def __init__(self, view: ProviderView) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        """What breaks, the better way, the override."""
        with Vertical(classes="dialog danger") as box:
            box.border_title = render.guard_title(self._view)
            box.border_subtitle = "would_lock_out"
            yield Pane(partial(render.guard, self._view))
            yield FieldRow("Name", FormField(id="guard-name", placeholder="the provider's name"))
            yield FieldRow("Reason", FormField(id="guard-reason"))
            yield Pane(id="guard-needs")
            yield Pane(id="guard-buttons")
        yield KeyBar()

    def on_mount(self) -> None:
        """Draw what is still needed."""
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Follow what is typed."""
        event.stop()
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field."""
        event.stop()
        self.focus_next()
        self.post_message(FormField.Answered())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """An override needs the name and a reason."""
        return None if action == "override" and not self._ready else True

    def action_override(self) -> None:
        """Save it all the same."""
        if self._ready:
            self.dismiss(self._typed)

    def action_leave(self) -> None:
        """Back to the draft."""
        self.dismiss(None)

    @property
    def _typed(self) -> Override:
        name = self.query_one("#guard-name", Field).value
        return Override((name,), self.query_one("#guard-reason", Field).value.strip())

    @property
    def _matches(self) -> bool:
        return self.query_one("#guard-name", Field).value == self._view.detail.name

    @property
    def _ready(self) -> bool:
        return self._matches and bool(self._typed.reason)

    def _draw(self) -> None:
        needs = render.confirmation(matches=self._matches, has_reason=bool(self._typed.reason))
        buttons = render.guard_buttons(ready=self._ready)
        self.query_one("#guard-needs", Pane).show(lambda _width: needs)
        self.query_one("#guard-buttons", Pane).show(lambda _width: buttons)
        self.refresh_bindings()


class ConflictDialog(ModalScreen[Settings | None]):
    """Somebody else saved first: gives the settings to save on theirs, or None to go back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,W", "merged", "save merged", id="conflict.merged", tooltip="Save both"),
        Binding("t", "theirs", "take theirs", id="conflict.theirs", tooltip="Drop my changes"),
        Binding("escape", "leave", "back", id="conflict.leave", tooltip="Back to editing"),
    ]

    def __init__(self, draft: Draft, error: ConflictError) -> None:
        super().__init__()
        self._draft = draft
        self._error = error
        self._merged = merge(draft.base, error.theirs, draft.current)

    def compose(self) -> ComposeResult:
        """Four columns, three ways out."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Somebody saved first: nothing of yours is lost"
            yield Pane(partial(render.conflict, self._draft, self._error, self._merged))
            yield Pane(lambda _width: render.CONFLICT_BUTTONS)
        yield KeyBar()

    def action_merged(self) -> None:
        """Save both."""
        self.dismiss(self._merged)

    def action_theirs(self) -> None:
        """Keep what they saved."""
        self.dismiss(self._error.theirs)

    def action_leave(self) -> None:
        """Back to the draft."""
        self.dismiss(None)


class LeaveDialog(ModalScreen[bool]):
    """Asks before unsaved changes are dropped; gives True to drop them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "keep editing", id="leave.keep"),
        Binding("y", "answer(True)", "drop the changes", id="leave.drop"),
    ]

    def compose(self) -> ComposeResult:
        """One question."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Drop the changes?"
            yield Pane(lambda _width: render.LEAVE)
            yield Pane(lambda _width: render.LEAVE_BUTTONS)
        yield KeyBar()

    def action_answer(self, drop: bool) -> None:
        """Give the answer."""
        self.dismiss(drop)
