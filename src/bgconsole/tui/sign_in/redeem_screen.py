"""Turns a one-time code into a password of one's own; gives the email, or None to go back."""

from functools import partial

from textual.app import ComposeResult
from textual.widgets import Input

from bgconsole.backend.errors import BackendError
from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.field import CodeField, FormField
from bgconsole.tui.kit.form import FieldSpec, Form, go_on, valid_email
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.model.session import Session
from bgconsole.tui.sign_in.entry import EntryScreen
from bgconsole.tui.sign_in.new_password import NewPassword
from bgconsole.tui.sign_in.render import entry
from bgconsole.tui.sign_in.render import redeem as render


class RedeemScreen(EntryScreen[str | None]):
    """Email, code, password twice. Signs nobody in."""

    ACTIONS = (Action("redeem.leave", "escape", "go back", "Set no password", "leave"),)

    def __init__(self, session: Session, *, team: str | None, email: str) -> None:
        super().__init__(session)
        self._team = team
        specs = (
            FieldSpec("email", "Email", value=email, check=valid_email),
            FieldSpec("code", "Code", hint=render.code_note, check=_given, widget=CodeField),
        )
        self._fields = Form(specs, entry.refused)
        self._busy = False

    @property
    def team(self) -> str | None:
        """As the sign-in screen knows it."""
        return self._team

    def form(self) -> ComposeResult:
        """The fields in the order in which they are asked."""
        yield Pane(partial(render.head, self._team), id="head")
        yield from self._fields
        yield NewPassword()
        yield Pane(lambda _width: entry.button("Set the password"), id="submit")
        yield Pane(id="answer")

    def on_mount(self) -> None:
        """Begin with what is not known yet."""
        self.say("answer", lambda _width: EMPTY)
        self._know()
        self.draw_title()
        self._fields.field("code" if self._fields.typed("email") else "email").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong with a field is being mended; names make poor passwords."""
        event.stop()
        self._know()
        self._fields.mended(event.input)

    def _know(self) -> None:
        self.query_one(NewPassword).know((self._fields.field("email").value, self._team or ""))

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
        # Each of them says what is wrong with it.
        fields, passwords = self._fields.wrong(), self.query_one(NewPassword).wrong
        wrong = passwords if fields is None else fields
        if wrong is not None:
            wrong.focus()
            return
        self._busy = True
        self.say("answer", lambda _width: render.SETTING)
        password = self.query_one(NewPassword).take()
        email, code = self._fields.field("email").value, self._fields.typed("code")
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
                refused = self._fields.refuse(error.refusal, "code")
                if refused is not None:
                    refused.focus()
            return
        self.dismiss(email)


def _given(code: str) -> Refusal | None:
    return None if code.strip() else render.NO_CODE
