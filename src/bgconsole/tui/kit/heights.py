"""How the console fits on terminals of different sizes: of a dialog the gaps go first."""

from typing import Any, Final

from textual.screen import Screen

COLUMNS: Final = 100
ROWS: Final = 30
"""A terminal smaller than this shows the tabs of the main screen one at a time."""

DIALOG_HEIGHTS: Final = [(0, "-low"), (30, "-tall")]
"""For `VERTICAL_BREAKPOINTS`: from so many rows on, the dialog's screen has this class."""

LOW: Final = 20
"""Rows of the terminal below which a dialog has no gaps."""

NARROW: Final = 60
"""Columns of the terminal below which labels and notes of a dialog are shorter."""

_PART: Final = 0.95
"""Of the terminal's rows, as high as a dialog gets."""

_LEAST: Final = 2
"""Rows of what scrolls that are always seen."""


def fit_body(screen: Screen[Any], body: str, foot: int) -> None:
    """Let only `body`, by its selector, scroll: the `foot` rows below it are always there."""
    # The keys have a row of their own below.
    most = int((screen.app.size.height - 1) * _PART)
    room = max(most - screen.query_one(".dialog").gutter.height - foot, _LEAST)
    styles = screen.query_one(body).styles
    if styles.max_height is None or styles.max_height.value != room:
        styles.max_height = room
