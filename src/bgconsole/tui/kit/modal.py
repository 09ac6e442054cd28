"""A screen above another one, which is left once, with all that it was doing.

Textual takes away whatever is in front when a screen is dismissed, also the second time, and lets
its workers go on while its parts are taken away.
"""

from textual.await_complete import AwaitComplete
from textual.events import Event, Mount
from textual.screen import ModalScreen as TextualModalScreen
from textual.screen import ScreenResultType
from textual.worker import (
    NoActiveWorker,
    Worker,
    get_current_worker,  # pyright: ignore[reportUnknownVariableType]
)

from bgconsole.tui.kit.actions import HasActions

__all__ = ["ModalScreen"]


class ModalScreen(HasActions, TextualModalScreen[ScreenResultType]):
    """As Textual's, but leaving it takes away itself and what is above it, and nothing else."""

    async def on_event(self, event: Event) -> None:
        """Begin only with the parts there: a console that is being left composes none."""
        if isinstance(event, Mount) and self.app._exit:  # pyright: ignore[reportPrivateUsage]
            return
        await super().on_event(event)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave the screen with this result; where it was left already, do nothing."""
        if self not in self.app.screen_stack:
            return AwaitComplete()
        while self.app.screen is not self:
            self.app.pop_screen()
        for worker in list(self.workers):
            if self in worker.node.ancestors_with_self and not _is_here(worker):
                worker.cancel()
        return super().dismiss(result)


def _is_here(worker: Worker[object]) -> bool:
    """Whether it is this worker that is at work now."""
    try:
        return get_current_worker() is worker
    except NoActiveWorker:
        return False
