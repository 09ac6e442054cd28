"""The people of 'Who gets in' as a list: heads of groups between them, some people folded away."""

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.grouped_rows import GroupedRows, Row
from bgconsole.tui.kit.list import Paint, RowList


class WhoList(RowList, inherit_bindings=False):
    """Stops on people, and on the row that stands for those folded away."""

    ACTIONS = (
        Action("gets_in.up", "up", "person", "Person above", "move(-1)", key_display="↑↓"),
        Action("gets_in.down", "down", "", "Person below", "move(1)"),
        Action("gets_in.page_up", "pageup", "", "Page up", "page(-1)"),
        Action("gets_in.page_down", "pagedown", "", "Page down", "page(1)"),
        Action("gets_in.first", "home", "", "The first person", "first"),
        Action("gets_in.last", "end", "", "The last person", "last"),
    )

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
