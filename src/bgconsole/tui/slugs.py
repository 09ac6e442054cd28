"""What a provider could be called in commands: made from its name."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

_LONGEST: Final = 40
_READ: Final = 200
"""Characters of a name that are looked at: no name is longer, and normalising is quadratic."""

_FALLBACK: Final = "provider"
_BETWEEN: Final = re.compile(r"[^a-z0-9]+")


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
