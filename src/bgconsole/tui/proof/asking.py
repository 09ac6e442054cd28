"""Doing what may need a proof or an override: asks for it on the way, and tries again."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from textual.screen import Screen

from bgconsole.backend.errors import NotAllowedError, RefusedError
from bgconsole.policy.guard import Override
from bgconsole.policy.refusals import Code
from bgconsole.policy.sso import SsoPurpose
from bgconsole.tui.kit.guard_dialog import GuardDialog, LockOut
from bgconsole.tui.model.session import Session
from bgconsole.tui.proof.password_dialog import ProofDialog

Result = TypeVar("Result")


class DeclinedError(Exception):
    """Whoever was asked chose to leave it; nothing was changed."""


async def prove(screen: Screen[Any], session: Session) -> bool:
    """Whether it is still the same person, asked by the way that opened the session.

    To be called in a worker. Raises the BackendErrors of `me`.
    """
    provider = await session.opened_by()
    if provider is None:
        return await screen.app.push_screen_wait(ProofDialog(session))
    from bgconsole.tui.proof.sso_dialog import SsoDialog

    dialog = SsoDialog(session, provider, SsoPurpose.REAUTHENTICATE)
    return await screen.app.push_screen_wait(dialog)


async def act_and_tell(
    screen: Screen[Any],
    session: Session,
    refused: Callable[[NotAllowedError], None],
    call: Callable[[Override | None], Awaitable[Result]],
    lock_out: Callable[[], LockOut] | None = None,
) -> Result:
    """As `act`; `refused` hears what the session is refused before it is raised."""
    try:
        return await act(screen, session, call, lock_out)
    except NotAllowedError as error:
        refused(error)
        raise


async def act(
    screen: Screen[Any],
    session: Session,
    call: Callable[[Override | None], Awaitable[Result]],
    lock_out: Callable[[], LockOut] | None = None,
) -> Result:
    """What `call` gives, once it is proven and overridden as far as it must be.

    `lock_out` says what the guard protects, where an override is possible. To be called in a
    worker. Raises DeclinedError, and every BackendError that no dialog answers.
    """
    override: Override | None = None
    while True:
        try:
            return await call(override)
        except NotAllowedError as error:
            if error.code is not Code.REAUTH_REQUIRED:
                raise
            if not await prove(screen, session):
                raise DeclinedError from error
        except RefusedError as error:
            if error.code is not Code.WOULD_LOCK_OUT or lock_out is None:
                raise
            override = await screen.app.push_screen_wait(GuardDialog(lock_out()))
            if override is None:
                raise DeclinedError from error
