"""One audit event in full."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.render.audit_event import event_in_full, event_title
from bgconsole.tui.widgets.key_bar import KeyBar
from bgconsole.tui.widgets.pane import Pane


class _EventText(VerticalScroll):
    """What does not fit is reached by scrolling."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "scroll", id="event.up", key_display="↑↓", tooltip="Scroll"),
        Binding("down", "scroll_down", id="event.down", show=False, tooltip="Scroll down"),
    ]


class EventDetailScreen(ModalScreen[None]):
    """Shows every field, the metadata and the hashes; changes nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "close", "close", id="event.close", tooltip="Back to the list"),
    ]

    def __init__(self, event: AuditEvent) -> None:
        super().__init__()
        self._event = event

    def compose(self) -> ComposeResult:
        """The event, and the keys."""
        with _EventText(classes="dialog", id="event-detail") as box:
            box.border_title = event_title(self._event)
            box.border_subtitle = Content(f"event {self._event.seq}")
            yield Pane(partial(event_in_full, self._event))
        yield KeyBar()

    def action_close(self) -> None:
        """Back to the list."""
        self.dismiss(None)
