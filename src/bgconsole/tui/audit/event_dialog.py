"""One audit event in full."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.events import Resize

from bgconsole.backend.errors import BackendError
from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.audit.render.event import EventLook, Surroundings, event_in_full, event_title
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.pane import Pane

_FRAME: Final = 6
"""Rows of the terminal that its frame, its gaps and the keys take."""


class EventDetailScreen(Dialog[None]):
    """Shows what happened, what happened around it, every field; changes nothing."""

    KIND = "event-detail"
    READS = True
    ACTIONS = (
        Action("event.close", "escape,enter,q", "close", "Back to the list", "leave"),
        Action("event.copy", "c", "copy as JSON", "The event with every field", "copy"),
        Action("event.zone", "z", "UTC, local", "Times in UTC or local", "zone"),
    )

    def __init__(
        self,
        event: AuditEvent,
        look: EventLook,
        *,
        ask: Callable[[AuditEvent], Awaitable[Surroundings]] | None,
        copy: Callable[[AuditEvent], None],
    ) -> None:
        super().__init__()
        self._event = event
        self._look = look
        self._ask = ask
        self._copy = copy
        self._around: Surroundings | None = None
        self._text = Pane(self._draw)

    @property
    def heading(self) -> Content:
        """'◆✓ Login Success'."""
        return event_title(self._event)

    def body(self) -> ComposeResult:
        """The event."""
        yield self._text

    def on_mount(self) -> None:
        """Find out what happened around it."""
        super().on_mount()
        self.query_one(".dialog").border_subtitle = Content(f"event {self._event.seq:,}")
        if self._ask is not None:
            self.run_worker(partial(self._surround, self._ask))

    async def _surround(self, ask: Callable[[AuditEvent], Awaitable[Surroundings]]) -> None:
        try:
            self._around = await ask(self._event)
        except BackendError:
            # The pane says that the connection is lost; the event is shown without the rest.
            return
        self._text.show(self._draw)

    def on_resize(self, event: Resize) -> None:
        """Another height has room for more or less of what is around it."""
        super().on_resize(event)
        self._text.show(self._draw)

    def action_copy(self) -> None:
        """Put the event on the clipboard."""
        self._copy(self._event)

    def action_zone(self) -> None:
        """Show times in the other zone."""
        self._look = replace(self._look, zone=self._look.zone.other)
        self._text.show(self._draw)

    def _draw(self, width: int) -> Content:
        look = replace(self._look, height=self.app.size.height - _FRAME)
        return event_in_full(self._event, self._around, look, width)
