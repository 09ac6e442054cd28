"""What the terminal can do, from what the environment says of it; nothing is asked of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from bgconsole.system.locale_encoding import UTF_8, keyboard_encoding

__all__ = ["MODERN", "Clipboard", "Colours", "Ground", "Terminal", "terminal_of"]


class Colours(Enum):
    """How many colours there are."""

    TRUE = auto()
    """Each of 16 million: every colour of a theme."""

    MANY = auto()
    """256: one close to every colour of a theme."""

    SIXTEEN = auto()
    """The terminal's own palette, of eight or sixteen; only the first eight are used."""

    NONE = auto()


class Ground(Enum):
    """What the terminal writes on where no colour is given."""

    DARK = auto()
    LIGHT = auto()
    UNKNOWN = auto()


class Clipboard(Enum):
    """Whether the terminal puts on the clipboard what OSC 52 hands to it."""

    TAKES = auto()
    MAY_TAKE = auto()
    """It may be switched off, and nothing tells."""

    NONE = auto()


@dataclass(frozen=True, slots=True)
class Terminal:
    """One terminal.

    `no_colour_wanted` says that the user wants no program to use colours (NO_COLOR), whatever the
    terminal has. `encoding` is the one in which it takes text; `ascii_only` says that it may not
    have the glyphs beyond ASCII. `modern` says that it understands the private modes, queries and
    strings of xterm, or passes over them; others print them. `has_title` says that a window's title
    can be set and restored, `erases_in_colour` that what is erased takes the colour that is written
    in, `dims` that dim text is a shade of its own, not a colour of the palette,
    `has_st_keys` that editing keys are those of st.
    """

    colours: Colours = Colours.TRUE
    no_colour_wanted: bool = False
    ground: Ground = Ground.UNKNOWN
    dims: bool = True
    ascii_only: bool = False
    encoding: str = UTF_8
    modern: bool = True
    has_title: bool = False
    erases_in_colour: bool = False
    clipboard: Clipboard = Clipboard.MAY_TAKE
    has_st_keys: bool = False

    @property
    def keyboard_encoding(self) -> str:
        """In which encoding keys come."""
        return keyboard_encoding(self.encoding)


MODERN: Final = Terminal()

_OLD = re.compile(r"vt\d|linux|ansi|cons\d|pc|sun|wy|hp|ibm|tvi|cygwin|at386|xterms-sun|minitel")
_TITLED = re.compile(r"xterm|tmux|alacritty|foot|vte|gnome|mintty|contour")
"""Terminals that keep a stack of titles; rxvt, st, Konsole and PuTTY have none."""

_UNTITLED_PROGRAMS: Final = frozenset({"ZUTTY_VERSION", "KONSOLE_VERSION", "WT_SESSION"})
"""Set by terminals that have none either, and call themselves xterm."""
_TAKING = re.compile(r"xterm-kitty|kitty|alacritty|foot|wezterm|xterm-ghostty|ghostty|contour|rio")
_TAKING_PROGRAMS: Final = frozenset({"WezTerm", "ghostty", "rio"})
_ERASING: Final = re.compile(r"xterm|linux|rxvt|alacritty|foot|konsole|vte|gnome|kitty|ghostty")
"""Terminals whose description has 'bce'; within tmux and screen the name is theirs."""

_ON_BLACK: Final = re.compile(r"linux|cons\d|cygwin")
_GROUNDS: Final = {str(number): Ground.DARK for number in (*range(7), 8)} | {
    str(number): Ground.LIGHT for number in (7, *range(9, 16))
}
"""By the number that the ground has in the palette, as vim takes it."""

_OF_TRUE_COLOUR: Final = re.compile(
    r"(?:xterm|tmux|alacritty|foot|kitty|konsole|vte|gnome|st|mintty|putty|contour|wezterm|ghostty"
    r"|rio|iterm2?|mlterm|ms-terminal|wayst|hterm)(?![a-z\d])"
)
_OF_FEWER: Final = re.compile(r"-(?:(?!256)\d*color|mono|m|old|basic|r[56]|vt\d+)$")
"""Names of terminals that may have true colours, where COLORTERM says so; ends that say not."""

