"""A widget drawn by a pure function of its width."""

from collections.abc import Callable
from typing import Final

from textual.content import Content
from textual.geometry import Offset, Size
from textual.widget import Widget

from bgconsole.tui.kit.render.text import EMPTY, cut, lines, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import DIM

_MARK: Final = f"{FULL.cursor} "
Draw = Callable[[int], Content]


def _nothing(_width: int) -> Content:
    return EMPTY


class Pane(Widget):
    """Shows what `show` was given last; writes nothing when that looks as before."""

    def __init__(
        self, draw: Draw = _nothing, *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._draw = draw
        self._drawn: tuple[int, Content] | None = None
        self._shown: Content | None = None
        self._most: int | None = None

    def limit(self, rows: int | None) -> None:
        """Take at most so many rows; a mark in the last one counts what is left out."""
        if rows != self._most:
            self._most = rows
            self.show(self._draw)

    def rows(self, width: int) -> int:
        """How many rows everything takes in that width."""
        return rows_of(self._draw, width)

    def show(self, draw: Draw) -> None:
        """Draw with `draw` from now on; what is empty takes no room, margins included."""
        self._draw, self._drawn = draw, None
        content = self._at(self.content_size.width or self.app.size.width)
        before, self._shown = self._shown, content
        self.display = bool(content.plain)
        if before is None or _height(before) != _height(content):
            self._forget_height()
            self.refresh(layout=True)
        elif not before.is_same(content):
            self.refresh()

    def render(self) -> Content:
        """The content for the present width."""
        self._shown = self._at(self.content_size.width)
        return self._shown

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the content has; none at all when it is empty."""
        return _height(self._at(width))

    @property
    def cursor_offset(self) -> Offset | None:
        """Where the row begins that is marked as the one under a cursor, if any is."""
        if self._shown is None or FULL.cursor not in self._shown.plain:
            return None
        for y, row in enumerate(self._shown.plain.split("\n")):
            if row.startswith(_MARK):
                return Offset(0, y)
        return None

    def _forget_height(self) -> None:
        """Be measured again, also where another widget's layout measured between two changes.

        Textual keeps a measure until the next `refresh(layout=True)` that is not already waiting:
        of two in a row with a layout between them, the second would be measured as the first.
        """
        self._box_model_cache.clear()

    def _at(self, width: int) -> Content:
        """What is drawn in that width: wanted for its height, then to be seen, and drawn once."""
        if self._drawn is None or self._drawn[0] != width:
            self._drawn = width, _limited(self._draw(width), self._most, width)
        return self._drawn[1]


def rows_of(draw: Draw, width: int) -> int:
    """How many rows it takes in that width."""
    return _height(draw(width))


def _height(content: Content) -> int:
    return content.plain.count("\n") + 1 if content.plain else 0


def _limited(content: Content, most: int | None, width: int) -> Content:
    rows = content.split("\n") if content.plain else []
    if most is None or len(rows) <= most:
        return content
    if most < 1:
        return EMPTY
    if most == 1:
        first = _marked(rows)
        mark = words(f" {FULL.ellipsis} {len(rows) - 1} more ↓", DIM)
        return cut(rows[first], width - mark.cell_length) + mark
    # The row that is marked as chosen is among those that stay.
    top = max(_marked(rows) - most + 2, 0)
    left_out = len(rows) - most + 1
    mark = words(f" {FULL.ellipsis} {left_out} more {'↑' if top else '↓'}", DIM)
    return lines(*rows[top : top + most - 1], words(" ") + mark)


def _marked(rows: list[Content]) -> int:
    return next((n for n, row in enumerate(rows) if row.plain.lstrip().startswith(_MARK)), 0)
