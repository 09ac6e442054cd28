"""What a password must be when it is set; nothing of this applies when one is checked.

Source: NIST SP 800-63B-4, 3.1.1.2 (15 code points, no composition rules, NFC, no truncation).
"""

import unicodedata

from bgconsole.policy.refusals import Code, Refusal, refusal

MIN_LENGTH = 15
MAX_LENGTH = 1024
_MAX_RAW_LENGTH = 4 * MAX_LENGTH
"""Characters; no longer text is composed to a valid password, and that takes quadratic time."""

MIN_SCORE = 3
"""The least zxcvbn score (0 to 4) that is not called easy to guess."""

MIN_SCORE_LISTED = 4
"""The least for somebody on a break-glass list, whose password is all that lets them in."""

_TOO_EASY_FOR_LISTED = "This password is too easy to guess for somebody on a break-glass list"


def normalised(password: str) -> str:
    """The form that is hashed: the same however the keyboard composed it.

    What is too long to have ever been set comes back as it is: it matches nothing either way.
    """
    if len(password) > _MAX_RAW_LENGTH:
        return password
    return unicodedata.normalize("NFC", password)


def check_length(password: str) -> Refusal | None:
    """Too short or too long in code points, or None."""
    length = len(normalised(password))
    if length < MIN_LENGTH:
        return refusal(Code.PASSWORD_TOO_SHORT)
    if length > MAX_LENGTH:
        return refusal(Code.PASSWORD_TOO_LONG)
    return None


def check_strength(score: int, *, listed: bool = False) -> Refusal | None:
    """Whether an estimate of `score` is too easy to guess; more is asked of break-glass users."""
    if score < MIN_SCORE:
        return refusal(Code.PASSWORD_COMMON)
    if listed and score < MIN_SCORE_LISTED:
        return refusal(Code.PASSWORD_COMMON, _TOO_EASY_FOR_LISTED)
    return None
