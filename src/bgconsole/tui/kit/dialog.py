"""What every dialog is: a titled box with a body, what came of it, the ways out, and the keys."""

from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.screen import ScreenResultType

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.heights import DIALOG_HEIGHTS, LOW, NARROW, fit_body
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Draw, Pane
from bgconsole.tui.kit.render.dialogs import SAVING
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.scrolled import ScrolledText

__all__ = ["Dialog", "not_busy"]

_BODY: Final = "dialog-body"


def not_busy(dialog: "Dialog[Any]") -> str | None:
    """What was sent must be answered first."""
    return "Saving is in progress" if dialog.busy else None


class Dialog(ModalScreen[ScreenResultType]):
    """Extended by what has a body, and actions of its own; `leave` gives `LEFT`."""

    HEADING: ClassVar[str | Content] = ""
    KIND: ClassVar[str] = ""
    """Further classes of the box: 'danger', 'wide'."""

    LEFT: ClassVar[Any] = None
    """What a dialog gives that is left without an answer."""

    READS: ClassVar[bool] = False
    """Whether arrows scroll it: for text without fields."""

    SUBTITLE: ClassVar[str] = ""
    """In the lower border, beside the mark for what is out of view."""

    VERTICAL_BREAKPOINTS = DIALOG_HEIGHTS

    ACTIONS = (
        Action(None, "pagedown", "", "", "page(1)"),
        Action(None, "pageup", "", "", "page(-1)"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.busy = False
        self._answer = Pane(id="dialog-answer")
        self._ways_out = Pane(classes="dialog-end")
        # What is empty takes no room, margins included.
        self._answer.display = self._ways_out.display = False

    @property
    def heading(self) -> str | Content:
        """The title; what comes from outside in it is made safe."""
        return self.HEADING

    def body(self) -> ComposeResult:
        """What stands between the title and the answer."""
        raise NotImplementedError

    def foot(self) -> ComposeResult:
        """What stays in view between body and answer: only the body scrolls."""
        yield from ()

    def ways_out(self, width: int) -> Content:
        """The buttons below all, each with its key; nothing where the key bar is enough."""
        return EMPTY

    def compose(self) -> ComposeResult:
        """The box, and the keys below the screen."""
        with Vertical(classes=f"dialog fitted {self.KIND}".strip()) as box:
            box.border_title = self.heading
            with ScrolledText(id=_BODY, can_focus=self.READS):
                yield from self.body()
            yield from self.foot()
            yield self._answer
            yield self._ways_out
        yield KeyBar()

    def on_mount(self) -> None:
        """Draw the ways out."""
        body = self.query_one(ScrolledText)
        for moved in ("scroll_y", "virtual_size"):
            self.watch(body, moved, self._mark, init=False)
        self.redraw()

    def on_resize(self, event: Resize) -> None:
        """Another height has room for more or less of the body."""
        box = self.query_one(".dialog")
        box.set_class(event.size.height < LOW, "-low")
        box.set_class(event.size.width < NARROW, "-narrow")
        self._fit_soon()

    @on(ScrolledText.Resized)
    def _keep_focus_in_view(self) -> None:
        # By now what is below the body is laid out in the width of the terminal, too.
        self._fit_soon()
        after_refresh(self, self._show_focused)
        after_refresh(self, self._mark)

    def _show_focused(self) -> None:
        if self.focused is not None:
            self.focused.scroll_visible(animate=False, immediate=True)

    def redraw(self) -> None:
        """What can be done now may be another: draw the ways out again, and the keys."""
        self._ways_out.show(self.ways_out)
        self._fit_soon()
        self.refresh_bindings()

    def entitle(self, heading: str | Content) -> None:
        """Another title than the one of the beginning."""
        self.query_one(".dialog").border_title = heading

    def answer(self, draw: Draw | Content = EMPTY) -> None:
        """Say what came of it, in the line above the ways out; nothing takes no room."""
        self._answer.show((lambda _width: draw) if isinstance(draw, Content) else draw)
        self._fit_soon()

    def begin(self, told: Content = SAVING) -> None:
        """Something was sent: say so, and let nothing else be sent before `end`."""
        self.busy = True
        self.answer(told)
        self.redraw()

    def end(self, draw: Draw | Content = EMPTY) -> None:
        """What was sent is answered."""
        self.busy = False
        self.answer(draw)
        self.redraw()

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(self.LEFT)

    def action_page(self, pages: int) -> None:
        """Show what does not fit on a small terminal."""
        box = self.query_one(ScrolledText)
        box.scroll_relative(y=pages * max(box.size.height - 1, 1), animate=False)

    def _fit_soon(self) -> None:
        after_refresh(self, self._fit)

    def _fit(self) -> None:
        box = self.query_one(".dialog")
        foot = [part for part in box.children if part.display and part.id != _BODY]
        rows = sum(part.outer_size.height + part.styles.margin.bottom for part in foot)
        fit_body(self, f"#{_BODY}", rows)
        self._mark()

    def _mark(self) -> None:
        """Say in the lower border how much of the body is out of view."""
        body = self.query_one(ScrolledText)
        above = round(body.scroll_y)
        below = body.max_scroll_y - above
        told = [self.SUBTITLE] if self.SUBTITLE and not above and not below else []
        told += [f"{above} more ↑"] if above > 0 else []
        told += [f"{below} more ↓"] if below > 0 else []
        self.query_one(".dialog").border_subtitle = "  ".join(told)
