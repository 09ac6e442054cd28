"""How the console looks with fewer colours or glyphs, and for those who need more contrast."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from itertools import pairwise

import pytest
from rich._palettes import EIGHT_BIT_PALETTE
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.css.tokenize import tokenize
from textual.theme import Theme

from bgconsole.files.settings import Preferences, Signs
from bgconsole.files.settings import Theme as Wanted
from bgconsole.tui.terminal.capabilities import Clipboard, Colours, Ground, Terminal, terminal_of
from bgconsole.tui.terminal.filters import PlainFilter, filters_for, sixteen
from bgconsole.tui.terminal.signs import FULL, PLAIN
from bgconsole.tui.terminal.styles import style_files
from bgconsole.tui.terminal.theme import (
    DARK,
    HIGH_CONTRAST,
    LIGHT,
    THEMES,
    Look,
    ground_for,
    look_for,
)
from tests.backend.world import World
from tests.tui.console import console

BLACK = Color(0, 0, 0)
INKS = ["accent", "success", "warning", "error", "foreground", "strong", "dim", "behind"]
GROUNDS = ["background", "bar", "field", "chip", "focus", "focus-row", "dialog"]


OTHER_PAIRS = [
    ("on-accent", "accent"), ("strong", "outage"), ("foreground", "care-row"),
    ("warning", "care-row"), ("foreground", "danger-row"), ("error", "danger-row"),
    ("foreground", "input-selection-background"),
    ("input-cursor-foreground", "input-cursor-background"),
]  # fmt: skip


def colour(theme: Theme, role: str) -> Color:
    return Color.parse(str(theme.variables.get(role) or getattr(theme, role)))


def of_256(told: Color) -> Color:
    """The colour of the 256 that the terminal is told instead."""
    number = told.rich_color.downgrade(ColorSystem.EIGHT_BIT).number
    assert number is not None
    return Color(*EIGHT_BIT_PALETTE[number])


def luminance(told: Color) -> float:
    """As WCAG 2.2 defines it."""
    parts = [part / 255 for part in told.rgb]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", INKS)
def test_in_high_contrast_everything_can_be_read(ink: str, ground: str) -> None:
    """Seven to one for text (AAA); what is disabled may be read at 4.5 to one."""
    least = 4.5 if ink == "behind" else 7
    assert contrast(colour(HIGH_CONTRAST, ink), colour(HIGH_CONTRAST, ground)) >= least


@pytest.mark.parametrize(("ink", "ground"), OTHER_PAIRS)
def test_in_high_contrast_every_other_pair_can_be_read(ink: str, ground: str) -> None:
    assert contrast(colour(HIGH_CONTRAST, ink), colour(HIGH_CONTRAST, ground)) >= 7


@pytest.mark.parametrize("shown", [lambda told: told, of_256], ids=["true", "256"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", INKS)
def test_in_the_light_theme_everything_can_be_read(
    ink: str, ground: str, shown: Callable[[Color], Color]
) -> None:
    """4.5 to one for text (AA); what is disabled may be read at 3 to one."""
    least = 3 if ink == "behind" else 4.5
    assert contrast(shown(colour(LIGHT, ink)), shown(colour(LIGHT, ground))) >= least


@pytest.mark.parametrize("shown", [lambda told: told, of_256], ids=["true", "256"])
@pytest.mark.parametrize(("ink", "ground"), OTHER_PAIRS)
def test_in_the_light_theme_every_other_pair_can_be_read(
    ink: str, ground: str, shown: Callable[[Color], Color]
) -> None:
    assert contrast(shown(colour(LIGHT, ink)), shown(colour(LIGHT, ground))) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, HIGH_CONTRAST], ids=lambda theme: theme.name)
def test_every_theme_has_the_same_roles(theme: Theme) -> None:
    assert DARK.variables.keys() == theme.variables.keys()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_no_two_grounds_are_the_same(theme: Theme) -> None:
    """A terminal with few colours tells them apart by their colour in the dark theme."""
    roles = (*GROUNDS, "care-row", "danger-row", "outage", "accent")
    assert len({colour(theme, role) for role in roles}) == len(roles)


def test_styles_name_roles_and_no_colours() -> None:
    for path in style_files():
        for token in tokenize(path.read_text(encoding="utf-8"), (str(path), "")):
            assert token.name != "color", f"{path}: {token.value}"


@pytest.mark.parametrize("sign", [field.name for field in fields(FULL)])
def test_both_twins_of_a_sign_are_one_cell_wide_and_the_plain_one_is_ascii(sign: str) -> None:
    full, plain = getattr(FULL, sign), getattr(PLAIN, sign)
    assert cell_len(full) == cell_len(plain) == 1
    assert plain.isascii()


def test_what_a_terminal_cannot_show_takes_as_many_cells_all_the_same() -> None:
    plain = PlainFilter("iso-8859-1")
    text = "─┌┼█ ✓×… Zoë 東京 Анна"
    (shown,) = plain.apply([Segment(text, Style())], BLACK)
    assert shown.text == "-++# vx~ Zoë ???? ????"
    assert shown.cell_length == cell_len(text)


PROMISED = {"COLORTERM": "truecolor"}


@pytest.mark.parametrize(
    ("environment", "colours"),
    [
        ({"TERM": "xterm-256color"}, Colours.MANY),
        ({"TERM": "xterm"}, Colours.SIXTEEN),
        ({"TERM": "xterm-mono"}, Colours.NONE),
        ({"TERM": "xterm-direct"}, Colours.TRUE),
        ({"TERM": "nobody-knows"}, Colours.SIXTEEN),
        ({"TERM": "nobody-knows", **PROMISED}, Colours.TRUE),
        ({"TERM": "xterm", **PROMISED}, Colours.TRUE),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit"}, Colours.TRUE),
        ({"TERM": "xterm-256color", "COLORTERM": "yes"}, Colours.MANY),
        ({"TERM": "st-256color", **PROMISED}, Colours.TRUE),
        ({"TERM": "alacritty", **PROMISED}, Colours.TRUE),
        # What a login or a terminal within a terminal hands on.
        ({"TERM": "linux", **PROMISED}, Colours.SIXTEEN),
        ({"TERM": "xterm-16color", **PROMISED}, Colours.SIXTEEN),
        ({"TERM": "xterm-mono", **PROMISED}, Colours.NONE),
        ({"TERM": "vt220", **PROMISED}, Colours.NONE),
        ({"TERM": "eterm-color", **PROMISED}, Colours.SIXTEEN),
        # GNU screen, which misreads true colours.
        ({"TERM": "screen"}, Colours.SIXTEEN),
        ({"TERM": "screen", **PROMISED}, Colours.SIXTEEN),
        ({"TERM": "screen-256color", **PROMISED}, Colours.MANY),
        ({"TERM": "screen.xterm-256color", **PROMISED}, Colours.MANY),
        ({"TERM": "screen.xterm-256color", "TMUX": "x", **PROMISED}, Colours.MANY),
        ({"TERM": "screen-256color", "STY": "x", **PROMISED}, Colours.MANY),
        # tmux, under its own name and under that of screen.
        ({"TERM": "tmux-256color", "TMUX": "x"}, Colours.MANY),
        ({"TERM": "tmux-256color", **PROMISED}, Colours.TRUE),
        ({"TERM": "tmux-256color", "TMUX": "x", "STY": "x", **PROMISED}, Colours.TRUE),
        ({"TERM": "screen-256color", "TMUX": "x", **PROMISED}, Colours.TRUE),
        # One within the other, and both have left their variables: either may be the inner one.
        ({"TERM": "screen-256color", "TMUX": "x", "STY": "x", **PROMISED}, Colours.MANY),
    ],
)  # fmt: skip
def test_how_many_colours_there_are_says_the_terminals_name_before_colorterm(
    environment: dict[str, str], colours: Colours
) -> None:
    """Each in a process of its own: curses reads one terminal's description, and no second one."""
    asked = (
        "from bgconsole.tui.terminal.capabilities import terminal_of\n"
        f"print(terminal_of({environment!r}, 'utf-8').colours.name)"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == colours.name


@pytest.mark.parametrize(
    ("environment", "clipboard"),
    [
        ({"TERM": "xterm-256color"}, Clipboard.MAY_TAKE),
        ({"TERM": "xterm-kitty", "COLORTERM": "24bit"}, Clipboard.TAKES),
        ({"TERM": "tmux-256color", "TMUX": "x"}, Clipboard.MAY_TAKE),
        ({"TERM": "screen"}, Clipboard.NONE),
        ({"TERM": "screen.xterm", "TMUX": "x"}, Clipboard.NONE),
        ({"TERM": "screen-256color", "TMUX": "x"}, Clipboard.MAY_TAKE),
        ({"TERM": "linux"}, Clipboard.NONE),
    ],
)
def test_whether_the_terminal_has_a_clipboard_says_its_name(
    environment: dict[str, str], clipboard: Clipboard
) -> None:
    assert terminal_of(environment, "utf-8").clipboard is clipboard


@pytest.mark.parametrize(
    ("environment", "ground"),
    [
        ({"TERM": "xterm"}, Ground.UNKNOWN),
        ({"TERM": "linux"}, Ground.DARK),
        ({"TERM": "rxvt", "COLORFGBG": "0;15"}, Ground.LIGHT),
        ({"TERM": "rxvt", "COLORFGBG": "15;default;0"}, Ground.DARK),
        ({"TERM": "rxvt", "COLORFGBG": "12;8"}, Ground.DARK),
        ({"TERM": "rxvt", "COLORFGBG": "0;7"}, Ground.LIGHT),
        ({"TERM": "rxvt", "COLORFGBG": "0;default"}, Ground.UNKNOWN),
        ({"TERM": "rxvt", "COLORFGBG": "\x1b[31m"}, Ground.UNKNOWN),
        ({"TERM": "tmux-256color", "COLORFGBG": "0;15"}, Ground.UNKNOWN),
    ],
)
def test_what_the_terminal_writes_on_says_its_name_or_colorfgbg(
    environment: dict[str, str], ground: Ground
) -> None:
    assert terminal_of(environment, "utf-8").ground is ground


@pytest.mark.parametrize("encoding", ["iso8859-1", "ascii", "euc_jp"])
def test_an_encoding_without_the_signs_gets_plain_ones(encoding: str) -> None:
    assert terminal_of({"TERM": "xterm-256color"}, encoding).ascii_only
    assert not terminal_of({"TERM": "xterm-256color"}, "utf-8").ascii_only


@pytest.mark.parametrize("colours", Colours)
def test_no_color_is_what_the_user_wants_whatever_the_terminal_has(colours: Colours) -> None:
    unwanted = Terminal(colours=colours, no_colour_wanted=True)
    assert look_for(Wanted.AUTO, unwanted) is Look.MONO
    if colours is not Colours.NONE:
        assert look_for(Wanted.ANSI, unwanted) is Look.ANSI


def test_no_color_counts_where_it_is_not_empty() -> None:
    assert terminal_of({"TERM": "xterm", "NO_COLOR": "1"}, "utf-8").no_colour_wanted
    assert not terminal_of({"TERM": "xterm", "NO_COLOR": ""}, "utf-8").no_colour_wanted


@pytest.mark.parametrize(
    ("wanted", "colours", "ground", "look"),
    [
        (Wanted.AUTO, Colours.TRUE, Ground.UNKNOWN, Look.DARK),
        (Wanted.AUTO, Colours.MANY, Ground.DARK, Look.DARK),
        (Wanted.AUTO, Colours.MANY, Ground.LIGHT, Look.LIGHT),
        (Wanted.AUTO, Colours.SIXTEEN, Ground.LIGHT, Look.ANSI),
        (Wanted.AUTO, Colours.NONE, Ground.DARK, Look.MONO),
        (Wanted.LIGHT, Colours.TRUE, Ground.DARK, Look.LIGHT),
        (Wanted.DARK, Colours.MANY, Ground.LIGHT, Look.DARK),
        (Wanted.ANSI, Colours.TRUE, Ground.LIGHT, Look.ANSI),
        # The colours of a theme would be mixed up with each other.
        (Wanted.DARK, Colours.SIXTEEN, Ground.UNKNOWN, Look.ANSI),
        (Wanted.LIGHT, Colours.SIXTEEN, Ground.UNKNOWN, Look.ANSI),
        (Wanted.HIGH_CONTRAST, Colours.SIXTEEN, Ground.UNKNOWN, Look.ANSI),
        (Wanted.MONO, Colours.SIXTEEN, Ground.UNKNOWN, Look.MONO),
        (Wanted.DARK, Colours.NONE, Ground.UNKNOWN, Look.MONO),
    ],
)  # fmt: skip
def test_the_settings_choose_among_the_looks_that_the_terminal_has(
    wanted: Wanted, colours: Colours, ground: Ground, look: Look
) -> None:
    assert look_for(wanted, Terminal(colours=colours, ground=ground)) is look


@pytest.mark.parametrize(
    ("wanted", "told", "ground"),
    [
        (Wanted.AUTO, Ground.UNKNOWN, Ground.UNKNOWN),
        (Wanted.AUTO, Ground.LIGHT, Ground.LIGHT),
        (Wanted.LIGHT, Ground.UNKNOWN, Ground.LIGHT),
        (Wanted.DARK, Ground.LIGHT, Ground.DARK),
        (Wanted.ANSI, Ground.UNKNOWN, Ground.DARK),
        (Wanted.ANSI, Ground.LIGHT, Ground.LIGHT),
    ],
)
def test_the_settings_tell_what_the_palette_is_read_on(
    wanted: Wanted, told: Ground, ground: Ground
) -> None:
    assert ground_for(wanted, told) is ground


@pytest.mark.parametrize("dims", [True, False])
@pytest.mark.parametrize("ground", Ground)
def test_no_ink_may_be_what_the_terminal_writes_on(ground: Ground, *, dims: bool) -> None:
    """'Solarized' has its ground as bright black; some have no bright colours at all.

    Black, white and the terminal's own colours for text may be any ground: they are used only with
    both colours given.
    """
    palette = sixteen(ground, dims=dims)
    for style in (*palette.inks.values(), palette.behind):
        assert style.color is None or style.color.number in {1, 2, 3, 4, 5, 6}
        assert style.bgcolor is None
    for style in palette.grounds.values():
        assert (style.color is None) == (style.bgcolor is None)
        assert style.color is None or (style.color.number or 0) < 8


@pytest.mark.parametrize("ground", Ground)
def test_black_is_never_bold_since_bold_black_is_grey_on_many(ground: Ground) -> None:
    for style in sixteen(ground, dims=True).grounds.values():
        if style.color is not None and style.color.name == "black":
            assert not (Style(bold=True) + style).bold


@pytest.mark.parametrize("look", [Look.DARK, Look.LIGHT, Look.HIGH_CONTRAST])
def test_with_256_colours_care_does_not_look_like_danger(look: Look) -> None:
    filters = filters_for(look, Signs.FULL, Terminal(colours=Colours.MANY), Ground.UNKNOWN)
    shown: list[int | None] = []
    for role in ("care-row", "danger-row"):
        style = Style(bgcolor=colour(THEMES[look], role).rich_color)
        segments = [Segment("text", style)]
        for one in filters:
            segments = one.apply(segments, BLACK)
        worn = segments[0].style
        assert worn is not None
        assert worn.bgcolor is not None
        shown.append(worn.bgcolor.downgrade(ColorSystem.EIGHT_BIT).number)
    assert shown[0] != shown[1]


@pytest.mark.parametrize("ground", [Ground.LIGHT, Ground.UNKNOWN])
def test_inks_that_fade_on_white_are_for_dark_grounds(ground: Ground) -> None:
    faint = {"cyan", "green", "yellow"}
    inks = sixteen(ground, dims=True).inks.values()
    assert not faint & {style.color.name for style in inks if style.color is not None}


async def test_every_look_shows_the_same_text(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Enforce SSO", "following")
        before = screen.text
        for look in Look:
            screen.app.wear(look)
            await screen.settle()
            assert screen.text == before


async def test_plain_signs_are_ascii_and_stand_where_the_full_ones_do(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Enforce SSO", "following")
        before = screen.lines
        screen.app.wear(Look.MONO, Signs.PLAIN)
        await screen.settle()
        assert screen.text.isascii()
        for full, plain in zip(before, screen.lines, strict=True):
            assert [part for part in zip(full, plain, strict=True) if part[0].isascii()] == [
                (letter, letter) for letter in full if letter.isascii()
            ]


@pytest.mark.parametrize("look", [Look.ANSI, Look.MONO])
async def test_without_colours_the_focus_is_where_it_is_reversed(world: World, look: Look) -> None:
    async with console(world, who=None) as screen:
        screen.app.wear(look)
        await screen.see("Email")
        field = screen.app.focused
        assert field is not None
        line = screen.app.screen._compositor.render_strips()[field.region.y]
        inside = line.crop(field.region.x + 2, field.region.right)
        assert all(segment.style and segment.style.reverse for segment in inside)


def test_each_look_can_be_set() -> None:
    """The settings name every look, and nothing else but 'auto'."""
    assert {theme.value for theme in Wanted} == {look.value for look in Look} | {"auto"}
    assert Preferences().theme is Wanted.AUTO
    assert Terminal().colours is Colours.TRUE
    assert all(one != other for one, other in pairwise(Look))
