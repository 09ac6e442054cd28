"""Any bytes, cut anywhere and after any silence: keys that were pressed come out, and nothing else.

`LONG_TESTS=1` feeds a million random sequences besides.
"""

import os
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, MouseEvent, Paste
from textual.message import Message

from bgconsole.tui.terminal.bursts import BurstKey
from bgconsole.tui.terminal.capabilities import Terminal
from bgconsole.tui.terminal.keyboard import LayoutKey
from bgconsole.tui.terminal.pasting import PASTE_LIMIT
from bgconsole.tui.terminal.terminal_input import TerminalInput

LONG = os.environ.get("LONG_TESTS") == "1"
KINDS = (Key, MouseEvent, Paste)

KEYS = {
    b"t": "t",
    b"\x13": "ctrl+s",
    b"\r": "enter",
    b"\xd1\x8f": "я",
    b"\x1b[A": "up",
    b"\x1bOP": "f1",
    b"\x1b[[B": "f2",
    b"\x1b[1;5D": "ctrl+left",
    b"\x1b[3~": "delete",
    b"\x1b[3$": "shift+delete",
    b"\x1b[7~": "home",
    b"\x1b[a": "shift+up",
    b"\x1b[Z": "shift+tab",
    b"\x1b[97;5u": "ctrl+a",
    b"\x1b[27;5;105~": "ctrl+i",
    b"\x1b[116;;116u": "t",
    b"\x1b[1079::112;5u": "ctrl+p",
    b"\x1b[27u": "escape",
    b"\x1bt": "alt+t",
}
_CODES = st.integers(0, 0x7FFFFF).map(str)
_PARAMETERS = st.lists(st.one_of(_CODES, st.sampled_from(["", "1", "97:1:3", "-1"])))


def _reports() -> st.SearchStrategy[bytes]:
    """Complete sequences that are no key, in seven bits and in eight."""
    body = st.text([chr(code) for code in (*range(0x08, 0x0E), *range(0x20, 0x7F))], max_size=40)
    strings = st.tuples(
        st.sampled_from([b"\x1bP", b"\x1b]", b"\x1bX", b"\x1b^", b"\x1b_", b"\xc2\x9d"]),
        body.map(str.encode),
        st.sampled_from([b"\x1b\\", b"\xc2\x9c"]),
    ).map(b"".join)
    sequences = st.tuples(
        st.sampled_from([b"\x1b[", b"\xc2\x9b"]),
        st.sampled_from([b"?", b">", b"=", b"<"]),
        _PARAMETERS.map(lambda numbers: ";".join([*numbers, "1"]).encode()),
        st.sampled_from([b"c", b"n", b"$p", b"t", b"x", b"R", b"u"]),
    ).map(b"".join)
    return st.one_of(strings, sequences, st.sampled_from([b"\x1b]0;t\x07", b"\x1b[1;2R"]))


def feed(pieces: Sequence[tuple[float, bytes]], terminal: Terminal | None = None) -> list[Message]:
    """What comes of pieces, each after so many seconds, and of the silence after them."""
    source = TerminalInput(terminal or Terminal())
    now, events = 1000.0, list[Message]()
    for silence, piece in (*pieces, (60.0, b"")):
        end = now + silence
        while (wait := source.wait(now)) is not None and now + wait <= end:
            now += wait
            events += source.tick(now)
        now = end
        if piece:
            events += source.feed(piece, now)
    return events


def keys(events: Sequence[Message]) -> list[str]:
    """The names of the keys among them."""
    return [event.key for event in events if isinstance(event, Key)]


def cut(data: bytes, places: Sequence[int], silence: float) -> list[tuple[float, bytes]]:
    """The data in pieces, each after the same silence."""
    if not data:
        return []
    at = sorted({0, *(place % len(data) for place in places)})
    return [(silence, data[a:b]) for a, b in zip(at, [*at[1:], len(data)], strict=True)]


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.06, 0.15, 0.3, 3.0, 9.0]), st.binary(max_size=60))),
    st.sampled_from(["utf-8", "latin-1", "ascii", "koi8-r"]),
    st.booleans(),
)
def test_any_bytes_after_any_silence_are_taken(
    pieces: list[tuple[float, bytes]], encoding: str, has_st_keys: bool
) -> None:
    """No error, and nothing but what a terminal may tell."""
    found = feed(pieces, Terminal(encoding=encoding, has_st_keys=has_st_keys))
    assert all(isinstance(event, KINDS) for event in found)


@given(
    st.lists(st.one_of(st.sampled_from(list(KEYS)), _reports())),
    st.lists(st.integers(0, 10_000)),
)
def test_keys_among_reports_come_out_exactly_however_they_are_cut(
    sent: list[bytes], places: list[int]
) -> None:
    expected = [KEYS[piece] for piece in sent if piece in KEYS]
    assert keys(feed(cut(b"".join(sent), places, 0.0))) == expected


@given(
    st.lists(st.one_of(st.sampled_from([b"\x1b[A", b"t", b"\x1b[27u"]), _reports())),
    st.lists(st.integers(0, 10_000)),
    st.sampled_from([0.15, 1.0, 20.0]),
)
def test_silence_within_a_sequence_makes_no_key(
    sent: list[bytes], places: list[int], silence: float
) -> None:
    """Wherever it is cut but right behind an ESC, which alone may be the key."""
    whole = b"".join(sent)
    apart = [n for n in places if whole and whole[n % len(whole) - 1] != 0x1B]
    expected = [KEYS[piece] for piece in sent if piece in KEYS]
    assert keys(feed(cut(whole, apart, silence))) == expected


