"""What the terminal can do, from what the environment says of it; nothing is asked of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

__all__ = ["MODERN", "Clipboard", "Colours", "Terminal", "terminal_of"]


class Colours(Enum):
    """How many colours there are."""

    MANY = auto()
    """256 or more: every colour of a theme, or one close to it."""

    SIXTEEN = auto()
    """The terminal's own palette."""

    NONE = auto()


class Clipboard(Enum):
    """Whether the terminal puts on the clipboard what OSC 52 hands to it."""

    TAKES = auto()
    MAY_TAKE = auto()
    """It may be switched off, and nothing tells."""

    NONE = auto()


@dataclass(frozen=True, slots=True)
class Terminal:
    """One terminal.

    `ascii_only` says that it may not have the glyphs beyond ASCII, `encoding` in which it takes
    text. `modern` says that it understands the private modes, queries and strings of xterm, or
    passes over them; others print them. `has_title` says that a window's title can be set and
    restored, `erases_in_colour` that what is erased takes the colour that is written in.
    """

    colours: Colours = Colours.MANY
    ascii_only: bool = False
    encoding: str = "utf-8"
    modern: bool = True
    has_title: bool = False
    erases_in_colour: bool = False
    clipboard: Clipboard = Clipboard.MAY_TAKE


MODERN: Final = Terminal()

_OLD = re.compile(r"vt\d|linux|ansi|cons\d|pc|sun|wy|hp|ibm|tvi|cygwin|at386|xterms-sun|minitel")
_TITLED = re.compile(r"xterm|rxvt|tmux|alacritty|foot|konsole|vte|gnome|st-|mintty|putty|contour")
_TAKING = re.compile(r"xterm-kitty|kitty|alacritty|foot|wezterm|xterm-ghostty|ghostty|contour|rio")
_TAKING_PROGRAMS: Final = frozenset({"WezTerm", "ghostty", "rio"})
_ERASING: Final = re.compile(r"xterm|linux|rxvt|alacritty|foot|konsole|vte|gnome|kitty|ghostty")
"""Terminals whose description has 'bce'; within tmux and screen the name is theirs."""

_SIXTEEN: Final = re.compile(
    r"(?:linux|screen|xterm|tmux|rxvt|ansi|cygwin)(?:-(?:16color|color))?$"
)


def terminal_of(environment: Mapping[str, str], encoding: str) -> Terminal:
    """The terminal that `environment` names, which takes text in `encoding`."""
    name = environment.get("TERM", "")
    old = _OLD.match(name) is not None
    return Terminal(
        colours=_colours(name, environment),
        ascii_only=old or not _is_unicode(encoding) or _is_plain_locale(environment),
        encoding=encoding,
        modern=not old,
        has_title=_TITLED.match(name) is not None,
        erases_in_colour=_ERASING.match(name) is not None,
        clipboard=_clipboard(name, environment),
    )


def _colours(name: str, environment: Mapping[str, str]) -> Colours:
    if environment.get("NO_COLOR"):
        return Colours.NONE
    if environment.get("COLORTERM") in {"truecolor", "24bit"} or "256" in name or "direct" in name:
        return Colours.MANY
    if _SIXTEEN.match(name):
        return Colours.SIXTEEN
    count = _terminfo_colours(name)
    if count is None:
        return Colours.SIXTEEN
    return Colours.MANY if count >= 256 else Colours.SIXTEEN if count >= 8 else Colours.NONE


def _terminfo_colours(name: str) -> int | None:
    """How many colours the terminal's description gives, None where there is none."""
    if re.match(r"vt\d", name) or name.endswith(("-m", "-mono")):
        return 0
    try:
        # Not in every Python; seldom asked, so imported late.
        import curses
    except ImportError:
        return None
    try:
        curses.setupterm(name, -1)
    except curses.error:
        return None
    return max(curses.tigetnum("colors"), 0)


def _is_unicode(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "").startswith("utf8")


def _is_plain_locale(environment: Mapping[str, str]) -> bool:
    """Whether a locale was chosen that has ASCII only; where none was chosen, none is meant."""
    named = (environment.get(variable) for variable in ("LC_ALL", "LC_CTYPE", "LANG"))
    return next((locale for locale in named if locale), "") in {"C", "POSIX"}


def _clipboard(name: str, environment: Mapping[str, str]) -> Clipboard:
    if _OLD.match(name) or (name.startswith("screen") and "TMUX" not in environment):
        return Clipboard.NONE
    if "TMUX" in environment or name.startswith("tmux"):
        return Clipboard.MAY_TAKE
    if _TAKING.match(name) or environment.get("TERM_PROGRAM") in _TAKING_PROGRAMS:
        return Clipboard.TAKES
    return Clipboard.MAY_TAKE
