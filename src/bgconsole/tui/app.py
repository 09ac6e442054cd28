"""The console: puts session, screens, look and signals together, and nothing else."""

import signal
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Final, TypeAlias

from textual.app import App
from textual.css.query import NoMatches
from textual.events import Event, InputEvent, Key, MouseDown, Paste, Resize
from textual.filter import LineFilter
from textual.geometry import Size
from textual.screen import Screen
from textual.worker import WorkerFailed

from bgconsole.files.settings import Preferences, Signs
from bgconsole.policy.text import visible
from bgconsole.system import crash
from bgconsole.system.locale_encoding import UTF_8, environment_as_started, terminal_encoding
from bgconsole.system.stopping import TRANSACTIONS
from bgconsole.system.streams import silence
from bgconsole.tui.kit import notices
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.field import FormField, PasswordField
from bgconsole.tui.kit.guided_app import GuidedApp
from bgconsole.tui.kit.key_queue import KeyQueue
from bgconsole.tui.kit.session_messages import (
    NothingThere,
    PlaceChosen,
    SessionEnded,
    SessionOpened,
)
from bgconsole.tui.model.connection import Connection
from bgconsole.tui.model.drafts import HoldsDrafts
from bgconsole.tui.model.session import Session
from bgconsole.tui.sign_in.sign_in_screen import SignInScreen
from bgconsole.tui.terminal.capabilities import MODERN, Terminal, terminal_of
from bgconsole.tui.terminal.driver import ConsoleDriver
from bgconsole.tui.terminal.filters import console_for, filters_for
from bgconsole.tui.terminal.styles import style_files
from bgconsole.tui.terminal.theme import DARK, THEMES, Look, ground_for, look_for

_DEFAULT: Final = Preferences()
_SAVES_END: Final = 2.0
"""Seconds that saves under way may take to end before the console is suspended."""


