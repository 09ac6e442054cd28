"""Setting SSO up for a provider and checking it: the same from its page and from the list."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from textual.screen import Screen

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.values import ProviderChange, ProviderCheck, ProviderDetail
from bgconsole.policy.guard import Override
from bgconsole.tui.kit.guard_dialog import LockOut
from bgconsole.tui.kit.render import guard
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.model.workspace import Workspace
from bgconsole.tui.proof.asking import Result, act_and_tell

_NONE = "There is no provider yet: p, then a, adds one"


class SsoChanges:
    """What one part of a screen does; `refused` hears what the session is refused."""

    def __init__(
        self, screen: Screen[Any], session: Session, refused: Callable[[NotAllowedError], None]
    ) -> None:
        self._screen = screen
        self._session = session
        self._refused = refused

    async def set_up(self, view: ProviderView) -> ProviderDetail | None:
        """Ask how bgconsole is registered at the IdP, and save it; None where it was left.

        To be called in a worker.
        """
        from bgconsole.tui.providers.set_up_dialog import ProviderSetUpDialog

        slug = view.detail.slug

        async def send(change: ProviderChange) -> ProviderDetail:
            backend = await self._session.backend()
            made_on = replace(change, version=view.detail.version)
            return await self._do(
                lambda override: backend.change_provider(
                    self._session.caller, slug, replace(made_on, override=override)
                ),
                partial(_no_owner, view),
            )

        return await self._screen.app.push_screen_wait(ProviderSetUpDialog(send, view))

    async def check(self, detail: ProviderDetail) -> None:
        """Try every step of signing in by it, and show what came of each; in a worker."""
        from bgconsole.tui.providers.check_dialog import ProviderCheckDialog

        async def ask() -> ProviderCheck:
            backend = await self._session.backend()
            return await self._do(
                lambda _: backend.check_provider(self._session.caller, detail.slug)
            )

        await self._screen.app.push_screen_wait(ProviderCheckDialog(ask, detail.name))

    async def _do(
        self,
        call: Callable[[Override | None], Awaitable[Result]],
        lock_out: Callable[[], LockOut] | None = None,
    ) -> Result:
        return await act_and_tell(self._screen, self._session, self._refused, call, lock_out)


def _no_owner(view: ProviderView) -> LockOut:
    """What the guard protects from changing how SSO is set up."""
    body = partial(guard.no_owner, view.saved, "save")
    return LockOut(guard.NO_OWNER, body, (view.detail.name,))


def why_no_set_up(session: Session, workspace: Workspace, view: ProviderView | None) -> str | None:
    """Why SSO cannot be set up from here now; None where it can."""
    why_not = workspace.why_no_change or session.connection_state.why_not
    if why_not is not None:
        return why_not
    return _NONE if view is None else None


def why_no_check(session: Session, workspace: Workspace, view: ProviderView | None) -> str | None:
    """Why SSO cannot be checked now; None where it can."""
    if workspace.state is None:
        return "The team is still loading"
    if view is None:
        return _NONE
    if not workspace.administers:
        return "Your role may look, not check: ask an owner or admin"
    if not view.detail.configured:
        return "SSO is not set up for it: i sets it up"
    return session.connection_state.why_not if session.connection_state.lost else None
