"""The event under the cursor in full, beside the list."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.audit.render.event import Surroundings, event_beside
from bgconsole.tui.audit.render.times import Zone
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY


class AuditDetail(VerticalScroll):
    """Follows the list's cursor; what does not fit is reached by scrolling."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "scroll", id="detail.up", key_display="↑↓", tooltip="Scroll"),
        Binding("down", "scroll_down", id="detail.down", show=False, tooltip="Scroll down"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._pane = Pane()
        self._event: AuditEvent | None = None

    def compose(self) -> ComposeResult:
        """The event."""
        yield self._pane

    def show(
        self, event: AuditEvent | None, around: Surroundings | None, zone: Zone, find: str
    ) -> None:
        """Show this event, from its top when it is another one."""
        if event is None:
            self._pane.show(lambda _width: EMPTY)
            return
        if self._event is None or event.seq != self._event.seq:
            self.scroll_home(animate=False)
        self._event = event
        self._pane.show(partial(event_beside, event, around, zone, find=find))
