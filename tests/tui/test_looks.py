"""How the console looks with fewer colours or glyphs, and for those who need more contrast."""

from dataclasses import fields
from itertools import pairwise

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.css.tokenize import tokenize

from bgconsole.settings_file import Preferences, Signs
from bgconsole.settings_file import Theme as Wanted
from bgconsole.tui.terminal.capabilities import Clipboard, Colours, Terminal, terminal_of
from bgconsole.tui.terminal.filters import PlainFilter
from bgconsole.tui.terminal.signs import FULL, PLAIN
from bgconsole.tui.terminal.styles import style_files
from bgconsole.tui.terminal.theme import DARK, HIGH_CONTRAST, Look, look_for
from tests.backend.world import World
from tests.tui.console import console

BLACK = Color(0, 0, 0)
INKS = ["accent", "success", "warning", "error", "foreground", "strong", "dim", "behind"]
GROUNDS = ["background", "bar", "field", "chip", "focus", "focus-row", "dialog"]


def colour(theme: object, role: str) -> Color:
    variables = HIGH_CONTRAST.variables if theme is HIGH_CONTRAST else DARK.variables
    return Color.parse(str(variables.get(role) or getattr(theme, role)))


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


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("on-accent", "accent"), ("strong", "outage"), ("foreground", "care-row"),
        ("warning", "care-row"), ("foreground", "danger-row"), ("error", "danger-row"),
        ("foreground", "input-selection-background"),
        ("input-cursor-foreground", "input-cursor-background"),
    ],
)  # fmt: skip
def test_in_high_contrast_every_other_pair_can_be_read(ink: str, ground: str) -> None:
    assert contrast(colour(HIGH_CONTRAST, ink), colour(HIGH_CONTRAST, ground)) >= 7


def test_both_themes_know_the_same_roles() -> None:
    assert DARK.variables.keys() == HIGH_CONTRAST.variables.keys()


def test_no_two_grounds_are_the_same() -> None:
    """A terminal with few colours tells them apart by their colour here."""
    told = [colour(DARK, role) for role in (*GROUNDS, "care-row", "danger-row", "outage", "accent")]
    assert len(set(told)) == len(told)


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


@pytest.mark.parametrize(
    ("environment", "colours", "ascii_only", "clipboard"),
    [
        ({"TERM": "xterm-256color"}, Colours.MANY, False, Clipboard.MAY_TAKE),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, Colours.MANY, False, Clipboard.MAY_TAKE),
        ({"TERM": "xterm"}, Colours.SIXTEEN, False, Clipboard.MAY_TAKE),
        ({"TERM": "xterm-kitty", "COLORTERM": "24bit"}, Colours.MANY, False, Clipboard.TAKES),
        ({"TERM": "tmux-256color", "TMUX": "x"}, Colours.MANY, False, Clipboard.MAY_TAKE),
        ({"TERM": "screen"}, Colours.SIXTEEN, False, Clipboard.NONE),
        ({"TERM": "linux"}, Colours.SIXTEEN, True, Clipboard.NONE),
        ({"TERM": "vt220"}, Colours.NONE, True, Clipboard.NONE),
        ({"TERM": "xterm-mono"}, Colours.NONE, False, Clipboard.MAY_TAKE),
        ({"TERM": "nobody-knows"}, Colours.SIXTEEN, False, Clipboard.MAY_TAKE),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, Colours.NONE, False, Clipboard.MAY_TAKE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, Colours.MANY, False, Clipboard.MAY_TAKE),
        ({"TERM": "xterm-256color", "LC_ALL": "C"}, Colours.MANY, True, Clipboard.MAY_TAKE),
    ],
)
def test_what_a_terminal_can_is_told_by_its_environment(
    environment: dict[str, str], colours: Colours, ascii_only: bool, clipboard: Clipboard
) -> None:
    terminal = terminal_of(environment, "utf-8")
    assert (terminal.colours, terminal.ascii_only) == (colours, ascii_only)
    assert terminal.clipboard is clipboard


def test_an_encoding_without_the_signs_gets_plain_ones() -> None:
    assert terminal_of({"TERM": "xterm-256color"}, "iso-8859-1").ascii_only


def test_what_the_settings_say_of_colours_counts_more_than_the_terminal() -> None:
    assert look_for(Wanted.AUTO, Colours.NONE) is Look.MONO
    assert look_for(Wanted.AUTO, Colours.SIXTEEN) is Look.ANSI
    assert look_for(Wanted.DARK, Colours.NONE) is Look.DARK


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
    assert Terminal().colours is Colours.MANY
    assert all(one != other for one, other in pairwise(Look))
