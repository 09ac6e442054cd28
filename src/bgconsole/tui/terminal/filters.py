"""The last step before the terminal: colours and glyphs that it lacks become some that it has.

Screens are drawn in the roles and signs of one theme, whatever the terminal. These filters see
every cell of every widget, also what Textual itself draws, so that nothing can be forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import IO, Final, Literal
from unicodedata import name as character_name

from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.color_triplet import ColorTriplet
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from bgconsole.files.settings import Signs
from bgconsole.tui.terminal.capabilities import Colours, Ground, Terminal
from bgconsole.tui.terminal.clusters import clusters
from bgconsole.tui.terminal.signs import FULL, LEVELS, PLAIN, PLAIN_LEVELS
from bgconsole.tui.terminal.theme import DARK, HIGH_CONTRAST, Look

_Inks = Mapping[ColorTriplet, Style]
_NULL: Final = Style.null()


@dataclass(frozen=True, eq=False)
class Palette:
    """How roles look: what is written in them, and the grounds it is written on.

    `behind` is for what is disabled, and for what no role names: that shines through the shadow
    of a dialog.
    """

    inks: _Inks
    grounds: _Inks
    behind: Style

    @cached_property
    def known(self) -> frozenset[ColorTriplet]:
        """The colours of all roles."""
        return frozenset(self.inks) | frozenset(self.grounds)


def _roles(**styles: str) -> _Inks:
    # As Textual makes them of the theme: some are a shade beside what the theme says.
    colours = {**DARK.to_color_system().generate(), **DARK.variables}
    named = {role.replace("_", "-"): style for role, style in styles.items()}
    return {
        Color.parse(colours[role]).rich_color.get_truecolor(): Style.parse(style)
        for role, style in named.items()
    }


_BEHIND: Final = next(iter(_roles(behind="")))

_ACCENTS: Final = {
    Ground.DARK: {"accent": "cyan", "success": "green", "warning": "yellow"},
    Ground.LIGHT: {"accent": "blue", "success": "bold", "warning": "magenta"},
    # Cyan, green and yellow cannot be read on white, blue cannot on black.
    Ground.UNKNOWN: {"accent": "bold", "success": "", "warning": "bold"},
}


@lru_cache(maxsize=8)
def sixteen(ground: Ground, *, dims: bool) -> Palette:
    """The terminal's own colours, to be read on `ground`; `dims` as of a `Terminal`.

    Any of the palette may be what the terminal writes on: bright black is on 'Solarized'. So what
    has to be read and is not coloured is written in the terminal's own ink, and none of the eight
    bright colours is used, which not every terminal has.
    """
    return Palette(
        inks=_roles(
            **_ACCENTS[ground], error="bold red", foreground="", strong="bold", dim="", rule="",
            on_accent="", qr_ink="",
        ),
        grounds=_roles(
            background="", bar="", dialog="", chip="", care_row="", danger_row="",
            field="underline", focus="reverse", focus_row="reverse",
            # Bold black is grey on many.
            accent="not bold black on cyan", outage="bold white on red",
            qr_ground="not bold black on white",
            input_cursor_background="not bold black on cyan",
            input_selection_background="reverse",
        ),
        behind=Style.parse("dim" if dims else ""),
    )  # fmt: skip


@lru_cache(maxsize=2)
def no_colour(*, dims: bool) -> Palette:
    """Bold, underline and reverse, beside the signs and words that tell everything anyway."""
    return Palette(
        inks=_roles(
            accent="bold", success="", warning="bold", error="bold", foreground="", strong="bold",
            dim="", rule="", on_accent="", qr_ink="",
        ),
        grounds=_roles(
            background="", bar="", dialog="", chip="", care_row="", danger_row="",
            field="underline", focus="reverse", focus_row="reverse", accent="bold reverse",
            outage="bold reverse", qr_ground="reverse", input_cursor_background="bold underline",
            input_selection_background="bold underline",
        ),
        behind=Style.parse("dim" if dims else ""),
    )  # fmt: skip


class CareRowFilter(LineFilter):
    """Of 256 colours the one closest to the dark amber of `care-row` is red, which tells danger."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, with grey for that amber."""
        return [
            Segment(text, None if style is None else _without_amber(style), control)
            for text, style, control in segments
        ]


_AMBERS: Final = frozenset(
    Color.parse(theme.variables["care-row"]).rich_color.triplet for theme in (DARK, HIGH_CONTRAST)
)
_GREY: Final = Style.parse("on #303030")


@lru_cache(maxsize=1024)
def _without_amber(style: Style) -> Style:
    return style + _GREY if _triplet(style.bgcolor) in _AMBERS else style