_SIXTEEN: Final = re.compile(
    r"(?:linux|screen|xterm|tmux|rxvt|ansi|cygwin)(?:-(?:16color|color))?$"
)


def terminal_of(environment: Mapping[str, str], encoding: str) -> Terminal:
    """The terminal that `environment` names, which takes text in `encoding`."""
    name = environment.get("TERM", "")
    old = _OLD.match(name) is not None
    return Terminal(
        colours=_colours(name, environment),
        no_colour_wanted=bool(environment.get("NO_COLOR")),
        ground=_ground(name, environment),
        dims=not old,
        ascii_only=old or encoding != UTF_8,
        encoding=encoding,
        modern=not old,
        has_title=_has_title(name, environment),
        erases_in_colour=_ERASING.match(name) is not None,
        clipboard=_clipboard(name, environment),
        has_st_keys=re.match(r"st(?:-|term|$)", name) is not None,
    )


def _colours(name: str, environment: Mapping[str, str]) -> Colours:
    """What `name` says counts more than COLORTERM: that is handed on where it is not true.

    A login by SSH, `su`, a terminal within a terminal: each sets TERM, and few unset COLORTERM.
    """
    is_promised = environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}
    is_screen = _is_screen(name, environment)
    if is_promised and _may_have_true_colours(name, environment):
        return Colours.TRUE
    if "-direct" in name and not is_screen:
        return Colours.TRUE
    if "256" in name:
        return Colours.MANY
    if _SIXTEEN.match(name):
        return Colours.SIXTEEN
    count = _terminfo_colours(name)
    if count is None:
        return Colours.TRUE if is_promised and not is_screen else Colours.SIXTEEN
    return Colours.MANY if count >= 256 else Colours.SIXTEEN if count >= 8 else Colours.NONE


def _may_have_true_colours(name: str, environment: Mapping[str, str]) -> bool:
    if name.startswith("screen"):
        return not _is_screen(name, environment)
    return _OF_TRUE_COLOUR.match(name) is not None and _OF_FEWER.search(name) is None


def _is_screen(name: str, environment: Mapping[str, str]) -> bool:
    """Whether it is GNU screen, not tmux, which may call itself so too.

    Screen misreads true colours (`38;2;R;G;B`). Where both have left their variables either may be
    the inner one, and where neither has (`sudo`, SSH) nothing tells: then it is taken for screen.
    """
    if not name.startswith("screen"):
        return False
    in_tmux = environment.get("TMUX") and not environment.get("STY")
    return name.startswith("screen.") or not in_tmux


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


def _ground(name: str, environment: Mapping[str, str]) -> Ground:
    """What COLORFGBG says ('15;0', '0;default;15'), which rxvt and konsole set."""
    if _ON_BLACK.match(name):
        return Ground.DARK
    if name.startswith(("tmux", "screen")):
        # It is of the terminal in which the session began, not of the one that shows it now.
        return Ground.UNKNOWN
    return _GROUNDS.get(environment.get("COLORFGBG", "").rpartition(";")[2], Ground.UNKNOWN)


def _has_title(name: str, environment: Mapping[str, str]) -> bool:
    # What runs within tmux inherits the variables of the terminal outside.
    is_other = name.startswith("xterm") and not _UNTITLED_PROGRAMS.isdisjoint(environment)
    return _TITLED.match(name) is not None and not is_other


def _clipboard(name: str, environment: Mapping[str, str]) -> Clipboard:
    if _OLD.match(name) or _is_screen(name, environment):
        return Clipboard.NONE
    if "TMUX" in environment or name.startswith("tmux"):
        return Clipboard.MAY_TAKE
    if _TAKING.match(name) or environment.get("TERM_PROGRAM") in _TAKING_PROGRAMS:
        return Clipboard.TAKES
    return Clipboard.MAY_TAKE
