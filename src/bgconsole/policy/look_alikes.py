"""Addresses whose letters are of several scripts, as those are that are made to look like others.

A Cyrillic letter among Latin ones often reads like one of them. Which scripts go together is what
UTS #39 calls highly restrictive: one alone, or those in which Chinese, Japanese and Korean are
written, with Latin. Scripts are told by the names of the letters, so the rule needs no table.
"""

import unicodedata
from typing import Final

from bgconsole.policy.email import InvalidEmailError, canonical_email

_TOGETHER: Final = (
    frozenset({"Latin", "Cjk", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Cjk", "Bopomofo"}),
    frozenset({"Latin", "Cjk", "Hangul"}),
)
_NO_SCRIPT: Final = frozenset({"Modifier", "Katakana-hiragana", "Feminine", "Masculine"})


def mixed_scripts(email: str) -> tuple[str, ...]:
    """A sentence for the mailbox, and for each name of the domain, that mixes scripts.

    Nothing of what is no email address.
    """
    if email.isascii() and "xn--" not in email.lower():
        return ()
    try:
        local, _, domain = canonical_email(email).partition("@")
    except InvalidEmailError:
        return ()
    parts = [("The part before the @", local)]
    parts += [("A name in the domain", label) for label in domain.split(".")]
    return tuple(
        f"{what} mixes {_listed(scripts)} letters: it may be made to look like another address"
        for what, text in parts
        if not _belong_together(scripts := _scripts(text))
    )


def _scripts(text: str) -> frozenset[str]:
    letters = (char for char in text if char.isalpha())
    return frozenset(map(_script, letters)) - _NO_SCRIPT


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "Unnamed").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ")
    return name.partition(" ")[0].capitalize()


def _belong_together(scripts: frozenset[str]) -> bool:
    return len(scripts) < 2 or any(scripts <= those for those in _TOGETHER)


def _listed(scripts: frozenset[str]) -> str:
    *others, last = sorted(scripts)
    return f"{', '.join(others)} and {last}"
