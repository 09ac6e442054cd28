"""What a provider's page tells of its identity provider: set up, checked, and how it answers."""

from functools import partial

from bgconsole.backend.errors import BackendError, NotAllowedError
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.main.draft_editor import WITH_PAGE, EditingScreen
from bgconsole.tui.model.state import ConsoleState, ProviderView
from bgconsole.tui.providers.sso_changes import SsoChanges, why_no_check, why_no_set_up


class IdpScreen(EditingScreen):
    """Reads how the identity providers answer. Whoever extends it draws the page with that."""

    def weigh(self, state: ConsoleState) -> None:
        """Work out what another reading of the team means for the outages."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now stays in the key bar, dim."""
        if action in {"set_up", "check"}:
            if self.part not in WITH_PAGE:
                # The tab of the providers has the same keys for the one under its cursor.
                return False
            return True if self.disabled_reason(action) is None else None
        return super().check_action(action, parameters)

    def disabled_reason(self, action: str) -> str | None:
        """Why it cannot be done now; None where it can."""
        if action == "set_up":
            return why_no_set_up(self._session, self._workspace, self._workspace.view)
        if action == "check":
            return why_no_check(self._session, self._workspace, self._workspace.view)
        return super().disabled_reason(action)

    def action_set_up(self) -> None:
        """Ask how bgconsole is registered at the identity provider."""
        view = self._workspace.view
        if view is not None:
            self.run_worker(partial(self._set_up, view), group="provider", exclusive=True)

    async def _set_up(self, view: ProviderView) -> None:
        changed = await self._sso.set_up(view)
        if changed is None:
            return
        tell(self, Tone.DONE, f"Set up {changed.name}")
        try:
            await self.read(await self._session.backend())
        except BackendError:
            # Starting over tells what is wrong, and tries again.
            self.start_reading()

    def action_check(self) -> None:
        """Try every step of signing in by this provider."""
        view = self._workspace.view
        if view is not None:
            self.run_worker(partial(self._sso.check, view.detail), group="provider", exclusive=True)

    @property
    def _sso(self) -> SsoChanges:
        return SsoChanges(self, self._session, self._refused)

    def _refused(self, error: NotAllowedError) -> None:
        self.run_worker(partial(self.not_allowed, error))

    def read_reports(self) -> None:
        """Read how the IdPs answer: no event tells of a probe that changed nothing."""
        state = self._workspace.state
        if state is not None and any(provider.configured for provider in state.providers):
            self.run_worker(self._read_reports, group="reports", exclusive=True)

    async def _read_reports(self) -> None:
        try:
            backend = await self._session.backend()
            found = await backend.idps(self._session.unattended)
        except BackendError:
            # The team's own reading tells what is wrong; the page says when it was checked last.
            return
        if self._workspace.reported(found) and self._workspace.state is not None:
            self.weigh(self._workspace.state)
            self.draw()
