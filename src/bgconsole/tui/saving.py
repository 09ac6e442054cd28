"""Saving a draft: proof, guard and conflict are asked about on the way; the draft is never lost."""

from enum import Enum, auto

from textual.screen import Screen

from bgconsole.backend.errors import ConflictError, NotAllowedError, RefusedError
from bgconsole.backend.values import SettingsSave
from bgconsole.policy.guard import Override
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
    settings, version = view.draft.current, view.draft.version
    override: Override | None = None
    while True:
        wanted = SettingsSave(settings, version, override)
        try:
            await backend.save_settings(session.caller, view.detail.slug, wanted)
        except ConflictError as error:
            chosen = await screen.app.push_screen_wait(ConflictDialog(view.draft, error))
            if chosen is None:
                return Saving.LEFT
            if chosen == error.theirs:
                return Saving.THEIRS
            settings, version = chosen, error.version
        except NotAllowedError as error:
            if error.code is not Code.REAUTH_REQUIRED:
                raise
            if not await screen.app.push_screen_wait(ProofDialog(session)):
                return Saving.LEFT
        except RefusedError as error:
            if error.code is not Code.WOULD_LOCK_OUT:
                raise
            override = await screen.app.push_screen_wait(GuardDialog(view))
            if override is None:
                return Saving.LEFT
        else:
            return Saving.DONE