class ConsoleApp(GuidedApp):
    """Shows the sign-in screen, or the main screen where a stored session may still hold."""

    CSS_PATH = style_files()  # pyright: ignore[reportAssignmentType] (a list of paths is allowed)
    TITLE = "bgconsole"
    ENABLE_COMMAND_PALETTE = False
    ACTIONS = (Action("quit", "ctrl+q", "quit", "Leave the console", "quit", priority=True),)

    def __init__(
        self,
        connection: Connection,
        preferences: Preferences = _DEFAULT,
        terminal: Terminal = MODERN,
    ) -> None:
        super().__init__(driver_class=ConsoleDriver)
        self.session = Session(connection)
        self.preferences = preferences
        self.terminal = terminal
        self.crash_report: str | None = None
        self._leaving = False
        self.line_lost = False
        self._exit_code = 0
        self._stopped_at = 0.0
        self._typed = KeyQueue(self, super().on_event)
        self._laid_out_for: Size | None = None
        self.look = look_for(preferences.theme, terminal)
        self._line_filters = self._filters_for(self.look, preferences.signs)
        self.console = console_for(terminal.colours, self.console.file)
        for theme in THEMES.values():
            self.register_theme(theme)
        # Without its watcher, which would apply every style sheet once more at the start.
        self.set_reactive(App.theme, THEMES[self.look].name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.animation_level = "none"

    def wear(self, look: Look, signs: Signs | None = None) -> None:
        """Look like this from now on, with these signs or those of the settings."""
        self.look = look
        chosen = self.preferences.signs if signs is None else signs
        self._line_filters = self._filters_for(look, chosen)
        self.theme = THEMES[look].name
        # Two looks may have the same theme, and differ only in what is made of it.
        self.refresh_css(animate=False)

    def _filters_for(self, look: Look, signs: Signs) -> tuple[LineFilter, ...]:
        ground = ground_for(self.preferences.theme, self.terminal.ground)
        return filters_for(look, signs, self.terminal, ground)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What makes of colours and glyphs what the terminal has."""
        return self._line_filters

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The roles that style sheets name, before a theme is chosen."""
        return DARK.variables

    def on_mount(self) -> None:
        """Take the user's own keys."""
        self.set_keymap(self.preferences.keys)

    def get_default_screen(self) -> Screen[None]:
        """Set-up where nothing is yet, the main screen with a token to try, or the sign-in."""
        connection = self.session.connection
        if not connection.vacant:
            first = self._way_in()
        elif connection.read_only:
            first = SignInScreen(self.session)
        else:
            first = self._set_up_screen()
        # `switch_screen` takes one away, and Textual gives its first screen none.
        first._push_result_callback(first, None)  # pyright: ignore[reportPrivateUsage]
        return first

    def _way_in(self) -> Screen[None]:
        return self._main_screen() if self.session.has_token else SignInScreen(self.session)

    def _set_up_screen(self, email: str = "") -> Screen[None]:
        # Once in the life of a team.
        from bgconsole.tui.sign_in.set_up_screen import SetUpScreen

        return SetUpScreen(self.session, email=email)

    def _main_screen(self) -> Screen[None]:
        self.session.look_ahead()
        # Imported when it is wanted: the sign-in screen stands 40 ms sooner without it.
        from bgconsole.tui.main.screen import MainScreen

        return MainScreen(self.session, self.preferences.times)

    async def on_ready(self) -> None:
        """The first screen is there for the keys."""
        await self._typed.begin()

    async def on_event(self, event: Event) -> None:
        """As every app; keys and clicks also tell that somebody is there."""
        if isinstance(event, (InputEvent, Paste)) and event.time < self._stopped_at:
            # Typed behind ^Z: meant for the shell, and dropped there too.
            return
        pressed = isinstance(event, (Key, Paste, MouseDown)) and not event.is_forwarded
        if pressed and not self.session.key_pressed():
            return
        if isinstance(event, (Key, Paste)) and not event.is_forwarded:
            await self._typed.take_in(event)
        elif isinstance(event, Key) and self._typed.is_opening():
            self._typed.put_back(event)
        else:
            await super().on_event(event)

    def on_key(self, event: Key) -> None:
        """No widget took it."""
        self._typed.unhandled(event)

    async def on_form_field_answered(self, message: FormField.Answered) -> None:
        """The enter is answered, and the focus is where it goes."""
        await self._typed.answered(drops=message.drops)

    def on_session_opened(self, message: SessionOpened) -> None:
        """Somebody signed in."""
        if not self._leaving:
            self.switch_screen(self._main_screen())

    def on_session_ended(self, message: SessionEnded) -> None:
        """The session ended: here, by sign-out, or elsewhere; more than one part may tell."""
        if self._leaving or not self.session.has_token:
            return
        self.session.signed_out()
        self._begin_with(SignInScreen(self.session, notice=message.notice))

    def on_nothing_there(self, message: NothingThere) -> None:
        """No team is at the place."""
        if not self._leaving:
            self._begin_with(self._set_up_screen(message.email))

    def on_place_chosen(self, message: PlaceChosen) -> None:
        """A team is at the place, or at another one."""
        if not self._leaving:
            self._begin_with(self._way_in())

    def _begin_with(self, first: Screen[None]) -> None:
        """Take away all screens but this one."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.switch_screen(first)

    def on_descendant_focus(self) -> None:
        """On a low terminal what takes the keys is scrolled to, once it has its place."""
        self.call_after_refresh(self._show_focus)

    def on_resize(self, event: Resize) -> None:
        """As much as fits around what takes the keys, where the size is another one."""
        if event.size != self._laid_out_for:
            self._laid_out_for = event.size
            self.call_after_refresh(self._show_focus)

    def _show_focus(self) -> None:
        if self.focused is not None:
            self.focused.scroll_visible(animate=False)

    def watch_title(self, title: str) -> None:
        """Name the terminal's window after the team."""
        if isinstance(self._driver, ConsoleDriver) and self.preferences.title:
            self._driver.display.name(visible(title))

    def copy_to_clipboard(self, text: str) -> None:
        """Copy what Textual offers to copy, the same way as everything else."""
        from bgconsole.tui.kit.clipboard import copy

        self._clipboard = text
        copy(self, text, "text")

    async def action_quit(self) -> None:
        """Leave; asks first where changes would be dropped."""
        below = self.screen_stack[0]
        if not (isinstance(below, HoldsDrafts) and below.unsaved):
            await self._leave()
            return
        below.ask_before_leaving(self._leave)

    async def _leave(self) -> None:
        """End the session that this console opened, and exit."""
        if self._leaving:
            return
        self._leaving = True
        if isinstance(self._driver, ConsoleDriver):
            self._driver.end_soon()
        self._keep_drafts()
        await self.session.end()
        self.exit(self._exit_code)

    def _keep_drafts(self) -> None:
        for screen in self.screen_stack[:1]:
            if isinstance(screen, HoldsDrafts):
                screen.keep_drafts()

    def ended_by(self, number: int) -> None:
        """A signal, or the end of the line, ends the console in good order."""
        self.line_lost = True
        if number not in (signal.SIGHUP, signal.SIGTERM):
            self._exit_code = 128 + number
        self.call_later(self._leave)

    @contextmanager
    def stopping(self) -> Generator[bool]:
        """Around a stop: no password is left in a field, the drafts are in their file."""
        with TRANSACTIONS.closed(_SAVES_END) as at_rest:
            if not at_rest:
                message = "Not suspended: a change is being saved"
                notices.tell(self, notices.Tone.CARE, message, "Press ^Z again")
                yield False
                return
            with self._context():
                for screen in self.screen_stack:
                    for field in screen.query(PasswordField):
                        field.take()
            self._keep_drafts()
            yield True
        self._typed.drop()
        self._stopped_at = time.monotonic()

    def _fatal_error(self) -> None:
        """Leave with a report that holds no values: Textual's own prints locals, passwords too."""
        error: BaseException | None = self._exception
        if isinstance(error, WorkerFailed):
            # It knows where it happened; what it is wrapped in does not.
            error = error.error
        if self._leaving and isinstance(error, NoMatches):
            # A screen that came or went when the app was told to leave has no parts any more.
            self.exit(0, return_code=0)
            return
        if self.crash_report is None:
            self.crash_report = crash.report(error)
            self._keep_drafts()
        self.exit(1, return_code=1)


MakeApp: TypeAlias = Callable[[Connection, Preferences, Terminal], ConsoleApp]


def run_console(
    connection: Connection, preferences: Preferences = _DEFAULT, make: MakeApp = ConsoleApp
) -> int:
    """Run the console that `make` gives until it is left; returns the exit code."""
    environment = environment_as_started()
    full = preferences.signs is Signs.FULL
    encoding = UTF_8 if full else terminal_encoding(environment)
    app = make(connection, preferences, terminal_of(environment, encoding))
    result = app.run(mouse=preferences.mouse)
    if app.line_lost:
        silence(sys.stdout, sys.stderr)
    if app.crash_report is not None:
        # On one line, so that the name of the file can be copied.
        print(app.crash_report, file=sys.stderr)
    return (result or 0) if app.return_code in (None, 0) else 1
