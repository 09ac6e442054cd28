"""Addresses that look like others: mixed scripts, and those that read like one of the team's.

Both rules are of UTS #39. Scripts go together that it calls highly restrictive: one alone, or those
in which Chinese, Japanese and Korean are written, with Latin; they are told by the names of the
letters. Two addresses look alike whose skeletons are the same: each character is replaced by the
prototype of those that look like it (`m` by `rn`, `1` by `l`). The prototypes are a table, which
whoever asks brings along: `backend/confusables.py` has it.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from bgconsole.policy.email import InvalidEmailError, canonical_email, comparable

_TOGETHER: Final = (
    frozenset({"Latin", "Cjk", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Cjk", "Bopomofo"}),
    frozenset({"Latin", "Cjk", "Hangul"}),
)
_NO_SCRIPT: Final = frozenset({"Modifier", "Katakana-hiragana", "Feminine", "Masculine"})


class LookAlikes:
    """The addresses of a team, found by what they look like."""

    def __init__(self, emails: Iterable[str], prototypes: Mapping[int, str]) -> None:
        self._prototypes = prototypes
        self._emails: dict[str, list[str]] = {}
        self._domains: dict[str, set[str]] = {}
        for email in emails:
            for look in self._looks(email):
                self._emails.setdefault(look, []).append(email)
            domain = _domain(comparable(email))
            self._domains.setdefault(self._look(domain), set()).add(domain)

    def warnings(self, email: str) -> tuple[str, ...]:
        """What to look at twice in `email`, which may be one of the team's itself.

        Nothing of what is no email address.
        """
        try:
            key = canonical_email(email)
        except InvalidEmailError:
            return ()
        like = dict.fromkeys(
            other
            for look in self._looks(email)
            for other in self._emails.get(look, ())
            if comparable(other) != key
        )
        found = [f"It looks like {other}, another address of the team" for other in like]
        if not like:
            domains = self._domains.get(self._look(_domain(key)), set()) - {_domain(key)}
            found += [
                f"Its domain looks like {other}, which the team has" for other in sorted(domains)
            ]
        return (*found, *mixed_scripts(email))

    def _looks(self, email: str) -> frozenset[str]:
        """As it is written, for capitals may look like other letters; and as it is compared."""
        return frozenset({self._look(email), self._look(comparable(email))})

    def _look(self, text: str) -> str:
        """The skeleton, without case: a capital among small letters is rarely noticed."""
        replaced = unicodedata.normalize("NFD", text).translate(self._prototypes)
        return unicodedata.normalize("NFD", replaced).casefold()


def _domain(email: str) -> str:
    return email.rpartition("@")[2]


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
