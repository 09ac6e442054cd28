"""What the dialogs about a provider share: fields, what is wrong beside each, and the sending."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from bgconsole.backend.errors import BackendError
from bgconsole.backend.values import ProviderDetail
from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.actions import Action, first_of
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.dialog import Dialog, not_busy
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.form import FieldSpec, Form
from bgconsole.tui.kit.scrolled import ScrolledText
from bgconsole.tui.proof.asking import DeclinedError
from bgconsole.tui.providers.render import dialogs as render

Wanted = TypeVar("Wanted")
Send = Callable[[Wanted], Awaitable[ProviderDetail]]
"""Does it. Raises DeclinedError, and every BackendError that no dialog answers."""


def _missing(form: "ProviderForm[Any]") -> str | None:
    return form.MISSING if form.wanted is None else None


class ProviderForm(Dialog[ProviderDetail | None], Generic[Wanted]):
    """Gives the provider as it is then, or None. What is typed stays until it is accepted."""

    KIND = "provider-form"
    ACTIONS = (
        Action("provider_form.next", "enter", "next", "The next field", "app.focus_next"),
        Action("provider_form.save", "ctrl+s", "save", "Do it", "send",
               first_of(not_busy, _missing)),
        Action("provider_form.leave", "escape", "cancel", "Change nothing", "leave"),
        Action(None, "down", "", "", "app.focus_next"),
        Action(None, "up", "", "", "app.focus_previous"),
    )  # fmt: skip

    MISSING: ClassVar[str] = "A name and a slug are needed"
    """Why nothing can be sent while `wanted` is None."""

    def __init__(self, send: Send[Wanted], specs: Sequence[FieldSpec], column: int = 10) -> None:
        super().__init__()
        self._send = send
        self._refused = partial(render.refused_field, column=column)
        self.fields = Form(specs, self._refused, prefix="provider-")

    @property
    def wanted(self) -> Wanted | None:
        """What is to be done by what is typed; None while something is missing."""
        raise NotImplementedError

    def ways_out(self, width: int) -> Content:
        """To save it, or not."""
        return render.change_buttons(width, ready=self.wanted is not None)

    def body(self) -> ComposeResult:
        """The fields, each with a line below."""
        yield from self.fields

    def on_mount(self) -> None:
        """Lines below fields come and go: whoever has the focus may be out of view then."""
        body = self.query_one(ScrolledText)
        self.watch(body, "virtual_size", self.on_descendant_focus, init=False)

    @on(ScrolledText.Resized)
    def _resized(self) -> None:
        self.on_descendant_focus()

    def on_descendant_focus(self) -> None:
        """Show the field with what is said under it."""
        after_refresh(self, self._show_focus)

    def _show_focus(self) -> None:
        row = next((row for row in self.fields if row.field.has_focus), None)
        if row is not None:
            row.scroll_visible(animate=False, immediate=True)
            row.field.scroll_visible(animate=False, immediate=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Follow what is typed; what was wrong with it is no more."""
        event.stop()
        self.fields.mended()
        self.answer()
        self.redraw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on; in the last field it sends."""
        event.stop()
        if event.input is self.fields.last:
            self.action_send()
        else:
            self.focus_next()
        if not self.busy:
            self.post_message(FormField.Answered())

    def on_screen_suspend(self) -> None:
        """Another dialog asks something: keys typed ahead are for it."""
        self.post_message(FormField.Answered())

    def action_send(self) -> None:
        """Do it, and close; or say what is wrong."""
        wanted = self.wanted
        if wanted is not None and not self.busy:
            self.fields.mended()
            self.begin()
            self.run_worker(partial(self._do, wanted))

    async def _do(self, wanted: Wanted) -> None:
        try:
            self.dismiss(await self._send(wanted))
        except DeclinedError:
            self.end()
        except BackendError as error:
            self.end()
            self.refuse(error.refusal)
        finally:
            self.busy = False
            self.post_message(FormField.Answered())

    def refuse(self, refused: Refusal, name: str | None = None) -> None:
        """Say it beside the field of that name or the one it is about, or below all."""
        field = self.fields.refuse(refused, name)
        if field is not None:
            field.focus()
        else:
            self.answer(partial(self._refused, refused))
