"""Somebody else saved first: theirs and mine side by side, and what both make together."""

from functools import partial
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Resize

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.list import FoundList
from bgconsole.tui.kit.pane import Draw, Pane
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.model.comparison import Comparison, Side
from bgconsole.tui.provider_page.render import conflict as render
from bgconsole.tui.provider_page.render.conflict import Conflict

_AROUND: Final = 4
"""Rows that are not a dialog's content: border, key bar, and one left free."""

_FLAT: Final = 18
"""Below so many rows there is room for the lines and what comes of them only."""


class ConflictDialog(Dialog[Comparison | None]):
    """Gives the comparison whose merged settings are to be saved on theirs, or None to go back."""

    KIND = "wide"
    ACTIONS = (
        Action("conflict.up", "up,k", "line", "Choose a line", "move(-1)", key_display="↑↓"),
        Action(None, "down,j", "", "", "move(1)"),
        Action("conflict.flip", "space,x", "theirs / mine", "Take this line from the other side",
               "flip", lambda dialog: dialog.why_no_flip),
        Action("conflict.merged", "ctrl+s,W", "save merged", "Save the last column", "merged",
               lambda dialog: dialog.why_not_saved, priority=True),
        Action("conflict.leave", "escape", "back", "Back to editing", "leave"),
        Action("conflict.theirs", "t", "", "All lines as theirs", "take('theirs')"),
        Action("conflict.mine", "m", "", "All lines as mine", "take('mine')"),
        Action("conflict.both", "b", "", "Each line from the person who changed it", "both"),
    )  # fmt: skip

    def __init__(self, conflict: Conflict, comparison: Comparison) -> None:
        super().__init__()
        self._conflict = conflict
        self._compared = comparison

    @property
    def heading(self) -> Content:
        """Who was first."""
        return render.title(self._conflict)

    def body(self) -> ComposeResult:
        """Four columns, what would come of it."""
        yield Pane(id="conflict-head")
        yield Pane(id="conflict-columns")
        yield FoundList(id="conflict-lines")
        yield Pane(id="conflict-end")
        yield Pane(id="conflict-outlook")
        yield Pane(id="conflict-hint")

    def ways_out(self, width: int) -> Content:
        """What can be saved, and the way back."""
        return render.conflict_buttons(
            self._compared, width, refused=self._refused, flat=self._flat
        )

    def on_mount(self) -> None:
        """Draw it as merged, with the cursor on the first line that differs."""
        rows = self._compared.rows
        first = (place for place, row in enumerate(rows) if self._compared.differs(row))
        self._show_lines(next(first, 0))

    def on_resize(self, event: Resize) -> None:
        """As many lines as there is room for."""
        after_refresh(self, self._draw)

    @on(FoundList.Clicked)
    def _clicked(self, event: FoundList.Clicked) -> None:
        """Flip the line where the cursor was on it already."""
        if event.again:
            self.action_flip()

    @property
    def why_not_saved(self) -> str | None:
        """Why it cannot be saved now."""
        return "The merged list would be refused: flip a line first" if self._refused else None

    @property
    def why_no_flip(self) -> str | None:
        """Why there is nothing to choose on this line."""
        same = not self._compared.differs(self._row)
        return "Both say the same on this line" if same else None

    def action_move(self, step: int) -> None:
        """Go to another line; it stops at both ends."""
        self._list.action_move(step)

    def action_flip(self) -> None:
        """Take this line from the other side."""
        self._compare(self._compared.flipped(self._row))

    def action_take(self, side: str) -> None:
        """Take every line from one side."""
        self._compare(self._compared.all_of(Side(side)))

    def action_both(self) -> None:
        """Take every line from whoever changed it."""
        self._compare(self._compared.as_merged())

    def action_merged(self) -> None:
        """Save what stands in the last column."""
        if not self._refused:
            self.dismiss(self._compared)

    @property
    def _list(self) -> FoundList:
        return self.query_one(FoundList)

    @property
    def _row(self) -> str:
        return self._compared.rows[self._list.cursor]

    @property
    def _refused(self) -> bool:
        return bool(self._compared.refusals(self._conflict.view.saved.people))

    @property
    def _flat(self) -> bool:
        return self.app.size.height < _FLAT

    @property
    def _room(self) -> int:
        """How many lines fit, beside everything else."""
        box = self.query_one(".dialog")
        panes = [pane for pane in box.query(Pane) if pane.display]
        gaps = sum(pane.styles.margin.bottom for pane in panes)
        others = sum(pane.size.height for pane in panes) + gaps + box.styles.padding.height
        return max(self.app.size.height - _AROUND - others, 1)

    def _compare(self, compared: Comparison) -> None:
        self._compared = compared
        self._show_lines(self._list.cursor)

    def _show_lines(self, cursor: int) -> None:
        self._list.show(
            self._compared.rows, render.LinePaint(self._conflict, self._compared), cursor
        )
        self._draw()

    @on(FoundList.Moved)
    def _draw(self) -> None:
        compared = self._compared
        self._list.styles.height = min(self._room, len(compared.rows))
        self._show("outlook", partial(render.outlook, self._conflict, compared))
        if self._flat:
            # The key bar tells what to press.
            for name in ("head", "hint"):
                self._show(name, lambda _width: EMPTY)
        else:
            self._show("head", partial(render.head, self._conflict))
            hint = render.conflict_hint(compared, self._row)
            self._show("hint", lambda _width: hint)
        self._show("columns", partial(render.column_heads, self._conflict, compared))
        self._draw_end()
        self.redraw()

    @on(FoundList.Resized)
    def _draw_end(self) -> None:
        below = len(self._compared.rows) - self._list.shown.stop
        self._show("end", partial(render.table_end, below))

    def _show(self, name: str, draw: Draw) -> None:
        self.query_one(f"#conflict-{name}", Pane).show(draw)
