"""Whether somebody sits at the keyboard: keys keep a session awake, and without any it locks."""

from bgconsole.backend.errors import NotAllowedError
from bgconsole.policy.refusals import Code
from bgconsole.tui.session import Session


async def is_locked(session: Session) -> bool:
    """Report the keys since the last call, and say whether the session is locked.

    Raises the BackendErrors of `touch` and `me`.
    """
    backend = await session.backend()
    if not session.take_keys():
        return (await backend.me(session.unattended)).locked
    try:
        await backend.touch(session.caller)
    except NotAllowedError as error:
        if error.code is not Code.REAUTH_REQUIRED:
            raise
        return True
    return False
