"""One audit event in full."""

from collections.abc import Awaitable, Callable
from functools import partial

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from bgconsole.backend.errors import BackendError
from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.audit.render.event import Surroundings, event_in_full, event_title
from bgconsole.tui.audit.render.times import Zone
from bgconsole.tui.kit.actions import Action, HasActions
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane


class _EventText(HasActions, VerticalScroll):
    """What does not fit is reached by scrolling."""

    ACTIONS = (
        Action("event.up", "up", "scroll", "Scroll", "scroll_up", key_display="↑↓"),
        Action("event.down", "down", "", "Scroll down", "scroll_down", in_bar=False),
    )


class EventDetailScreen(ModalScreen[None]):
    """Shows every field, the metadata, the hashes, what happened around it; changes nothing."""

    ACTIONS = (
        Action("event.close", "escape,enter,q", "close", "Back to the list", "close"),
        Action("event.copy", "c", "copy as JSON", "The event with every field", "copy"),
        Action("event.zone", "z", "UTC, local", "Times in UTC or local", "zone"),
    )

    def __init__(
        self,
        event: AuditEvent,
        zone: Zone,
        *,
        ask: Callable[[AuditEvent], Awaitable[Surroundings]] | None,
        copy: Callable[[AuditEvent], None],
    ) -> None:
        super().__init__()
        self._event = event
        self._zone = zone
        self._ask = ask
        self._copy = copy
        self._around: Surroundings | None = None

    def compose(self) -> ComposeResult:
        """The event, and the keys."""
        with _EventText(classes="dialog", id="event-detail") as box:
            box.border_title = event_title(self._event)
            box.border_subtitle = Content(f"event {self._event.seq:,}")
            yield Pane(self._draw)
        yield KeyBar()

    def on_mount(self) -> None:
        """Find out what happened around it."""
        if self._ask is not None:
            self.run_worker(partial(self._surround, self._ask))

    async def _surround(self, ask: Callable[[AuditEvent], Awaitable[Surroundings]]) -> None:
        try:
            self._around = await ask(self._event)
        except BackendError:
            # The pane says that the connection is lost; the event is shown without the rest.
            return
        self._show()

    def action_close(self) -> None:
        """Back to the list."""
        self.dismiss(None)

    def action_copy(self) -> None:
        """Put the event on the clipboard."""
        self._copy(self._event)

    def action_zone(self) -> None:
        """Show times in the other zone."""
        self._zone = self._zone.other
        self._show()

    def _show(self) -> None:
        self.query_one("#event-detail Pane", Pane).show(self._draw)

    def _draw(self, width: int) -> Content:
        return event_in_full(self._event, self._around, self._zone, width)
