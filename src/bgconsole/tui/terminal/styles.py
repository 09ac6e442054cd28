"""Finds the console's style sheets, installed or in a checkout."""

from pathlib import Path
from typing import Final

__all__ = ["StylesMissingError", "style_files"]

_PACKAGE: Final = Path(__file__).resolve().parents[2]


class StylesMissingError(FileNotFoundError):
    """The installation is incomplete: no style sheet is where one must be."""


def style_files() -> list[Path]:
    """Return the paths of all ``.tcss`` files, sorted by name.

    A wheel carries them in ``bgconsole/styles``. A checkout, and with it an editable install,
    keeps them in ``styles/`` beside ``src/``, where ``importlib.resources`` does not look.

    Raises:
        StylesMissingError: neither folder holds a style sheet.
    """
    packaged = _PACKAGE / "styles"
    checkout = _PACKAGE.parent.parent / "styles"
    for folder in (packaged, checkout):
        found = sorted(folder.glob("*.tcss"))
        if found:
            return found
    raise StylesMissingError(f"No style sheets in {packaged}: install bgconsole again.")
