"""Says that something would lock everybody out, and takes the override."""

from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input

from bgconsole.policy.guard import Override
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.field import Field, FormField
from bgconsole.tui.kit.pane import Draw, Pane
from bgconsole.tui.kit.render import guard as render
from bgconsole.tui.kit.rows import FieldRow


@dataclass(frozen=True, slots=True)
class LockOut:
    """What the guard protects: `body` says what breaks, `names` are the providers to be typed.

    `verb` is what the override does all the same ('save', 'remove').
    """

    title: str
    body: Draw
    names: tuple[str, ...]
    verb: str = "save"


class GuardDialog(Dialog[Override | None]):
    """Says what would break; gives the override, or None to go back."""

    KIND = "danger"
    SUBTITLE = "would_lock_out"
    ACTIONS = (
        Action("guard.leave", "escape", "go back", "Change nothing", "leave"),
        Action("guard.save", "ctrl+s", "override",
               "Do it anyway; needs the name and a reason", "override",
               lambda dialog: dialog.why_no_override),
    )  # fmt: skip

    def __init__(self, lock_out: LockOut) -> None:
        super().__init__()
        self._lock_out = lock_out
        self._names = tuple(
            FormField(id=f"guard-name-{place}") for place in range(len(lock_out.names))
        )

    @property
    def heading(self) -> str:
        """What would happen."""
        return self._lock_out.title

    def body(self) -> ComposeResult:
        """What breaks, the better way, the override."""
        yield Pane(self._lock_out.body)
        for field in self._names:
            with Horizontal(classes="guard-row"):
                yield FieldRow("Name", field)
                yield Pane(id=f"{field.id}-note")
        yield FieldRow("Reason", FormField(id="guard-reason"), id="reason-row")
        yield Pane(id="guard-needs")

    def ways_out(self, width: int) -> Content:
        """The better way first."""
        return render.guard_buttons(self._lock_out.verb, self._needs, width)

    def on_mount(self) -> None:
        """Draw what is still needed."""
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Follow what is typed."""
        event.stop()
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field."""
        event.stop()
        self.focus_next()
        self.post_message(FormField.Answered())

    @property
    def why_no_override(self) -> str | None:
        """What an override still needs: every name, and a reason."""
        return f"The override {self._needs}" if self._needs else None

    def action_override(self) -> None:
        """Do it all the same."""
        if not self._needs:
            self.dismiss(Override(self._typed, self._reason))

    @property
    def _typed(self) -> tuple[str, ...]:
        return tuple(field.value for field in self._names)

    @property
    def _reason(self) -> str:
        return self.query_one("#guard-reason", Field).value.strip()

    @property
    def _matches(self) -> bool:
        return sorted(self._typed) == sorted(self._lock_out.names)

    @property
    def _needs(self) -> str:
        return render.needed(matches=self._matches, has_reason=bool(self._reason))

    def _draw(self) -> None:
        for field in self._names:
            # Each name once: typing the same twice matches one of two only.
            own = field.value in self._lock_out.names and self._typed.count(field.value) == 1
            note = partial(render.name_note, matches=own, typed=bool(field.value))
            self._show(f"{field.id}-note", note)
        has_reason = bool(self._reason)
        self._show("guard-needs", partial(render.reason_note, has_reason=has_reason))
        self.redraw()

    def _show(self, name: str, draw: Draw) -> None:
        self.query_one(f"#{name}", Pane).show(draw)
