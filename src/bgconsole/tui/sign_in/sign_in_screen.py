"""The sign-in screen: drawn before the database is there, the same for every email."""

from functools import partial
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Input

from bgconsole.backend.errors import BackendError
from bgconsole.policy.email import is_email
from bgconsole.policy.idp_words import IdpWord
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.refused_login import refused_login
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.field import Field, FormField, PasswordField
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.kit.session_messages import NothingThere, SessionOpened
from bgconsole.tui.model.session import Session
from bgconsole.tui.sign_in.render import entry
from bgconsole.tui.sign_in.render import sign_in as render
from bgconsole.tui.sign_in.sso_ways import SsoWaysScreen
from bgconsole.tui.sign_in.ways import WaysPane

_RETRY: Final = 5.0
"""Seconds until another machine that did not answer is asked again."""


class SignInScreen(SsoWaysScreen):
    """Email first, then the ways in. One refusal text for all."""

    ACTIONS = (
        Action("sign_in.retry", "f5,ctrl+r", "connect again", "Ask the database again", "retry",
               offered=lambda screen: not screen.is_known),
        Action("sign_in.connect", "f8", "another database",
               "Open a team in another database, or behind a server", "connect",
               offered=lambda screen: screen.may_connect),
        Action("sign_in.email", "escape", "other email", "Type another email", "email",
               offered=lambda screen: screen.offers_ways),
        Action("sign_in.redeem", "f6", "one-time code", "Turn a one-time code into a password",
               "redeem", lambda screen: screen.why_no_password,
               offered=lambda screen: screen.takes_input),
        Action("sign_in.forgot", "f7", "forgot", "Forgot your password?", "forgot",
               offered=lambda screen: screen.takes_input),
    )  # fmt: skip

    def __init__(self, session: Session, *, notice: str = "") -> None:
        super().__init__(session)
        self._notice = render.care(notice) if notice else EMPTY
        self._trouble: Refusal | None = None
        self._asked = False
        self._busy = False
        self._no_email = False
        self._refused: Refusal | None = None

    @property
    def email(self) -> str:
        """The email that is typed; empty as long as it is none, since that may be a secret."""
        typed = self._email.value.strip()
        return typed if is_email(typed) else ""

    @property
    def offers_ways(self) -> bool:
        """Email first."""
        return self._asked and self._trouble is None

    def form(self) -> ComposeResult:
        """Email, password and the other ways; which of them stands above, the state tells."""
        yield Pane(id="head")
        yield FieldRow("Email", FormField(id="email"), id="email-row")
        yield WaysPane(id="ways-above")
        yield Pane(id="use-password")
        yield FieldRow("Password", PasswordField(id="password"), id="password-row")
        yield Pane(id="submit")
        yield Pane(id="answer")
        yield WaysPane(id="ways-below")
        yield Pane(id="no-password")
        yield Pane(id="hints")

    def on_mount(self) -> None:
        """Draw what is known, then ask the backend for the rest."""
        self.say("answer", render.nothing)
        self._draw()
        self._email.focus()
        # The form is drawn and takes keys before the database's libraries are imported.
        after_refresh(self, self.action_retry)

    def on_resize(self, event: Resize) -> None:
        """Where it is low, hints give way."""
        super().on_resize(event)
        self._draw()

    async def _greet(self) -> None:
        """Ask what the screen shows before anybody has signed in."""
        try:
            backend = await self.session.backend()
            welcome = await backend.welcome()
        except BackendError as error:
            self._fail(error.refusal)
            return
        if welcome.team is not None:
            self._welcome = welcome
            self._trouble = None
            self._tell_refused()
            self._draw()
            if self.focused is None:
                (self._password if self._asked else self._email).focus()
        elif self.session.connection.server:
            self._fail(render.SET_UP_ELSEWHERE)
        elif self.session.connection.read_only:
            self._fail(render.CANNOT_SET_UP)
        else:
            self.post_message(NothingThere(self.email))

    def _fail(self, trouble: Refusal) -> None:
        """Nobody can sign in as long as this is so."""
        self._trouble = trouble
        self._draw()
        self.set_focus(None)
        if self.session.connection.host:
            # A line comes back by itself.
            self.set_timer(_RETRY, self._retry_if_waiting)

    def _retry_if_waiting(self) -> None:
        if self._trouble is not None and self.is_current:
            self.run_worker(self._greet, group="greet", exclusive=True)

    def action_forward(self) -> None:
        """From the email to the ways in, from the password to the backend."""
        email, password = self._email, self._password
        if self._busy:
            return
        if not email.value.strip():
            self.set_focus(email)
        elif not self.email:
            self._refuse_email()
        elif not self._asked:
            self._asked = True
            self._draw()
            self.set_focus(self._focused_after_email)
        elif not password.value:
            self.set_focus(password)
        else:
            self._busy = True
            self._refused = None
            self.say("answer", lambda _width: render.CHECKING)
            self.run_worker(self._sign_in(self.email, password.take()), group="sign-in")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field is the same as Enter anywhere."""
        event.stop()
        self.action_forward()
        self.post_message(FormField.Answered(drops=self._no_email))

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong with the email is being mended."""
        event.stop()
        if self._no_email and event.input is self._email:
            self._no_email = False
            self.say("answer", render.nothing)
            self._draw()

    def _refuse_email(self) -> None:
        """Ask for no password, and send nothing: what is typed may be a password or code itself."""
        self._no_email = True
        self._refused = None
        self._asked = False
        self._password.value = ""
        self.set_focus(self._email)
        self._email.select_all()
        self.say("answer", partial(entry.refused, refusal(Code.INVALID_EMAIL)))
        self._draw()

    async def _sign_in(self, email: str, password: str) -> None:
        try:
            await self.session.sign_in(email, password)
        except BackendError as error:
            await self._know_ways()
            self._busy = False
            self._answer(error)
            self._password.focus()
            return
        self.post_message(SessionOpened())

    async def _know_ways(self) -> None:
        """A refusal speaks of the providers as they are by now, and so do its keys."""
        try:
            welcome = await (await self.session.backend()).welcome()
        except BackendError:
            # The refusal itself, or the next try, says what is wrong.
            return
        if welcome.team is not None:
            self._welcome = welcome

    def action_email(self) -> None:
        """Back to the email, which the next one replaces."""
        self._asked = False
        self._password.value = ""
        self._refused = None
        self.say("answer", render.nothing)
        self._draw()
        self._email.focus()
        self._email.select_all()

    def action_retry(self) -> None:
        """Ask the backend again."""
        self._refused = None
        self.say("answer", render.nothing)
        self.run_worker(self._greet, group="greet", exclusive=True)

    def look_again(self) -> None:
        """Show the identity providers as they are by now; what was typed stays."""
        if self._trouble is None:
            self.run_worker(self._greet, group="greet", exclusive=True)

    def action_redeem(self) -> None:
        """Go where a one-time code becomes a password, and come back with its email."""
        from bgconsole.tui.sign_in.redeem_screen import RedeemScreen

        screen = RedeemScreen(self.session, team=self.team, email=self.email)
        self.app.push_screen(screen, self._redeemed)

    def _redeemed(self, email: str | None) -> None:
        if email is None:
            return
        self._email.value = email
        self._email.cursor_position = len(email)
        self._password.value = ""
        self._asked = True
        self._notice = render.PASSWORD_SET
        self._refused = None
        self.say("answer", render.nothing)
        self._draw()
        self._password.focus()

    def action_forgot(self) -> None:
        """Say how to come by another password."""
        from bgconsole.tui.sign_in.forgot_screen import ForgotDialog

        self.app.push_screen(ForgotDialog(self.session.connection))

    def action_connect(self) -> None:
        """Choose another database."""
        from bgconsole.tui.sign_in.connect import ConnectScreen

        self.app.push_screen(ConnectScreen(self.session))

    @property
    def takes_input(self) -> bool:
        """Nobody can sign in as long as something is wrong."""
        return self._trouble is None

    @property
    def is_known(self) -> bool:
        """Whether the backend has answered."""
        return self._welcome is not None

    @property
    def may_connect(self) -> bool:
        """Whether another place is worth a try, and can be chosen."""
        return self._trouble is not None and self.session.connection.connect is not None

    @property
    def why_no_password(self) -> str | None:
        """Why none can be set here."""
        if self.session.connection.read_only:
            return "This console is read-only: no password can be set here"
        return None

    def _answer(self, error: BackendError) -> None:
        self._notice = EMPTY
        self._refused = error.refusal
        self._tell_refused()
        self._draw()

    def _tell_refused(self) -> None:
        """Say why nobody came in; of a refused password, by what the providers are by now."""
        if self._refused is not None:
            told = self._refused
            if told.code is Code.LOGIN_FAILED and self._welcome is not None:
                told = refused_login(self._welcome.providers)
            self.say("answer", partial(render.refused, told, self._welcome))

    def _draw(self) -> None:
        self.draw_title()
        self.draw_banner()
        trouble = self._trouble
        for row in ("email-row", "submit", "no-password"):
            self.query_one(f"#{row}").display = trouble is None
        self.query_one("#password-row").display = self._asked and trouble is None
        if trouble is not None:
            connection = self.session.connection
            self.say("head", partial(render.trouble, trouble, connection.place))
            another = connection.connect is not None
            self.say("answer", partial(render.trouble_keys, another=another))
            for name in ("use-password", "hints"):
                self.say(name, render.nothing)
            for ways in self.query(WaysPane):
                ways.offer(None, self._password)
        else:
            self._draw_form()
        self.refresh_bindings()

    def _draw_form(self) -> None:
        welcome = self._welcome
        self.say("head", partial(render.head, welcome, self._notice))
        first, offered = self._sso_first, welcome if self._asked else None
        hints = self.session.connection.hints
        low = self.has_class("-low")
        # A demo's passwords are typed from the screen: other ways on have keys that the help names.
        crowded = low and self._asked and bool(hints)
        answered = self.query_one("#answer").display
        shut = welcome is not None and render.is_shut(welcome)
        above = self.query_one("#ways-above", WaysPane)
        if above.has_focus and not first:
            self.set_focus(self._password)
        above.offer(offered if first else None, self._password)
        below = None if first or (crowded and answered and shut) else offered
        self.query_one("#ways-below", WaysPane).offer(below, self._password)
        labelled = offered is not None and bool(offered.ways)
        label = partial(render.use_password, alternative=first)
        self.say("use-password", label if labelled else render.nothing)
        self.say("submit", lambda _width: entry.button("Sign in" if self._asked else "Go on"))
        apart = (first or not self._asked) and not crowded
        no_password = partial(render.no_password, apart=apart)
        self.say("no-password", render.nothing if crowded and answered else no_password)
        self.say("hints", partial(render.hints, hints, brief=crowded and (answered or shut)))
        self.set_class(crowded, "-crowded")

    @property
    def _sso_first(self) -> bool:
        """Whether 'Sign in with …' comes first: SSO is enforced, and not known to be down."""
        welcome = self._welcome
        if welcome is None or not welcome.enforced:
            return False
        return not any(way.enforced and way.word is IdpWord.DOWN for way in welcome.ways)

    @property
    def _focused_after_email(self) -> Widget:
        """The ways by SSO while they come first and work; else the password."""
        welcome = self._welcome
        works = welcome is not None and not render.is_shut(welcome)
        return self.query_one("#ways-above") if self._sso_first and works else self._password

    @on(WaysPane.Chosen)
    def _way_chosen(self, event: WaysPane.Chosen) -> None:
        event.stop()
        self.action_sso(event.place)

    @property
    def _email(self) -> Field:
        return self.query_one("#email", Field)

    @property
    def _password(self) -> PasswordField:
        return self.query_one("#password", PasswordField)
