"""Setting SSO up for the open provider, and checking it."""

from functools import partial

from bgconsole.backend.errors import NotAllowedError
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.main.scope import MainScope
from bgconsole.tui.main.team_reader import TeamReader
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.providers.sso_changes import SsoChanges


class ProviderSso:
    """Of the provider whose page is open."""

    def __init__(self, scope: MainScope, reader: TeamReader) -> None:
        self._scope = scope
        self._reader = reader
        self._changes = SsoChanges(scope.screen, scope.session, self._refused)

    def set_up(self) -> None:
        """Ask how bgconsole is registered at the identity provider."""
        view = self._scope.workspace.view
        if view is not None:
            work = partial(self._set_up, view)
            self._scope.screen.run_worker(work, group="provider", exclusive=True)

    async def _set_up(self, view: ProviderView) -> None:
        changed = await self._changes.set_up(view)
        if changed is not None:
            tell(self._scope.screen, Tone.DONE, f"Set up {changed.name}")
            await self._reader.read_again()

    def check(self) -> None:
        """Try every step of signing in by this provider."""
        view = self._scope.workspace.view
        if view is not None:
            work = partial(self._changes.check, view.detail)
            self._scope.screen.run_worker(work, group="provider", exclusive=True)

    def _refused(self, error: NotAllowedError) -> None:
        self._scope.screen.run_worker(partial(self._scope.refused, error))
