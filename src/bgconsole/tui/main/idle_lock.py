"""Whether somebody sits at the keyboard: keys keep a session awake, and without any it locks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from textual.screen import Screen
from textual.timer import Timer

from bgconsole.backend.errors import BackendError, NotAllowedError
from bgconsole.policy.refusals import Code
from bgconsole.policy.sessions import IDLE_LOCK, is_idle
from bgconsole.tui.model.session import Session
from bgconsole.tui.proof.password_dialog import LockDialog

_LEAST: Final = 0.01
"""Seconds; a timer may fire a moment before the clock says so."""


class IdleLock:
    """Of one screen. `unlocked` is called whenever a lock was taken away by a proof.

    One timer waits for the end of the 15 minutes. Timers stand still while the machine sleeps, so
    the clock is also asked by each minute, and by each key: the first key after a long sleep locks.
    """

    def __init__(
        self, screen: Screen[None], session: Session, *, unlocked: Callable[[], None]
    ) -> None:
        self._screen = screen
        self._session = session
        self._unlocked = unlocked
        self._told = session.pressed_at
        self._locked = False
        self._timer: Timer | None = None

    def start(self) -> None:
        """Wait for the end of the 15 minutes."""
        self._session.lets_key_count = self._lets_key_count
        self._wait()

    def stop(self) -> None:
        """Another screen has the session."""
        self._session.lets_key_count = None
        if self._timer is not None:
            self._timer.stop()

    def _wait(self) -> None:
        left = self._session.pressed_at + timedelta(seconds=IDLE_LOCK) - self._now
        seconds = min(max(left.total_seconds(), _LEAST), IDLE_LOCK)
        self._timer = self._screen.set_timer(seconds, self._time_is_up)

    def _time_is_up(self) -> None:
        if self._lets_key_count():
            self._wait()

    def _lets_key_count(self) -> bool:
        """Whether a key may count as somebody's; locks where nobody was there for too long."""
        if self._locked:
            # Until the dialog is there keys would go to what it is to cover.
            return any(isinstance(one, LockDialog) for one in self._screen.app.screen_stack)
        if not self._is_idle:
            return True
        self._screen.run_worker(self.lock, group="idle-lock")
        return False

    @property
    def _now(self) -> datetime:
        return self._session.connection.clock()

    @property
    def _is_idle(self) -> bool:
        return is_idle(self._session.pressed_at, self._now)

    async def minute(self) -> None:
        """Tell of keys pressed since the last minute, or lock where the session has fallen idle.

        To be called in a worker. Raises NotAllowedError when the session has ended.
        """
        try:
            locked = await self._is_locked()
        except NotAllowedError:
            raise
        except BackendError as error:
            # The next minute asks again.
            self._session.connection_state.failed(error)
            return
        self._session.connection_state.answered()
        if locked or self._is_idle:
            await self.lock()

    async def lock(self) -> None:
        """Stand in the way until proven, as long as that takes; to be called in a worker."""
        if not self._locked:
            self._locked = True
            dialog = LockDialog(self._session, await self._provider())
            await self._screen.app.push_screen_wait(dialog)
            self._locked = False
            self._session.key_pressed()
            self._wait()
            self._unlocked()

    async def _provider(self) -> str | None:
        try:
            return await self._session.opened_by()
        except BackendError as error:
            # A password is asked for; the provider's session is told then that it has none.
            self._session.connection_state.failed(error)
            return None

    async def _is_locked(self) -> bool:
        backend = await self._session.backend()
        pressed = self._session.pressed_at
        if pressed == self._told:
            return (await backend.me(self._session.unattended)).locked
        self._told = pressed
        try:
            await backend.touch(self._session.caller)
        except NotAllowedError as error:
            if error.code is not Code.REAUTH_REQUIRED:
                raise
            return True
        return False
