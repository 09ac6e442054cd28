"""Saving a draft: proof, guard and conflict are asked about on the way; the draft is never lost."""

from enum import Enum, auto
from functools import partial

from textual.screen import Screen

from bgconsole.backend.errors import ConflictError
from bgconsole.backend.values import SettingsSave
from bgconsole.policy.guard import Override
from bgconsole.tui.asking import DeclinedError, act
from bgconsole.tui.render import dialogs as render
from bgconsole.tui.screens.conflict import ConflictDialog
from bgconsole.tui.screens.guard import LockOut
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

    async def send(override: Override | None) -> None:
        wanted = SettingsSave(settings, version, override)
        await backend.save_settings(session.caller, view.detail.slug, wanted)

    while True:
        try:
            await act(screen, session, send, partial(lock_out, view))
        except DeclinedError:
            return Saving.LEFT
        except ConflictError as error:
            chosen = await screen.app.push_screen_wait(ConflictDialog(view.draft, error))
            if chosen is None:
                return Saving.LEFT
            if chosen == error.theirs:
                return Saving.THEIRS
            settings, version = chosen, error.version
        else:
            return Saving.DONE


def lock_out(view: ProviderView) -> LockOut:
    """What the guard's dialog says of saving the view's draft."""
    return LockOut(render.guard_title(view), partial(render.guard, view), (view.detail.name,))
