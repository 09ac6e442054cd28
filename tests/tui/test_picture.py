"""The picture of a terminal on its own: what is written for updates that a screen may never make.

The emulator stands in for terminals that give clusters other widths than the layout does.
"""

import unicodedata
from collections.abc import Callable
from types import MappingProxyType

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip

from bgconsole.tui.terminal.clusters import clusters
from bgconsole.tui.terminal.filters import PlainFilter
from bgconsole.tui.terminal.picture import Picture

WIDTH = 20
_LINE_WRAP = 7

DOUBTFUL = {
    "flag": "🇩🇪",
    "one letter of a flag": "🇩",
    "emoji by a selector": "❤️",
    "text by a selector": "☺︎",
    "keycap": "1️⃣",
    "skin": "👍🏽",
    "family": "👩‍🚀",
    "conjunct": "क्षि",
    "spacing mark": "नि",
    "vowel behind": "กำ",
    "conjoining Hangul": "\u1112\u1161\u11ab",
    "old wide emoji": "✅",
    "emoji of 2021": "🫠",
}


def strip(*texts: str) -> Strip:
    """A strip of as many segments, each in a colour of its own."""
    return Strip([Segment(text, Style(color=f"color({n})")) for n, text in enumerate(texts)])


def rows(*chops: dict[int, Strip]) -> LayoutUpdate:
    """A whole draw, as the compositor makes it."""
    strips = [MappingProxyType(dict(chop)).values() for chop in chops]
    return LayoutUpdate(list(strips), Region(0, 0, WIDTH, len(chops)))


def part(chop: dict[int, Strip], *spans: tuple[int, int]) -> ChopsUpdate:
    """A part of the first row, as the compositor makes it."""
    ends = [*list(chop)[1:], WIDTH]
    return ChopsUpdate([chop], [(0, x1, x2) for x1, x2 in spans], [ends])


class Shown:
    """A terminal, and what is written to it."""

    def __init__(self, *, erases_in_colour: bool = False, height: int = 1) -> None:
        self.screen = pyte.Screen(WIDTH, height)
        # As the driver sets it: nothing goes on in the next row.
        self.screen.reset_mode(_LINE_WRAP, private=True)
        self.stream = pyte.Stream(self.screen)
        self.picture = Picture(
            WIDTH, height, ColorSystem.TRUECOLOR, erases_in_colour=erases_in_colour
        )

    def show(self, update: LayoutUpdate | ChopsUpdate) -> str:
        """Show the update; what was written for it."""
        written = self.picture.update(update)
        assert written is not None
        self.stream.feed(written)
        return written

    @property
    def row(self) -> str:
        """The first row."""
        return self.screen.display[0]


def test_what_is_behind_cells_that_nobody_knows_is_written_in_its_place() -> None:
    """A part at the left, where only what is at the right of the gap is known."""
    shown = Shown()
    shown.screen.draw("?" * WIDTH)
    shown.show(part({0: strip("x" * 8), 8: strip("...."), 12: strip("right   ")}, (12, 20)))
    chops = {0: strip("left    "), 8: strip("...."), 12: strip("RIGHT   ")}
    shown.show(part(chops, (0, 8), (12, 20)))
    assert shown.row == "left    ????RIGHT   "


@pytest.mark.parametrize("partial", [True, False])
def test_a_strip_wider_than_its_region_covers_nothing_of_its_neighbour(*, partial: bool) -> None:
    shown = Shown()
    shown.show(rows({0: strip("left    "), 8: strip("right       ")}))
    wide = {0: strip("much wider than it should be"), 8: strip("right       ")}
    shown.show(part(wide, (0, 8)) if partial else rows(wide))
    assert shown.row == "much widright       "
    shown.show(part({0: strip("left    "), 8: strip("RIGHT       ")}, (0, 20)))
    assert shown.row == "left    RIGHT       "


@pytest.mark.parametrize("partial", [True, False])
def test_a_strip_narrower_than_its_region_leaves_nothing_of_what_was_there(
    *, partial: bool
) -> None:
    shown = Shown()
    shown.show(rows({0: strip("left    "), 8: strip("right       ")}))
    narrow = {0: strip("a"), 8: strip("right       ")}
    shown.show(part(narrow, (0, 8)) if partial else rows(narrow))
    assert shown.row == "a       right       "


def test_half_of_a_wide_letter_is_blanked_and_comes_back() -> None:
    shown = Shown()
    page = {0: strip("ab日本語" + " " * 12)}
    shown.show(rows(page))
    dialog = {0: strip("ab "), 3: strip("[box]"), 8: strip(" " * 12)}
    shown.show(part(dialog, (3, 8)))
    assert shown.row == "ab [box]" + " " * 12
    shown.show(part(page, (3, 8)))
    # pyte has a cell without text behind a wide letter, and shows it as nothing.
    assert shown.row == "ab日本語" + " " * 12


def test_the_second_half_that_a_narrow_strip_leaves_is_blanked() -> None:
    shown = Shown()
    shown.show(rows({0: strip("ab日" + " " * 16)}))
    shown.show(part({0: strip("xyz"), 3: strip(" " * 17)}, (0, 3)))
    assert shown.row == "xyz" + " " * 17


