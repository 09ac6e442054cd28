"""What cannot be seen is made visible, and refused where it would make a second address."""

import unicodedata

import pytest

from bgconsole.policy.email import InvalidEmailError, canonical_email
from bgconsole.policy.text import is_visible, visible

UNSEEN = [
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180E, 0x180F, 0x200B, 0x200D),
    *(0x202E, 0x2060, 0x2064, 0x206F, 0x2800, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0),
    *(0x1BCA0, 0x1D173, 0x1D17A, 0xE0000, 0xE0001, 0xE0041, 0xE007F, 0xE0100, 0xE01EF, 0xE0FFF),
]


@pytest.mark.parametrize("code", UNSEEN, ids=hex)
def test_it_is_shown_as_an_escape(code: int) -> None:
    text = f"A{chr(code)}da"
    assert not is_visible(text)
    shown = visible(text)
    assert is_visible(shown)
    assert f"{code:x}" in shown
    assert shown.isascii()


@pytest.mark.parametrize("code", UNSEEN, ids=hex)
@pytest.mark.parametrize("place", ["{}ada@example.com", "a{}da@example.com", "ada@exam{}ple.com"])
def test_no_second_address_reads_as_the_first(code: int, place: str) -> None:
    with pytest.raises(InvalidEmailError):
        canonical_email(place.replace("{}", chr(code)))


def test_every_character_is_visible_or_is_made_so() -> None:
    for code in range(0x110000):
        char = chr(code)
        assert is_visible(visible(char))
        if is_visible(char):
            assert unicodedata.category(char) not in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def test_what_people_write_stays_as_it_is() -> None:
    for text in (
        "Ada Byron",
        "Zoë",
        "漢字かな",
        "שלום",
        "مرحبا",
        "हिन्दी",
        "한국어",
        "🌈",
        "a\u0301",
    ):
        assert visible(text) == text
