"""Tries every step of signing in by a provider, and shows what came of each."""

from collections.abc import Awaitable, Callable
from functools import partial

from textual.app import ComposeResult
from textual.content import Content

from bgconsole.backend.errors import BackendError
from bgconsole.backend.values import ProviderCheck
from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.proof.asking import DeclinedError
from bgconsole.tui.providers.render import check as render


class ProviderCheckDialog(Dialog[None]):
    """`ask` does it; its BackendErrors are shown."""

    HEADING = "Checking SSO"
    KIND = "wide"
    READS = True
    ACTIONS = (
        Action("check.again", "r", "check again", "Try every step again", "again"),
        Action("check.leave", "escape", "close", "Back to the providers", "leave"),
    )

    def __init__(self, ask: Callable[[], Awaitable[ProviderCheck]], name: str) -> None:
        super().__init__()
        self._ask = ask
        self._provider_name = name

    def body(self) -> ComposeResult:
        """The steps."""
        yield Pane(id="check-steps")

    def ways_out(self, width: int) -> Content:
        """Again, or not; a check under way ends by itself."""
        return render.ways_out(width)

    def on_mount(self) -> None:
        """Begin."""
        self.action_again()

    def action_again(self) -> None:
        """Try every step."""
        self._show(None)
        self.run_worker(self._check, group="check", exclusive=True)

    async def _check(self) -> None:
        try:
            self._show(await self._ask())
        except DeclinedError:
            self.dismiss()
        except BackendError as error:
            self._show(error.refusal)

    def _show(self, found: ProviderCheck | Refusal | None) -> None:
        draw = partial(render.steps, self._provider_name, found)
        self.query_one("#check-steps", Pane).show(draw)
