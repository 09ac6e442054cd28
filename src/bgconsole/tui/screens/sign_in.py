"""The sign-in screen: drawn before the database is there, the same for every email."""

from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Input

from bgconsole.backend.errors import BackendError
from bgconsole.backend.identity import Welcome
from bgconsole.policy.team import IdpState
from bgconsole.tui.render import sign_in as render
from bgconsole.tui.render.text import EMPTY
from bgconsole.tui.render.title import title_line
from bgconsole.tui.session import Session, SessionOpened
from bgconsole.tui.widgets.clock import Clock
from bgconsole.tui.widgets.field import Field, FormField, PasswordField
from bgconsole.tui.widgets.key_bar import KeyBar
from bgconsole.tui.widgets.pane import Pane
from bgconsole.tui.widgets.rows import FieldRow

_LOW: Final = 30


class SignInScreen(Screen[None]):
    """Email first, then the ways in. One refusal text for all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "app.focus_next", "next field", id="sign_in.next"),
        Binding("shift+tab,up", "app.focus_previous", show=False),
        *(Binding(f"f{n}", f"sso({n - 2})", show=False) for n in range(2, 10)),
        Binding("f5,ctrl+r", "retry", "connect again", id="sign_in.retry"),
        Binding("escape", "email", "other email", id="sign_in.email"),
    ]

    def __init__(self, session: Session, *, notice: str = "") -> None:
        super().__init__()
        self._session = session
        self._notice = notice
        self._welcome: Welcome | None = None
        self._asked = False
        self._busy = False

    def compose(self) -> ComposeResult:
        """Title, form, keys."""
        yield Pane(id="title")
        yield Pane(id="banner")
        with Container(id="middle"), Vertical(id="form"):
            yield Pane(id="head")
            yield FieldRow("Email", FormField(id="email"), id="email-row")
            yield Pane(id="ways-above")
            yield FieldRow("Password", PasswordField(id="password"), id="password-row")
            yield Pane(id="submit")
            yield Pane(id="answer")
            yield Pane(id="ways-below")
            yield Pane(id="hints")
        yield KeyBar()
        yield Clock(self._session.connection.clock)

    def on_mount(self) -> None:
        """Draw what is known, then ask the backend for the rest."""
        self._draw()
        self.query_one("#email", Field).focus()
        # The form is drawn and takes keys before the database's libraries are imported.
        self.call_after_refresh(self.action_retry)

    def on_resize(self, event: Resize) -> None:
        """A low terminal has no room above the form."""
        self.set_class(event.size.height < _LOW, "-low")

    def on_clock_ticked(self) -> None:
        """Another minute."""
        self._draw_title()

    async def _greet(self) -> None:
        """Ask what the screen shows before anybody has signed in."""
        try:
            backend = await self._session.backend()
            self._welcome = await backend.welcome()
        except BackendError as error:
            self._answer(error)
            return
        if self._welcome.team is None:
            self._pane("answer").show(lambda _width: render.no_team(self._session.connection.place))
        self._draw()

    def action_forward(self) -> None:
        """From the email to the ways in, from the password to the backend."""
        email = self.query_one("#email", Field)
        password = self.query_one("#password", PasswordField)
        if self._busy:
            return
        if not email.value.strip():
            self.set_focus(email)
        elif not self._asked:
            self._asked = True
            self._draw()
            self.set_focus(password)
        elif not password.value:
            self.set_focus(password)
        else:
            self._busy = True
            self._pane("answer").show(lambda _width: render.CHECKING)
            self.run_worker(self._sign_in(email.value, password.take()), group="sign-in")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field is the same as Enter anywhere."""
        event.stop()
        self.action_forward()
        self.post_message(FormField.Answered())

    async def _sign_in(self, email: str, password: str) -> None:
        try:
            await self._session.sign_in(email, password)
        except BackendError as error:
            self._busy = False
            self._answer(error)
            self.query_one("#password", PasswordField).focus()
            return
        self.post_message(SessionOpened())

    def action_email(self) -> None:
        """Back to the email."""
        self._asked = False
        self.query_one("#password", PasswordField).value = ""
        self._pane("answer").show(lambda _width: EMPTY)
        self._draw()
        self.query_one("#email", Field).focus()

    def action_sso(self, number: int) -> None:
        """Say that signing in with a provider is not part of this version."""
        self._pane("answer").show(lambda _width: render.SSO_ABSENT)

    def action_retry(self) -> None:
        """Ask the backend again."""
        self._pane("answer").show(lambda _width: EMPTY)
        self.run_worker(self._greet(), group="greet", exclusive=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if action == "email":
            return self._asked
        if action == "sso":
            number = parameters[0]
            ways = self._welcome.ways if self._welcome is not None and self._asked else ()
            return isinstance(number, int) and number < len(ways)
        if action == "retry":
            return self._welcome is None
        return True

    def _answer(self, error: BackendError) -> None:
        self._notice = ""
        self._pane("answer").show(partial(render.answer, error.refusal))
        self._draw()

    def _draw(self) -> None:
        welcome = self._welcome
        self._draw_title()
        head = render.head(welcome, self._notice)
        self._pane("head").show(lambda _width: head)
        down = [w for w in welcome.ways if w.idp.state is IdpState.DOWN] if welcome else []
        banner = self._pane("banner")
        banner.display = bool(down)
        if down:
            banner.show(partial(render.banner, down[0]))
        first = welcome is not None and welcome.enforced and not down
        ways = render.ways(welcome) if welcome and self._asked else EMPTY
        self.query_one("#password-row").display = self._asked
        self._pane("ways-above").show(lambda _width: ways if first else EMPTY)
        self._pane("ways-below").show(lambda _width: EMPTY if first else ways)
        submit = render.submit(asked=self._asked)
        self._pane("submit").show(lambda _width: submit)
        hints = render.hints(self._session.connection.hints)
        self._pane("hints").show(lambda _width: hints)
        if self.has_class("-low") and self._pane("answer").display:
            self._pane("hints").display = False
        self.refresh_bindings()

    def _draw_title(self) -> None:
        connection = self._session.connection
        team = self._welcome.team if self._welcome else None
        self._pane("title").show(
            partial(title_line, team, None, connection.place, connection.clock())
        )

    def _pane(self, name: str) -> Pane:
        return self.query_one(f"#{name}", Pane)
