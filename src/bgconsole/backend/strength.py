"""How strong a chosen password is: one rule for the backend that stores it and the form.

Its library is imported with the first password that is long enough.
"""

import re
from collections.abc import Sequence

from bgconsole.backend.common_passwords import is_common
from bgconsole.policy.passwords import check_length, check_strength, normalised
from bgconsole.policy.refusals import Refusal

_LITTLE = 6
"""A password with fewer letters and digits of its own, beside known words, is one of these."""

_JUDGED = 100
"""zxcvbn looks at the first hundred characters anyway."""


def weakness(password: str, words: Sequence[str]) -> Refusal | None:
    """Why `password` may not be set, its length first; None when it may.

    `words` are the person's and the team's own, which a guesser tries before any other.
    """
    return check_length(password) or guessable(password, words)


def guessable(password: str, words: Sequence[str], *, listed: bool = False) -> Refusal | None:
    """Whether `password` is easy to guess for one who knows `words`; its length does not matter.

    `listed`: of somebody on a break-glass list, which asks for more.
    """
    from zxcvbn_rs_py import zxcvbn

    known = _known(words)
    judged = _storable(normalised(password))[:_JUDGED]
    rest = judged.casefold()
    for word in known:
        rest = rest.replace(word, "")
    # Several words in a row look strong to zxcvbn, also when each of them is the person's own.
    own = sum(char.isalnum() for char in rest) < _LITTLE
    if own or is_common(judged, _LITTLE) or is_common(rest, _LITTLE):
        return check_strength(0)
    return check_strength(int(zxcvbn(judged, known).score), listed=listed)


def is_strong(password: str, words: Sequence[str]) -> bool:
    """Whether `password` is good enough for somebody on a break-glass list."""
    return guessable(password, words, listed=True) is None


def _known(words: Sequence[str]) -> list[str]:
    """What a guesser knows of the person and the team, in small letters, the longest first."""
    known = {"bgconsole", "password"}
    for word in words:
        small = word.encode("utf-8", "replace").decode().casefold()
        known |= {small, "".join(small.split())}
        known.update(part for part in re.split(r"[\W_]+", small) if len(part) > 2)
    return sorted(known - {""}, key=len, reverse=True)


def _storable(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
