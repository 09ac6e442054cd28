"""What every dialog is: a titled box with a body, what came of it, the ways out, and the keys."""

from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.screen import ScreenResultType

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.heights import DIALOG_HEIGHTS, fit_body
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
    return "It is being saved" if dialog.busy else None


class Dialog(ModalScreen[ScreenResultType]):
    """Extended by what has a body, and actions of its own; `leave` gives `LEFT`."""

    HEADING: ClassVar[str | Content] = ""
    KIND: ClassVar[str] = ""
    """Further classes of the box: 'danger', 'wide'."""

    LEFT: ClassVar[Any] = None
    """What a dialog gives that is left without an answer."""

    READS: ClassVar[bool] = False
    """Whether arrows scroll it: for text without fields."""

    FOOT_STAYS: ClassVar[bool] = False
    """Whether only the body scrolls, and answer and ways out are always in view."""

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
        """What stays in view between body and answer, where only the body scrolls."""
        yield from ()

    def ways_out(self, width: int) -> Content:
        """The buttons below all, each with its key; nothing where the key bar is enough."""
        return EMPTY

    def compose(self) -> ComposeResult:
        """The box, and the keys below the screen."""
        kind = Vertical if self.FOOT_STAYS else ScrolledText
        with kind(classes=f"dialog {self.KIND}".strip()) as box:
            box.can_focus = self.READS and not self.FOOT_STAYS
            box.border_title = self.heading
            if self.FOOT_STAYS:
                with ScrolledText(id=_BODY, can_focus=self.READS):
                    yield from self.body()
                yield from self.foot()
            else:
                yield from self.body()
            yield self._answer
            yield self._ways_out
        yield KeyBar()

    def on_mount(self) -> None:
        """Draw the ways out."""
        self.redraw()

    def on_resize(self, event: Resize) -> None:
        """Another height has room for more or less of the body."""
        self._fit_soon()

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
        if self.FOOT_STAYS:
            after_refresh(self, self._fit)

    def _fit(self) -> None:
        box = self.query_one(".dialog")
        foot = [part for part in box.children if part.display and part.id != _BODY]
        rows = sum(part.outer_size.height + part.styles.margin.bottom for part in foot)
        fit_body(self, f"#{_BODY}", rows)
