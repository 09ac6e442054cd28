"""Whether somebody sits at the keyboard: keys keep a session awake, and without any it locks."""

from collections.abc import Callable

from textual.screen import Screen

from bgconsole.backend.errors import BackendError, NotAllowedError
from bgconsole.policy.refusals import Code
from bgconsole.tui.model.session import Session
from bgconsole.tui.proof.password_dialog import LockDialog


class IdleLock:
    """Of one screen. `unlocked` is called whenever a lock was taken away by a proof."""

    def __init__(
        self, screen: Screen[None], session: Session, *, unlocked: Callable[[], None]
    ) -> None:
        self._screen = screen
        self._session = session
        self._unlocked = unlocked
        self._told = session.pressed_at
        self._locked = False

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
        if locked:
            await self.lock()

    async def lock(self) -> None:
        """Stand in the way until proven, as long as that takes; to be called in a worker."""
        if not self._locked:
            self._locked = True
            dialog = LockDialog(self._session, await self._provider())
            await self._screen.app.push_screen_wait(dialog)
            self._locked = False
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