def test_a_wide_letter_that_a_region_cuts_in_two_is_blank() -> None:
    shown = Shown()
    shown.show(rows({0: strip("ab日"), 3: strip("right" + " " * 12)}))
    assert shown.row == "ab right" + " " * 12


def test_what_a_terminal_may_act_on_is_not_written() -> None:
    shown = Shown()
    written = shown.show(rows({0: strip("a\x1b]0;x\x07b", "é\x9b1m\u202e", "c")}))
    assert "\x1b]" not in written
    assert "\x07" not in written
    assert "\x9b" not in written
    assert "\u202e" not in written


def _by_code_point(letter: str) -> int:
    """As xterm and alacritty, with an old table."""
    if letter in "\u200d\ufe0e\ufe0f" or unicodedata.category(letter) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _generous(letter: str) -> int:
    """As a terminal that joins nothing, and shows whatever may be a picture in two columns."""
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if ord(letter) > 0x1F000 or letter in "❤☺✅" else _by_code_point(letter)


def _narrow(letter: str) -> int:
    """As a terminal that knows no wide emoji, and joins Hangul."""
    if unicodedata.category(letter) in {"Mn", "Mc", "Me", "Cf"} or "\u1160" <= letter <= "\u11ff":
        return 0
    return 1


@pytest.mark.parametrize("width", [_by_code_point, _generous, _narrow])
@pytest.mark.parametrize("name", DOUBTFUL)
def test_nothing_behind_a_doubtful_cluster_moves(
    name: str, width: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyte.screens.wcwidth", width)
    text = DOUBTFUL[name]
    taken = cell_len(text)
    rest = WIDTH - 8 - taken
    whole = {0: strip("ab ", text, " cd"), 6 + taken: strip("│ " + "x" * rest)}
    partly, afresh = Shown(), Shown()
    partly.show(rows({0: strip("y" * (6 + taken)), 6 + taken: strip("│ " + "x" * rest)}))
    partly.show(part(whole, (0, 6 + taken)))
    afresh.show(rows(whole))
    for shown in (partly, afresh):
        cells = [shown.screen.buffer[0][x].data for x in range(WIDTH)]
        assert "".join(cells[:3]) == "ab "
        assert "".join(cells[3 + taken :]) == " cd│ " + "x" * rest
        assert "y" not in cells
    # The same row again, with another letter before and behind it.
    other = {0: strip("Ab ", text, " cD"), 6 + taken: strip("│ " + "x" * rest)}
    partly.show(part(other, (0, 6 + taken)))
    cells = [partly.screen.buffer[0][x].data for x in range(WIDTH)]
    assert "".join(cells[:3]) == "Ab "
    assert "".join(cells[3 + taken :]) == " cD│ " + "x" * rest


@pytest.mark.parametrize("word", ["क्षितिज", "கோவிந்த்", "🇩🇪🇫🇷", "ខ្មែរ"])
def test_the_letters_of_a_word_are_written_together(word: str) -> None:
    """A terminal that counts them otherwise shows all of them, and nothing stands on another."""
    shown = Shown()
    before = {0: strip("ab " + word + " cd")}
    assert word in shown.show(rows(before))
    # Where one of them changes, all of them do.
    assert word in shown.show(part({0: strip("ab " + "x" + word + " cd")}, (0, WIDTH)))
    assert word in shown.show(part(before, (0, WIDTH)))
    assert word not in shown.show(part({0: strip("Ab " + word + " cD")}, (0, WIDTH)))


def test_the_colour_of_a_skin_is_left_out() -> None:
    """Where it takes two more cells, what is written over them is not seen."""
    assert "👍 x" in Shown().show(rows({0: strip("👍🏽 x")})).replace("\x1b[1;3H", "")


@pytest.mark.parametrize("name", DOUBTFUL)
def test_at_the_edge_a_doubtful_cluster_stays_in_its_row(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyte.screens.wcwidth", _generous)
    text = DOUBTFUL[name]
    before = "x" * (WIDTH - cell_len(text))
    shown = Shown(height=2)
    shown.show(rows({0: strip(before + text)}, {0: strip("z" * WIDTH)}))
    assert shown.row.startswith(before)
    assert shown.screen.display[1] == "z" * WIDTH


@given(st.text())
def test_every_text_has_the_cells_that_the_layout_counts(text: str) -> None:
    found = clusters(text)
    assert sum(cells for _cluster, cells in found) == cell_len(text)
    for cluster, cells in found:
        assert cell_len(cluster) == cells
        assert cluster.replace("\u200d", "").isprintable()


@pytest.mark.parametrize("name", DOUBTFUL)
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_an_encoding_does_not_have_takes_as_many_cells(name: str, encoding: str) -> None:
    text = f"a{DOUBTFUL[name]} é b"
    (segment,) = PlainFilter(encoding).apply([Segment(text)], Color(0, 0, 0))
    assert segment.text.encode(encoding)
    assert cell_len(segment.text) == cell_len(text)
