"""Changes one's own password; gives True once it is changed."""

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from bgconsole.backend.errors import BackendError
from bgconsole.policy.refusals import Code, Refusal
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog, not_busy
from bgconsole.tui.kit.field import FormField, PasswordField
from bgconsole.tui.kit.form import go_on
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.rows import NotedRow
from bgconsole.tui.kit.session_messages import SessionEnded
from bgconsole.tui.model.session import Session
from bgconsole.tui.sign_in.new_password import NewPassword
from bgconsole.tui.sign_in.render import entry
from bgconsole.tui.sign_in.render import password as render


class PasswordDialog(Dialog[bool]):
    """The present one, then another, twice. `words` are the person's and the team's own."""

    HEADING = "Change your password"
    KIND = "change-password"
    LEFT = False
    ACTIONS = (
        Action("password.leave", "escape", "go back", "Keep your password", "leave", not_busy),
        Action("password.next", "tab,down", "next field", "To the next field", "app.focus_next"),
        Action(None, "shift+tab,up", "", "", "app.focus_previous"),
    )

    def __init__(self, session: Session, words: Sequence[str]) -> None:
        super().__init__()
        self._session = session
        self._words = words

    def body(self) -> ComposeResult:
        """Three fields."""
        yield Pane(render.change_head, id="password-head")
        yield NotedRow("Current", PasswordField(id="current-password"), id="current-row")
        yield NewPassword("New", self._words)

    def ways_out(self, width: int) -> Content:
        """To change it."""
        return entry.button("Change it")

    def on_mount(self) -> None:
        """Begin with the present one."""
        self._current.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong is being mended."""
        event.stop()
        self._row.say(lambda _width: EMPTY)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on, whatever stands there."""
        event.stop()
        if not go_on(self, event.input):
            self._send()
        self.post_message(FormField.Answered())

    def _send(self) -> None:
        if self.busy:
            return
        passwords = self.query_one(NewPassword)
        wrong = passwords.wrong
        if not self._current.value:
            self._refuse_current(render.NO_CURRENT)
        elif wrong is not None:
            wrong.focus()
        else:
            self.begin(render.CHANGING)
            self.run_worker(self._change(self._current.take(), passwords.take()))

    async def _change(self, current: str, password: str) -> None:
        try:
            backend = await self._session.backend()
            await backend.change_password(self._session.caller, current, password)
        except BackendError as error:
            self.end()
            self._refuse(error.refusal, current, password)
            return
        self.dismiss(True)

    def _refuse(self, refused: Refusal, current: str, password: str) -> None:
        """Say beside its field what the backend refused; what was right is not typed again."""
        passwords = self.query_one(NewPassword)
        if refused.code is Code.SIGNED_OUT:
            self.post_message(SessionEnded(f"{refused.message}. {remedy_here(refused)}."))
        elif refused.code in {Code.LOGIN_FAILED, Code.THROTTLED, Code.PAUSED}:
            passwords.give_back(password)
            self._refuse_current(refused)
        else:
            self._current.value = current
            if not passwords.takes(refused):
                passwords.give_back(password)
                self.answer(partial(entry.refused, refused))

    def _refuse_current(self, refused: Refusal) -> None:
        self._row.say(partial(entry.refused, refused))
        self._current.focus()

    @property
    def _current(self) -> PasswordField:
        return self.query_one("#current-password", PasswordField)

    @property
    def _row(self) -> NotedRow:
        return self.query_one("#current-row", NotedRow)
