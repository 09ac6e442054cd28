"""Tries every step of signing in by a provider, and shows what came of each."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bgconsole.backend.errors import BackendError
from bgconsole.backend.values import ProviderCheck
from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.scrolled import ScrolledText
from bgconsole.tui.proof.asking import DeclinedError
from bgconsole.tui.providers.render import check as render


class ProviderCheckDialog(ModalScreen[None]):
    """`ask` does it; its BackendErrors are shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "again", "check again", id="check.again", tooltip="Try every step again"),
        Binding("escape", "leave", "close", id="check.leave", tooltip="Back to the providers"),
    ]

    def __init__(self, ask: Callable[[], Awaitable[ProviderCheck]], name: str) -> None:
        super().__init__()
        self._ask = ask
        self._provider_name = name

    def compose(self) -> ComposeResult:
        """The steps, the ways out."""
        with ScrolledText(classes="dialog wide") as box:
            box.border_title = "Checking SSO"
            yield Pane(id="check-steps")
            yield Pane(render.ways_out)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin."""
        self.action_again()

    def action_again(self) -> None:
        """Try every step."""
        self._show(None)
        self.run_worker(self._check, group="check", exclusive=True)

    def action_leave(self) -> None:
        """A check under way ends by itself."""
        self.dismiss()

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