class RolesFilter(LineFilter):
    """Shows the roles of the dark theme in another palette."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in the palette's styles."""
        palette = self._palette
        return [
            Segment(text, None if style is None else _dressed(style, palette), control)
            for text, style, control in segments
        ]


@lru_cache(maxsize=2048)
def _dressed(style: Style, palette: Palette) -> Style:
    ink, ground = _triplet(style.color), _triplet(style.bgcolor)
    if ink == _BEHIND or (ink is not None and ink not in palette.known):
        # What lies behind a dialog was dressed already, and then mixed with its shadow.
        return _with_meta(palette.behind, style)
    worn = _NULL if ground is None else palette.grounds.get(ground, _NULL)
    # One surface: inks would make stripes of it.
    is_surface = worn.reverse or worn.color is not None
    written = _NULL if ink is None or is_surface else palette.inks.get(ink, _NULL)
    return _with_meta(style.without_color + written + worn, style)


def _with_meta(dressed: Style, style: Style) -> Style:
    """With what `style` says beside colours: where in the text it is, and what a click does."""
    return dressed + Style.from_meta(style.meta) if style.meta else dressed


def _triplet(colour: RichColor | None) -> ColorTriplet | None:
    return None if colour is None else colour.triplet


# Where a cell is drawn with what has no sign of its own.
_MORE: Final = {
    "•": "*", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "←": "<", "↑": "^", "↓": "v",
    "≥": ">", "≤": "<", "▲": "^", "▼": "v", "▶": ">", "◀": "<", "◇": "o", "■": "#", "□": "o",
    "↵": "<", "⏎": "<", "⚠": "!", "✗": "x", "✘": "x", "\N{NO-BREAK SPACE}": " ",
}  # fmt: skip
_LINES: Final = range(0x2500, 0x2580)
_BLOCKS: Final = range(0x2580, 0x25A0)


def _plain_cells() -> dict[int, str]:
    """For each glyph that the console draws, the ASCII character that stands for it."""
    cells = dict.fromkeys(_BLOCKS, "#")
    for code in _LINES:
        parts = character_name(chr(code))
        across, along = "HORIZONTAL" in parts, "VERTICAL" in parts
        cells[code] = "-" if across and not along else "|" if along and not across else "+"
    cells |= {ord(glyph): plain for glyph, plain in _MORE.items()}
    cells |= {ord(glyph): plain for glyph, plain in zip(LEVELS, PLAIN_LEVELS, strict=True)}
    # Last: a sign's own twin tells more than the kind of line that it is.
    return cells | {
        ord(getattr(FULL, field.name)): getattr(PLAIN, field.name) for field in fields(FULL)
    }


class PlainFilter(LineFilter):
    """Writes ASCII for every glyph of the console, and '?' for what `encoding` does not have."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._cells = _plain_cells()
        self._encoding = encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, every one as many cells wide as before."""
        return [
            segment if segment.text.isascii() else Segment(self._plain(segment.text), *segment[1:])
            for segment in segments
        ]

    def _plain(self, text: str) -> str:
        text = text.translate(self._cells)
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return "".join(self._known(cluster, cells) for cluster, cells in clusters(text))
        return text

    def _known(self, cluster: str, cells: int) -> str:
        """What the encoding has of `cluster`, in as many cells."""
        kept = cluster.encode(self._encoding, "ignore").decode(self._encoding)
        return kept if kept and cell_len(kept) == cells else "?" * cells


def console_for(colours: Colours, file: IO[str]) -> Console:
    """Rich's console for so many colours: it would count them by COLORTERM and TERM alone.

    Without colours there are bold, underline and reverse all the same.
    """
    system: Literal["truecolor", "256", "standard"] = "standard"
    if colours is Colours.TRUE:
        system = "truecolor"
    elif colours is Colours.MANY:
        system = "256"
    return Console(color_system=system, file=file, force_terminal=True, no_color=False)


def filters_for(
    look: Look, signs: Signs, terminal: Terminal, ground: Ground
) -> tuple[LineFilter, ...]:
    """What every line passes through, as the settings say and else as the terminal needs it.

    `ground` is the one that the terminal's own colours have to be read on.
    """
    filters: list[LineFilter] = []
    if look is Look.ANSI:
        filters.append(RolesFilter(sixteen(ground, dims=terminal.dims)))
    elif look is Look.MONO:
        filters.append(RolesFilter(no_colour(dims=terminal.dims)))
    elif terminal.colours is Colours.MANY:
        filters.append(CareRowFilter())
    if signs is Signs.PLAIN or (signs is Signs.AUTO and terminal.ascii_only):
        filters.append(PlainFilter(terminal.encoding))
    return tuple(filters)
