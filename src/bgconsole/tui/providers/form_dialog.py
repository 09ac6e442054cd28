"""What the dialogs about a provider share: fields, what is wrong beside each, and the sending."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widgets import Input

from bgconsole.backend.errors import BackendError
from bgconsole.backend.values import ProviderDetail
from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.form import FieldSpec, Form
from bgconsole.tui.kit.heights import DIALOG_HEIGHTS, fit_body
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.dialogs import SAVING
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.proof.asking import DeclinedError
from bgconsole.tui.providers.render import dialogs as render

Wanted = TypeVar("Wanted")
Send = Callable[[Wanted], Awaitable[ProviderDetail]]
"""Does it. Raises DeclinedError, and every BackendError that no dialog answers."""


class _Fields(VerticalScroll):
    """The fields with their lines; what is higher than its room scrolls."""

    @dataclass
    class Arranged(Message):
        """It has another size, or what is in it has."""

    def on_mount(self) -> None:
        """Lines below fields come and go."""
        self.watch(self, "virtual_size", self.on_resize, init=False)

    def on_resize(self) -> None:
        """Whoever has the focus may be out of view now."""
        self.post_message(self.Arranged())


class ProviderForm(ModalScreen[ProviderDetail | None], Generic[Wanted]):
    """Gives the provider as it is then, or None. What is typed stays until it is accepted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "next", id="provider_form.next", tooltip="The next field"),
        Binding("ctrl+s", "send", "save", id="provider_form.save", tooltip="Do it"),
        Binding("escape", "leave", "cancel", id="provider_form.leave", tooltip="Change nothing"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    VERTICAL_BREAKPOINTS = DIALOG_HEIGHTS
    MISSING: ClassVar[str] = "A name and a slug are needed"
    """Why nothing can be sent while `wanted` is None."""

    def __init__(self, send: Send[Wanted], specs: Sequence[FieldSpec], column: int = 10) -> None:
        super().__init__()
        self._send = send
        self._busy = False
        refused = partial(render.refused_field, column=column)
        self.fields = Form(specs, refused, prefix="provider-")
        self._refused = refused
        # What no field is about.
        self._general: Refusal | None = None

    def form(self) -> ComposeResult:
        """What stands between the title and the buttons."""
        raise NotImplementedError

    @property
    def heading(self) -> str:
        """The title, in the program's own words."""
        raise NotImplementedError

    @property
    def wanted(self) -> Wanted | None:
        """What is to be done by what is typed; None while something is missing."""
        raise NotImplementedError

    def buttons(self, width: int) -> Content:
        """The ways out."""
        return render.change_buttons(width, ready=self.wanted is not None)

    def compose(self) -> ComposeResult:
        """Fields with a line below each, then the ways out."""
        with Vertical(classes="dialog provider-form") as box:
            box.border_title = self.heading
            with _Fields(id="provider-body", can_focus=False):
                yield from self.form()
            yield Pane(id="provider-answer")
            yield Pane(id="provider-buttons")
        yield KeyBar()

    def on_mount(self) -> None:
        """Draw what goes with the fields."""
        self.draw()

    def on_resize(self, event: Resize) -> None:
        """Only the fields scroll: what came of it, and the buttons, are always there."""
        after_refresh(self, self._fit)

    def on_descendant_focus(self) -> None:
        """Show the field with what is said under it."""
        after_refresh(self, self._show_focus)

    @on(_Fields.Arranged)
    def _arranged(self) -> None:
        after_refresh(self, self._show_focus)

    def _fit(self) -> None:
        foot = [self.query_one(f"#provider-{name}", Pane) for name in ("answer", "buttons")]
        rows = sum(pane.outer_size.height for pane in foot if pane.display)
        fit_body(self, "#provider-body", rows)

    def _show_focus(self) -> None:
        row = next((row for row in self.fields if row.field.has_focus), None)
        if row is not None:
            row.scroll_visible(animate=False, immediate=True)
            row.field.scroll_visible(animate=False, immediate=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Follow what is typed; what was wrong with it is no more."""
        event.stop()
        self._mended()
        self.draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on; in the last field it sends."""
        event.stop()
        if event.input is self.fields.last:
            self.action_send()
        else:
            self.focus_next()
        if not self._busy:
            self.post_message(FormField.Answered())

    def on_screen_suspend(self) -> None:
        """Another dialog asks something: keys typed ahead are for it."""
        self.post_message(FormField.Answered())

    def action_next(self) -> None:
        """Go on to the next field."""
        self.focus_next()

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be sent while something is missing."""
        return None if action == "send" and self.disabled_reason(action) is not None else True

    def disabled_reason(self, action: str) -> str | None:
        """Why it cannot be done now; None where it can."""
        if action != "send":
            return None
        if self._busy:
            return "It is on its way"
        return self.MISSING if self.wanted is None else None

    def action_send(self) -> None:
        """Do it, and close; or say what is wrong."""
        wanted = self.wanted
        if wanted is not None and not self._busy:
            self._busy = True
            self._mended()
            self.draw()
            self.run_worker(partial(self._do, wanted))

    async def _do(self, wanted: Wanted) -> None:
        try:
            self.dismiss(await self._send(wanted))
        except DeclinedError:
            pass
        except BackendError as error:
            self.refuse(error.refusal)
        finally:
            self._busy = False
            self.post_message(FormField.Answered())
        self.draw()

    def refuse(self, refused: Refusal, name: str | None = None) -> None:
        """Say it beside the field of that name or the one it is about, or below all."""
        field = self.fields.refuse(refused, name)
        if field is not None:
            field.focus()
        else:
            self._general = refused

    def _mended(self) -> None:
        self.fields.mended()
        self._general = None

    def draw(self) -> None:
        """Show what goes with the fields, and what is wrong with none of them."""
        if not self.display:
            # It is being closed.
            return
        answer = self.query_one("#provider-answer", Pane)
        if self._busy:
            answer.show(lambda _width: SAVING)
        elif self._general is not None:
            answer.show(partial(self._refused, self._general))
        else:
            answer.show(lambda _width: EMPTY)
        self.query_one("#provider-buttons", Pane).show(self.buttons)
        after_refresh(self, self._fit)
        self.refresh_bindings()
