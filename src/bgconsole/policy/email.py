"""The one canonical form of an email address: trimmed, NFC, case-folded."""

import re
import unicodedata

from bgconsole.policy.secret_forms import holds_secret
from bgconsole.policy.text import is_visible

MAX_LENGTH = 254
"""Octets of an address that mail systems accept (RFC 5321, 4.5.3.1.3, less the brackets)."""

_MAX_RAW_LENGTH = 4 * MAX_LENGTH
"""Characters; no longer text shrinks to a valid address, and normalising takes quadratic time."""

_LABEL = r"[^\W_]+(?:[_-]+[^\W_]+)*"
_TOP_LEVEL = re.compile(r"[^\W\d_]{2,18}|xn--[a-z0-9-]{1,59}")
"""The last label of a domain of the internet; the longest in letters has 18 of them."""

_SHAPE = re.compile(rf"[^\s@,;:<>()\[\]\"\\]+@{_LABEL}(?:\.{_LABEL})*")


class InvalidEmailError(ValueError):
    """The text is not an email address."""


def canonical_email(text: str) -> str:
    """The form in which `text` is stored and compared.

    Raises InvalidEmailError when it has no local part or domain, holds spaces, control or other
    characters that cannot be seen, is longer than `MAX_LENGTH` octets, or has the form of a
    one-time code or token in it.
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
        or holds_secret(email)
    ):
        raise InvalidEmailError(text)
    return email


def is_email(text: str) -> bool:
    """Whether `text` is an email address."""
    try:
        canonical_email(text)
    except InvalidEmailError:
        return False
    return True


def is_public(email: str) -> bool:
    """Whether a canonical email is at a domain that the internet could have.

    Most passwords with an @ in them are not (`P@ssw0rd-of-mine`), nor is an email with the password
    typed right behind it.
    """
    domain = email.rpartition("@")[2]
    before, _, last = domain.rpartition(".")
    return bool(before) and _TOP_LEVEL.fullmatch(last) is not None
