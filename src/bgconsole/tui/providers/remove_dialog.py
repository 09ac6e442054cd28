"""Asks before a provider is removed: what falls with it by name, and its name typed."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.heights import fit_body
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import safe_text, words
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.model.provider_removal import ProviderRemoval
from bgconsole.tui.providers.render import dialogs as render


class ProviderRemoveDialog(ModalScreen[bool]):
    """Gives True once its name was typed and the removal is wanted; changes nothing itself."""

    AUTO_FOCUS = ""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "go back", id="provider_remove.leave", tooltip="Change nothing"),
        Binding("ctrl+s", "remove", "remove", id="provider_remove.save", tooltip="Remove it"),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    def __init__(self, gone: ProviderRemoval) -> None:
        super().__init__()
        self._gone = gone

    def compose(self) -> ComposeResult:
        """What falls, the name, the ways out."""
        with Vertical(classes="dialog provider-form") as box:
            box.border_title = words("Remove ") + safe_text(self._gone.name)
            with VerticalScroll(id="provider-body", can_focus=False):
                yield Pane(partial(render.removal, self._gone))
            with Vertical(id="provider-foot"):
                yield FieldRow("Name", FormField(id="provider-name"))
                yield Pane(id="provider-name-note")
                yield Pane(id="provider-buttons")
        yield KeyBar()

    def on_mount(self) -> None:
        """Draw what is still needed."""
        self._draw()
        self.query_one("#provider-name", FormField).focus()

    def on_resize(self) -> None:
        """Only what falls scrolls: the name and the buttons are always there."""
        after_refresh(self, self._fit)

    def _fit(self) -> None:
        fit_body(self, "#provider-body", self.query_one("#provider-foot").outer_size.height)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Follow what is typed."""
        event.stop()
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter removes nothing: that takes a key of its own."""
        event.stop()
        self.post_message(FormField.Answered())

    @property
    def _typed(self) -> str:
        return self.query_one("#provider-name", FormField).value

    @property
    def _ready(self) -> bool:
        return self._typed == self._gone.typed

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A removal needs the name."""
        return None if action == "remove" and not self._ready else True

    def disabled_reason(self, action: str) -> str | None:
        """Why it cannot be done now; None where it can."""
        if action == "remove" and not self._ready:
            return "Type the name first, exactly as it stands there"
        return None

    def action_remove(self) -> None:
        """Remove it."""
        if self._ready:
            self.dismiss(True)

    def action_page(self, step: int) -> None:
        """Show what does not fit on a small terminal."""
        box = self.query_one("#provider-body", VerticalScroll)
        box.scroll_relative(y=step * max(box.size.height - 1, 1), animate=False)

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(False)

    def _draw(self) -> None:
        ready, typed = self._ready, bool(self._typed)
        self.query_one("#provider-name-note", Pane).show(
            lambda width: render.removal_note(matches=ready, typed=typed, width=width)
        )
        self.query_one("#provider-buttons", Pane).show(
            lambda width: render.removal_buttons(width, ready=ready)
        )
        self.refresh_bindings()
