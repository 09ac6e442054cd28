"""Asks before a provider is removed: what falls with it by name, and its name typed."""

from functools import partial

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import safe_text, words
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.model.provider_removal import ProviderRemoval
from bgconsole.tui.providers.render import dialogs as render


def _untyped(dialog: "ProviderRemoveDialog") -> str | None:
    return None if dialog.ready else "Type the name first, exactly as shown"


class ProviderRemoveDialog(Dialog[bool]):
    """Gives True once its name was typed and the removal is wanted; changes nothing itself."""

    AUTO_FOCUS = ""
    KIND = "provider-form"
    LEFT = False
    # Its gaps stay on low terminals: what falls scrolls.
    VERTICAL_BREAKPOINTS = None
    ACTIONS = (
        Action("provider_remove.leave", "escape", "go back", "Change nothing", "leave"),
        Action("provider_remove.save", "ctrl+s", "remove", "Remove it", "remove", _untyped),
    )

    def __init__(self, gone: ProviderRemoval) -> None:
        super().__init__()
        self._gone = gone

    @property
    def heading(self) -> Content:
        """Which one."""
        return words("Remove ") + safe_text(self._gone.name)

    def body(self) -> ComposeResult:
        """What falls."""
        yield Pane(partial(render.removal, self._gone))

    def foot(self) -> ComposeResult:
        """The name, and whether it is the one."""
        yield FieldRow("Name", FormField(id="provider-name"))
        yield Pane(id="provider-name-note")

    def ways_out(self, width: int) -> Content:
        """The safe one is the primary one."""
        return render.removal_buttons(width, ready=self.ready)

    def on_mount(self) -> None:
        """Begin with the name."""
        self._draw_note()
        self.query_one("#provider-name", FormField).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Follow what is typed."""
        event.stop()
        self._draw_note()
        self.redraw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter removes nothing: that takes a key of its own."""
        event.stop()
        self.post_message(FormField.Answered())

    @property
    def _typed(self) -> str:
        return self.query_one("#provider-name", FormField).value

    @property
    def ready(self) -> bool:
        """Whether the name is typed."""
        return self.is_mounted and self._typed == self._gone.typed

    def action_remove(self) -> None:
        """Remove it."""
        if self.ready:
            self.dismiss(True)

    def _draw_note(self) -> None:
        note = partial(render.removal_note, matches=self.ready, typed=bool(self._typed))
        self.query_one("#provider-name-note", Pane).show(lambda width: note(width=width))
