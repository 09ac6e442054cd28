"""Tells its screen when a minute begins, so that an idle screen writes once a minute at most."""

from collections.abc import Callable
from datetime import datetime

from textual.app import App
from textual.message import Message
from textual.widget import Widget


class Clock(Widget):
    """Shows nothing itself."""

    class Ticked(Message):
        """A minute began."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self.display = False

    def on_mount(self) -> None:
        """Wait for the first full minute; where the console was suspended, some have gone by."""
        self._wait()
        self.app.app_resume_signal.subscribe(self, self._resumed)

    def _wait(self) -> None:
        now = self._now()
        self.set_timer(60 - now.second - now.microsecond / 1_000_000, self._tick)

    def _resumed(self, _app: App[object]) -> None:
        self.post_message(self.Ticked())

    def _tick(self) -> None:
        self.post_message(self.Ticked())
        self._wait()
