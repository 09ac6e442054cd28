"""What guessers try first is refused, and what nobody would guess is not."""

import pytest

from bgconsole.backend.strength import guessable, weakness

MIDDLING = "lantern harbour"
"""zxcvbn gives it 3 of 4."""

WORDS = ("ada@example.com", "Ada Byron", "Example")


@pytest.mark.parametrize(
    "password",
    [
        "thisisapassword",
        "Password123456789!",
        "correcthorsebatterystaple",
        "Correct Horse Battery Staple",
        "correct-horse-battery-staple!",
        "horsebatterystaple1",
        "P@$$w0rd!P@$$w0rd!",
        "p4ssw0rd123456789",
        "passwordpassword1",
        "qwertyuiopasdfgh",
        "Qwertyuiop[]asdfghjkl",
        "1qaz2wsx3edc4rfv",
        "!QAZ2wsx#EDC4rfv",
        "1q2w3e4r5t6y7u8i9o",
        "zaq12wsxcde34rfv",
        "azertyuiopqsdfgh",
        "123456789012345",
        "987654321987654321",
        "abcdefghijklmnopq",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "111222333444555666",
        "Summer2026!Summer2026!",
        "Welcome2024Welcome",
        "iloveyou123456789",
        "letmein-letmein-letmein",
        "maytheforcebewithyou",
        "tobeornottobethatis",
        "administrator123!",
        "breakglass2026!!",
        "BreakGlassInCaseOfEmergency",
        "dragonmonkeysunshine",
        "ada-password-123456",
        "Example2026Example2026",
        "AdaByron123456789",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert weakness(password, WORDS) is not None


@pytest.mark.parametrize(
    "password",
    [
        "plum violin harbour staple",
        "tulip granite sparrow engine",
        "four amber ladders sing softly",
        "K7#qTz!9pLw2vBx",
        "I would like to make this one harder than that",
        "monkeys carve walnut bookshelves",
        "größer als die alte Eiche hinterm Haus",
        "正しい馬の電池とホチキスの針を数える",
    ],
)
def test_what_nobody_would_guess_may_be_set(password: str) -> None:
    assert weakness(password, WORDS) is None


def test_a_long_text_takes_no_longer_than_its_first_hundred_characters() -> None:
    assert guessable("password" * 100_000, WORDS) is not None
    assert guessable("ab1" * 100_000, WORDS) is not None


def test_of_somebody_on_a_list_more_is_asked() -> None:
    assert weakness(MIDDLING, WORDS) is None
    refused = guessable(MIDDLING, WORDS, listed=True)
    assert refused is not None
    assert "break-glass list" in refused.message
    assert guessable("plum violin harbour staple", WORDS, listed=True) is None
