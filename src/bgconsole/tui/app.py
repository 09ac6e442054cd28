"""The console: puts session, screens, theme and signals together, and nothing else."""

import asyncio
import gc
import signal
import sys
from typing import ClassVar, Final

from textual.app import App
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.events import Event, Key, MouseDown, Paste
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import WorkerFailed

from bgconsole import crash
from bgconsole.streams import silence
from bgconsole.tui.connection import Connection
from bgconsole.tui.drafts import HoldsDrafts
from bgconsole.tui.driver import ConsoleDriver
from bgconsole.tui.screens.sign_in import SignInScreen
from bgconsole.tui.session import Session, SessionEnded, SessionOpened
from bgconsole.tui.styles import style_files
from bgconsole.tui.theme import DARK
from bgconsole.tui.typing_ahead import LONGEST_WAIT, TypingAhead
from bgconsole.tui.widgets.field import FormField

_GC_THRESHOLD: Final = 100_000
"""Fewer collections while imports and the first layout make many objects that stay."""


class ConsoleApp(App[int]):
    """Shows the sign-in screen, or the main screen where a stored session may still hold."""

    CSS_PATH = style_files()  # pyright: ignore[reportAssignmentType] (a list of paths is allowed)
    TITLE = "bgconsole"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "help", id="help", tooltip="This list of keys"),
        Binding("ctrl+q", "quit", "quit", id="quit", tooltip="Leave the console", priority=True),
    ]

    def __init__(self, connection: Connection) -> None:
        super().__init__(driver_class=ConsoleDriver)
        self.session = Session(connection)
        self.crash_report: str | None = None
        self._leaving = False
        self.line_lost = False
        self._ahead = TypingAhead()
        self._patience: Timer | None = None
        self.register_theme(DARK)
        # Without its watcher, which would apply every style sheet once more at the start.
        self.set_reactive(App.theme, DARK.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.animation_level = "none"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The roles that style sheets name, before a theme is chosen."""
        return DARK.variables

    def on_mount(self) -> None:
        """Follow the signals of a lost line."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self._line_lost)

    def get_default_screen(self) -> Screen[None]:
        """The main screen when there is a token to try, otherwise the sign-in screen."""
        first = self._main_screen() if self.session.has_token else SignInScreen(self.session)
        # `switch_screen` takes one away, and Textual gives its first screen none.
        first._push_result_callback(first, None)  # pyright: ignore[reportPrivateUsage]
        return first

    def _main_screen(self) -> Screen[None]:
        # Imported when it is wanted: the sign-in screen stands 40 ms sooner without it.
        from bgconsole.tui.screens.main import MainScreen

        return MainScreen(self.session)

    async def on_event(self, event: Event) -> None:
        """As every app; keys and clicks also tell that somebody is there."""
        if isinstance(event, (Key, Paste, MouseDown)):
            self.session.key_pressed()
        if isinstance(event, (Key, Paste)) and not event.is_forwarded:
            self._ahead.take_in(event)
            await self._hand_on()
        else:
            await super().on_event(event)

    async def _hand_on(self) -> None:
        """Give the keys that came to what has the focus; an enter in a form is answered first."""
        while (event := self._ahead.next()) is not None:
            await super().on_event(event)
            if isinstance(event, Key) and event.key == "enter" and self._in_form:
                self._ahead.waiting = True
                self._patience = self.set_timer(LONGEST_WAIT, self.on_form_field_answered)

    @property
    def _in_form(self) -> bool:
        return isinstance(self.focused, FormField)

    async def on_form_field_answered(self) -> None:
        """The enter is answered, and the focus is where it goes."""
        if self._patience is not None:
            self._patience.stop()
        self._ahead.waiting = False
        await self._hand_on()

    def on_session_opened(self, message: SessionOpened) -> None:
        """Somebody signed in."""
        if not self._leaving:
            self.switch_screen(self._main_screen())

    def on_session_ended(self, message: SessionEnded) -> None:
        """The session ended: here, by sign-out, or elsewhere; more than one part may tell."""
        if self._leaving or not self.session.has_token:
            return
        self.session.signed_out()
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.switch_screen(SignInScreen(self.session, notice=message.notice))

    def action_help(self) -> None:
        """Show the keys of the screen."""
        from bgconsole.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    async def action_quit(self) -> None:
        """Leave; asks first where changes would be dropped."""
        below = self.screen_stack[0]
        if not (isinstance(below, HoldsDrafts) and below.unsaved):
            await self._leave()
            return
        from bgconsole.tui.screens.leave import LeaveDialog

        if not isinstance(self.screen, LeaveDialog):
            self.push_screen(LeaveDialog(), self._leave_anyway)

    async def _leave_anyway(self, drop: bool | None) -> None:
        if drop:
            await self._leave()

    async def _leave(self) -> None:
        """End the session that this console opened, and exit."""
        self._leaving = True
        await self.session.end()
        self.exit(0)

    def _line_lost(self) -> None:
        self.line_lost = True
        self.call_later(self._leave)

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
        self.exit(1, return_code=1)


def run_console(connection: Connection) -> int:
    """Run the console until it is left; returns the exit code."""
    gc.set_threshold(_GC_THRESHOLD)
    app = ConsoleApp(connection)
    result = app.run()
    if app.line_lost:
        silence(sys.stdout, sys.stderr)
    if app.crash_report is not None:
        # On one line, so that the name of the file can be copied.
        print(app.crash_report, file=sys.stderr)
    return (result or 0) if app.return_code in (None, 0) else 1
