"""Saving a draft: proof, guard and conflict are asked about on the way; the draft is never lost."""

from textual.screen import Screen

from bgconsole.backend.errors import ConflictError, NotAllowedError, RefusedError
from bgconsole.backend.values import ProviderDetail, SettingsSave
from bgconsole.policy.guard import Override
from bgconsole.policy.refusals import Code
from bgconsole.tui.screens.dialogs import ConflictDialog, GuardDialog, ProofDialog
from bgconsole.tui.session import Session
from bgconsole.tui.state import ProviderView


async def save(screen: Screen[None], session: Session, view: ProviderView) -> ProviderDetail | None:
    """Save the view's draft and return what is stored then, or None when the user went back.

    To be called in a worker of `screen`. Raises every BackendError that no dialog answers.
    """
    backend = await session.backend()
    settings, version = view.draft.current, view.draft.version
    override: Override | None = None
    while True:
        wanted = SettingsSave(settings, version, override)
        try:
            return await backend.save_settings(session.caller, view.detail.slug, wanted)
        except ConflictError as error:
            chosen = await screen.app.push_screen_wait(ConflictDialog(view.draft, error))
            if chosen is None:
                return None
            settings, version = chosen, error.version
        except NotAllowedError as error:
            if error.code is not Code.REAUTH_REQUIRED:
                raise
            if not await screen.app.push_screen_wait(ProofDialog(session)):
                return None
        except RefusedError as error:
            if error.code is not Code.WOULD_LOCK_OUT:
                raise
            override = await screen.app.push_screen_wait(GuardDialog(view))
            if override is None:
                return None
