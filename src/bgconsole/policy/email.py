"""The one canonical form of an email address: trimmed, NFC, case-folded."""

import re
import unicodedata

from bgconsole.policy.text import is_visible

MAX_LENGTH = 254
"""Octets of an address that mail systems accept (RFC 5321, 4.5.3.1.3, less the brackets)."""

_MAX_RAW_LENGTH = 4 * MAX_LENGTH
"""Characters; no longer text shrinks to a valid address, and normalising takes quadratic time."""

_LABEL = r"[^\W_]+(?:[_-]+[^\W_]+)*"
_SHAPE = re.compile(rf"[^\s@,;:<>()\[\]\"\\]+@{_LABEL}(?:\.{_LABEL})*")


class InvalidEmailError(ValueError):
    """The text is not an email address."""


def canonical_email(text: str) -> str:
    """The form in which `text` is stored and compared.

    Raises InvalidEmailError when it has no local part or domain, holds spaces, control or other
    characters that cannot be seen, or is longer than `MAX_LENGTH` octets.
    """
    text = text.strip()
    if len(text) > _MAX_RAW_LENGTH:
        raise InvalidEmailError(text)
    # Decomposed first: folding U+0345 by itself would lose its place among other marks.
    email = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
    local = email.partition("@")[0]
    if (
        not is_visible(email)
        or len(email.encode()) > MAX_LENGTH
        or not _SHAPE.fullmatch(email)
        or local.startswith(".")
        or local.endswith(".")
        or ".." in local
    ):
        raise InvalidEmailError(text)
    return email
