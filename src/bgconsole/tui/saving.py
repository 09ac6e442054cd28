"""Saving a draft: proof, guard and conflict are asked about on the way; the draft is never lost."""

from dataclasses import replace
from enum import Enum, auto

from textual.screen import Screen

from bgconsole.backend.errors import BackendError, ConflictError, NotAllowedError, RefusedError
from bgconsole.backend.values import SettingsSave
from bgconsole.policy.refusals import Code
from bgconsole.tui.screens.dialogs import ConflictDialog, GuardDialog, ProofDialog
from bgconsole.tui.session import Session
from bgconsole.tui.state import ProviderView


class Saving(Enum):
    """How a save ended."""

    DONE = auto()
    THEIRS = auto()
    """Somebody else's save stands, and the draft was given up for it."""

    LEFT = auto()
    """Nothing was saved, and the draft is kept."""


async def save(screen: Screen[None], session: Session, view: ProviderView) -> Saving:
    """Save the view's draft, asking what has to be asked on the way.

    To be called in a worker of `screen`. Raises every BackendError that no dialog answers.
    """
    backend = await session.backend()
    wanted = SettingsSave(view.draft.current, view.draft.version)
    while True:
        try:
            await backend.save_settings(session.caller, view.detail.slug, wanted)
        except BackendError as error:
            answer = await _ask(screen, session, view, wanted, error)
            if isinstance(answer, Saving):
                return answer
            wanted = answer
        else:
            return Saving.DONE


async def _ask(
    screen: Screen[None],
    session: Session,
    view: ProviderView,
    wanted: SettingsSave,
    error: BackendError,
) -> SettingsSave | Saving:
    """What to try after `error`, or how the save ends; raises `error` when no dialog answers it."""
    push = screen.app.push_screen_wait
    match error:
        case ConflictError():
            chosen = await push(ConflictDialog(view.draft, error))
            if chosen is None:
                return Saving.LEFT
            if chosen == error.theirs:
                return Saving.THEIRS
            return replace(wanted, settings=chosen, version=error.version)
        case NotAllowedError() if error.code is Code.REAUTH_REQUIRED:
            return wanted if await push(ProofDialog(session)) else Saving.LEFT
        case RefusedError() if error.code is Code.WOULD_LOCK_OUT:
            override = await push(GuardDialog(view))
            return Saving.LEFT if override is None else replace(wanted, override=override)
        case _:
            raise error
