"""Saving a draft: proof, guard and conflict are asked about on the way; the draft is never lost."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import Enum, auto
from functools import partial

from textual.screen import Screen

from bgconsole.backend.errors import ConflictError
from bgconsole.backend.values import SettingsSave
from bgconsole.policy.guard import Override, confirmations
from bgconsole.policy.sso import Stage
from bgconsole.tui.kit.guard_dialog import LockOut
from bgconsole.tui.kit.render import guard as render
from bgconsole.tui.model.comparison import Comparison
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.proof.asking import DeclinedError, act
from bgconsole.tui.terminal.theme import DANGER

Reread = Callable[[], Awaitable[ProviderView | None]]
"""The provider as stored by now, without its draft; None where that cannot be read."""


class Saving(Enum):
    """How a save ended."""

    DONE = auto()
    THEIRS = auto()
    """Somebody else's save stands, and the draft was given up for it."""

    LEFT = auto()
    """Nothing was saved, and the draft is kept."""


async def save(
    screen: Screen[None], session: Session, view: ProviderView, reread: Reread
) -> Saving:
    """Save the view's draft, asking what has to be asked on the way.

    To be called in a worker of `screen`. Raises every BackendError that no dialog answers.
    """
    if not await _is_meant(screen, view):
        return Saving.LEFT
    backend = await session.backend()
    draft = view.draft
    wanted, shown = SettingsSave(draft.current, draft.version), view
    comparison = Comparison(draft.base, draft.base, draft.current)
    while True:

        async def send(override: Override | None, save: SettingsSave = wanted) -> None:
            sent = replace(save, override=override)
            await backend.save_settings(session.caller, view.detail.slug, sent)

        try:
            await act(screen, session, send, partial(lock_out, shown))
        except DeclinedError:
            return Saving.LEFT
        except ConflictError as error:
            if error.theirs == comparison.theirs:
                # Its name or its SSO settings moved, and nothing of what this draft changes.
                wanted = replace(wanted, version=error.version)
                continue
            decided = await _decided(screen, view, comparison, error, await reread())
            if decided is None:
                return Saving.LEFT
            comparison, shown, wanted = decided
            if comparison.merged == comparison.theirs:
                return Saving.THEIRS
        else:
            return Saving.DONE


async def _is_meant(screen: Screen[None], view: ProviderView) -> bool:
    """Ask before SSO is enforced by a provider that nobody has signed in by yet."""
    begins = view.draft.current.enforced and not view.draft.base.enforced
    if not begins or view.detail.stage is Stage.PROVEN:
        return True
    from bgconsole.tui.kit.question_dialog import Question, QuestionDialog
    from bgconsole.tui.provider_page.render import unproven

    title = "Enforce an unproven provider?"
    question = Question(title, partial(unproven.asked, view), "Enforce anyway", DANGER)
    return await screen.app.push_screen_wait(QuestionDialog(question))


async def _decided(
    screen: Screen[None],
    view: ProviderView,
    comparison: Comparison,
    error: ConflictError,
    stored: ProviderView | None,
) -> tuple[Comparison, ProviderView, SettingsSave] | None:
    """What is to be saved on top of theirs: asked for, what was decided before is kept."""
    # Imported here: the main screen stands sooner without it.
    from bgconsole.tui.provider_page.conflict_dialog import ConflictDialog
    from bgconsole.tui.provider_page.render.conflict import Conflict

    theirs, version, saved_by, saved_at = error.theirs, error.version, error.saved_by, None
    if stored is not None and stored.detail.version >= error.version:
        detail = stored.detail
        theirs, version = detail.settings, detail.version
        saved_by, saved_at = detail.saved_by, detail.saved_at
    seen = stored or view
    conflict = Conflict(seen, theirs, version, saved_by, saved_at)
    chosen = await screen.app.push_screen_wait(
        ConflictDialog(conflict, replace(comparison, theirs=theirs))
    )
    if chosen is None:
        return None
    return chosen, conflict.merged_view(chosen.merged), SettingsSave(chosen.merged, version)


def lock_out(view: ProviderView) -> LockOut:
    """What the guard's dialog says of saving the view's draft."""
    # Refused for what was read since by the backend alone: then it is about this one at least.
    names = confirmations(view.locked) or (view.detail.name,)
    title = render.guard_title(anybody_enters=bool(view.consequence.enters_when_down))
    return LockOut(title, partial(render.guard, view), names)
