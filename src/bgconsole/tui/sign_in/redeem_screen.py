"""Turns a one-time code into a password of one's own; gives the email, or None to go back."""

from functools import partial

from textual.app import ComposeResult
from textual.widgets import Input

from bgconsole.backend.errors import BackendError
from bgconsole.policy.email import InvalidEmailError, canonical_email
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.field import CodeField, Field, FormField
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.rows import NotedRow
from bgconsole.tui.model.session import Session
from bgconsole.tui.sign_in.entry import EntryScreen, go_on
from bgconsole.tui.sign_in.new_password import NewPassword
from bgconsole.tui.sign_in.render import entry
from bgconsole.tui.sign_in.render import redeem as render


class RedeemScreen(EntryScreen[str | None]):
    """Email, code, password twice. Signs nobody in."""

    ACTIONS = (Action("redeem.leave", "escape", "go back", "Set no password", "leave"),)

    def __init__(self, session: Session, *, team: str | None, email: str) -> None:
        super().__init__(session)
        self._team = team
        self._given_email = email
        self._busy = False

    @property
    def team(self) -> str | None:
        """As the sign-in screen knows it."""
        return self._team

    def form(self) -> ComposeResult:
        """The fields in the order in which they are asked."""
        yield Pane(partial(render.head, self._team), id="head")
        yield NotedRow("Email", FormField(id="email"), id="email-row")
        yield NotedRow("Code", CodeField(id="code"), id="code-row")
        yield NewPassword()
        yield Pane(lambda _width: entry.button("Set the password"), id="submit")
        yield Pane(id="answer")

    def on_mount(self) -> None:
        """Begin with what is not known yet."""
        self.say("answer", lambda _width: EMPTY)
        self._field("email").value = self._given_email
        self._field("email").cursor_position = len(self._given_email)
        self._row("code").say(render.code_note)
        self.draw_title()
        self._field("code" if self._given_email.strip() else "email").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong with a field is being mended; names make poor passwords."""
        event.stop()
        self.query_one(NewPassword).know((self._field("email").value, self._team or ""))
        if event.input.id == "code":
            self._row("code").say(render.code_note)
        else:
            self._row("email").say(lambda _width: EMPTY)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on, whatever stands there: keys typed ahead are for the next field."""
        event.stop()
        if not go_on(self, event.input):
            self._send()
        self.post_message(FormField.Answered())

    def action_leave(self) -> None:
        """Back to the sign-in screen."""
        if not self._busy:
            self.dismiss(None)

    def _send(self) -> None:
        if self._busy:
            return
        wrong = self._first_wrong()
        if wrong is not None:
            wrong.focus()
            return
        self._busy = True
        self.say("answer", lambda _width: render.SETTING)
        password = self.query_one(NewPassword).take()
        email, code = self._field("email").value, self._field("code").value.strip()
        self.run_worker(self._redeem(email, code, password), group="redeem")

    async def _redeem(self, email: str, code: str, password: str) -> None:
        try:
            backend = await self.session.backend()
            await backend.redeem(self.session.caller, email, code, password)
        except BackendError as error:
            self._busy = False
            self.say("answer", lambda _width: EMPTY)
            passwords = self.query_one(NewPassword)
            if not passwords.takes(error.refusal):
                passwords.give_back(password)
                self._wrong("code", error.refusal).focus()
            return
        self.dismiss(email)

    def _first_wrong(self) -> Field | None:
        """The first field that cannot stand as it is; each of them says why."""
        wrong: list[Field] = []
        try:
            canonical_email(self._field("email").value)
        except InvalidEmailError:
            wrong.append(self._wrong("email", refusal(Code.INVALID_EMAIL)))
        if not self._field("code").value.strip():
            wrong.append(self._wrong("code", render.NO_CODE))
        password = self.query_one(NewPassword).wrong
        if password is not None:
            wrong.append(password)
        return wrong[0] if wrong else None

    def _wrong(self, name: str, refused: Refusal) -> Field:
        self._row(name).say(partial(entry.refused, refused))
        return self._field(name)

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}", Field)

    def _row(self, name: str) -> NotedRow:
        return self.query_one(f"#{name}-row", NotedRow)
