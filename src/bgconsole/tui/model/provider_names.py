"""Shorter names of a provider: where space is short, and in commands."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from bgconsole.backend.values import ProviderDetail
from bgconsole.policy.team import Provider

_LONGEST: Final = 40
_READ: Final = 200
"""Characters of a name that are looked at: no name is longer, and normalising is quadratic."""

_FALLBACK: Final = "provider"
_TELLS_NOTHING: Final = 2
"""Characters of a word that alone names nothing."""

_BETWEEN: Final = re.compile(r"[^a-z0-9]+")


def short_name(detail: ProviderDetail | Provider) -> str:
    """How a provider is called where space is short: the last word of its name but 'ID'.

    A word too short to tell anything ('EU', '7') keeps the whole name.
    """
    return telling_word(detail.name) or detail.slug


def telling_word(name: str) -> str:
    """The last word of a provider's name that tells it from others; "" where there is none."""
    parts = [part for part in name.split() if part.upper() != "ID"]
    if not parts:
        return ""
    telling = sum(char.isalnum() for char in parts[-1]) > _TELLS_NOTHING
    return parts[-1] if telling else name


def suggested_slug(name: str, taken: Collection[str]) -> str:
    """Small letters and digits of `name` with hyphens between words, and not one of `taken`.

    Empty for an empty name. A name without any such letter gets a general one.
    """
    if not name.strip():
        return ""
    plain = unicodedata.normalize("NFKD", name[:_READ]).encode("ascii", "ignore").decode().lower()
    slug = _BETWEEN.sub("-", plain).strip("-")[:_LONGEST].strip("-") or _FALLBACK
    if slug not in taken:
        return slug
    tried = (f"{slug[: _LONGEST - 4].rstrip('-')}-{number}" for number in range(2, 1000))
    return next((one for one in tried if one not in taken), slug)