@given(st.binary(max_size=300), st.lists(st.integers(0, 10_000)), st.sampled_from([0.0, 0.09, 4.9]))
def test_what_is_pasted_is_no_key(payload: bytes, places: list[int], silence: float) -> None:
    """Nor is what follows an end of the payload's own, until there is silence."""
    begin = [(0.0, b"\x1b[200~")]
    until_end, _, after_end = (payload + b"\x1b[201~").partition(b"\x1b[201~")
    pieces = cut(until_end + b"\x1b[201~", places, silence)
    found = feed([*begin, *pieces, (0.0, after_end), (1.0, b"\r")])
    pasted = [event.text for event in found if isinstance(event, Paste)]
    assert pasted == [until_end.decode(errors="replace")]
    if b"\x1b" not in after_end and b"\xc2" not in after_end:
        assert keys(found) == ["enter"]


def test_a_paste_without_end_is_over_after_silence_and_bounded() -> None:
    found = feed([(0.0, b"\x1b[200~"), *[(0.1, b"t" * 4096)] * 40, (6.0, b"\x1b[A")])
    (paste,) = [event for event in found if isinstance(event, Paste)]
    assert paste.text == "t" * PASTE_LIMIT
    assert keys(found) == ["up"]


def test_a_sequence_without_end_takes_no_memory_and_ends_by_a_key_with_ctrl() -> None:
    for begin in (b"\x1b]", b"\x1bP", b"\x1b[", b"\x1bO"):
        found = feed([(0.0, begin), *[(0.0, b"1" * 4096)] * 50, (0.3, b"\x11"), (0.3, b"t")])
        assert keys(found) == ["ctrl+q", "t"]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([(0.0, b"\x1b")], ["escape"]),
        ([(0.0, b"\x1b"), (0.15, b"t")], ["escape", "t"]),
        ([(0.0, b"\x1b"), (0.15, b"[")], ["escape", "left_square_bracket"]),
        ([(0.0, b"\x1b"), (0.15, b"["), (0.15, b"A")], ["up"]),
        ([(0.0, b"\x1b"), (0.3, b"[A")], ["escape", "up"]),
        ([(0.0, b"\x1b"), (0.3, b"\x1b")], ["escape", "escape"]),
        ([(0.0, b"\x1b"), (0.15, b"^t\x13\x1b\\")], []),
        ([(0.0, b"\x1b"), (0.4, b"Xt\x13\x1b\\t")], ["escape", "t"]),
        ([(0.0, b"\x1b\x1b")], ["escape", "escape"]),
        ([(0.0, b"\x1b\x1b[A")], ["alt+up"]),
        ([(0.0, b"\x1b\x1b[?62c")], ["escape"]),
        ([(0.0, b"\x1b[12\x18t\x1b]2;\x1at")], ["t", "t"]),
        ([(0.0, b"\x1b]2;x"), (0.3, b"\x1b"), (0.3, b"t")], ["t"]),
        ([(0.0, b"\x1b[Mt\xc3\xe2t")], ["t"]),
        ([(0.0, b"\x1b[1;2P\x1bO5A\x1bO1;2S")], ["shift+f1", "ctrl+up", "shift+f4"]),
        ([(0.0, b"\xc3"), (1.0, b"\xa9")], ["é"]),
        ([(0.0, b"\x1b(Bj\x1b#8j")], ["alt+left_parenthesis", "j", "alt+number_sign", "j"]),
        ([(0.0, b"\x1b("), (0.0, b"j")], ["alt+left_parenthesis", "j"]),
        ([(0.0, b"\xff\xc3\x1b[A\xc2\x84")], ["up"]),
    ],
)
def test_the_doubtful_cases(pieces: list[tuple[float, bytes]], expected: list[str]) -> None:
    assert keys(feed(pieces)) == expected


@pytest.mark.parametrize(
    ("data", "burst"),
    [
        (b"pasted text", True),
        (b"t\x13", False),
        (b"jjjjjjjjjjjjjjjjjjjj", False),
        (b"\x1b[116;;116u" * 20, False),
        (b"\x1b[A\x1b[B\x1b[C\x1b[D" * 5, False),
    ],
)
def test_many_characters_in_one_piece_are_a_burst(data: bytes, burst: bool) -> None:
    found = feed([(0.0, data)])
    assert all(isinstance(event, BurstKey) for event in found) == burst


def test_a_letter_of_another_script_knows_its_place_on_a_latin_keyboard() -> None:
    found = feed([(0.0, b"\x1b[1077::116;;1077u\x1b[1077:1045:116;2;1045u")])
    assert [(event.key, event.latin) for event in found if isinstance(event, LayoutKey)] == [
        ("е", "t"),  # noqa: RUF001 (Cyrillic, as it is typed)
        ("Е", "T"),  # noqa: RUF001
    ]


@pytest.mark.skipif(not LONG, reason="a million sequences: LONG_TESTS=1")
def test_a_million_random_sequences_raise_nothing() -> None:
    chance = random.Random(20261127)
    alphabet = [
        *b"\x1b\x1b\x1b\x1b[[]]OPX^_M<>?:;;0123456789~ucRtmIABZ$\\\x07\x18\x9b\x9c\xc2\xc3t\x13\r\xff"
    ]
    source, now = TerminalInput(Terminal()), 0.0
    for _ in range(1_000_000):
        now += chance.choice((0.0, 0.0, 0.0, 0.1, 0.3, 6.0))
        piece = bytes(chance.choices(alphabet, k=chance.randint(1, 12)))
        events = [*source.tick(now), *source.feed(piece, now)]
        assert all(isinstance(event, KINDS) for event in events)
