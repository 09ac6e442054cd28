"""Asks for another email or another name of somebody in the team."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from bgconsole.backend.values import Member
from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.field import Field, FormField
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.kit.scrolled import ScrolledText
from bgconsole.tui.members.render import dialogs as render
from bgconsole.tui.members.render.loss import who


def _nothing(_typed: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Renaming:
    """What is asked for: `was` is the text as it is, `check` says what is wrong with another.

    `warn` says what to look at twice in one that can be taken.
    """

    title: str
    label: str
    was: str
    told: tuple[str, ...]
    check: Callable[[str], Refusal | None]
    warn: Callable[[str], tuple[str, ...]] = _nothing


class MemberRenameDialog(ModalScreen[str | None]):
    """Gives the text typed, or None. `given` fills the field; `refused` says what was wrong."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "go back", id="rename.leave", tooltip="Change nothing"),
        Binding("enter", "change", "change", id="rename.change", tooltip="Change it"),
    ]

    def __init__(
        self, one: Member, asked: Renaming, given: str, refused: Refusal | None = None
    ) -> None:
        super().__init__()
        self._one = one
        self._asked = asked
        self._given = given
        self._refused = refused

    def compose(self) -> ComposeResult:
        """Who, the field, what comes of it."""
        with ScrolledText(classes="dialog member-dialog member-form", can_focus=False) as box:
            box.border_title = self._asked.title
            yield Pane(partial(who, self._one))
            yield FieldRow(self._asked.label, FormField(id="rename-text"))
            yield Pane(id="rename-note")
            yield Pane(id="rename-effect")
            yield Pane(id="rename-buttons", classes="dialog-end")
        yield KeyBar()

    def on_mount(self) -> None:
        """Fill in what it is."""
        with self.prevent(Input.Changed):
            self._field.value = self._given
        if self._refused is not None:
            self._field.select_all()
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong is being mended."""
        event.stop()
        self._refused = None
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter changes it; what cannot be taken is said at once."""
        event.stop()
        self.action_change()
        self.post_message(FormField.Answered())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only another text."""
        return None if self.disabled_reason(action) else True

    def disabled_reason(self, action: str) -> str | None:
        """Why it cannot be changed."""
        if action != "change" or not self.is_mounted or self._typed != self._asked.was:
            return None
        return f"Type another {self._asked.label.lower()} first"

    def action_change(self) -> None:
        """Give what is typed, if it can be taken."""
        if self.disabled_reason("change") is not None:
            return
        self._refused = self._asked.check(self._typed)
        if self._refused is None:
            self.dismiss(self._typed)
        else:
            self._field.select_all()
            self._draw()

    def action_leave(self) -> None:
        """Leave it as it is."""
        self.dismiss(None)

    @property
    def _field(self) -> Field:
        return self.query_one("#rename-text", Field)

    @property
    def _typed(self) -> str:
        return self._field.value.strip()

    def _draw(self) -> None:
        note = partial(render.add_note, self._refused, None)
        self.query_one("#rename-note", Pane).show(note)
        ready = self.disabled_reason("change") is None
        warned = self._asked.warn(self._typed) if ready else ()
        effect = partial(render.rename_effect, self._asked.told, warned)
        self.query_one("#rename-effect", Pane).show(effect)
        self.query_one("#rename-buttons", Pane).show(partial(render.rename_buttons, ready=ready))
        self.refresh_bindings()
