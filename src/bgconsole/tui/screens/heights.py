"""How a dialog sits on terminals of different heights: its gaps go first where rows are few."""

from typing import Final

DIALOG_HEIGHTS: Final = [(0, "-low"), (30, "-tall")]
"""For `VERTICAL_BREAKPOINTS`: from so many rows on, the dialog's screen has this class."""
