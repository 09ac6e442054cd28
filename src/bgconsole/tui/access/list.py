"""The people of 'Who gets in' as a list: heads of groups between them, some people folded away."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from bgconsole.tui.kit.grouped_rows import GroupedRows, Row
from bgconsole.tui.kit.list import Paint, RowList


class WhoList(RowList, inherit_bindings=False):
    """Stops on people, and on the row that stands for those folded away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "person", id="gets_in.up", key_display="↑↓",
                tooltip="Person above"),
        Binding("down", "move(1)", id="gets_in.down", show=False, tooltip="Person below"),
        Binding("pageup", "page(-1)", id="gets_in.page_up", show=False, tooltip="Page up"),
        Binding("pagedown", "page(1)", id="gets_in.page_down", show=False, tooltip="Page down"),
        Binding("home", "first", id="gets_in.first", show=False, tooltip="The first person"),
        Binding("end", "last", id="gets_in.last", show=False, tooltip="The last person"),
    ]  # fmt: skip

    def stops(self, row: object) -> bool:
        """Neither on a head nor on a blank row."""
        return isinstance(row, Row) and row.stops

    @property
    def row(self) -> Row:
        """The row under the cursor; a blank one where there is nobody."""
        return self.current if isinstance(self.current, Row) else Row()

    @property
    def hidden_below(self) -> int:
        """Rows below the last one seen."""
        return max(len(self._rows) - self._top - self.size.height, 0)

    def lay_out(self, grouped: GroupedRows, paint: Paint, cursor: int) -> None:
        """Show these rows; other ones from the first on, as many as can be seen."""
        self.show(grouped, paint, cursor, top=self._top if len(grouped) == len(self._rows) else 0)
