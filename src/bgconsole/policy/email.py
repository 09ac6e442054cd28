"""Email addresses: as their people write them, and the one form in which two are compared.

An address is stored and shown as it was typed. Two spellings of one mailbox have the same
`canonical_email`:

- the local part is NFC and without case, by Unicode's simple case folding, which never makes two
  letters of one: `strauß` and `strauss` are two people;
- the domain is compared as IDNA does it (UTS #46, nontransitional: ß and ς stay as they are), in
  Unicode form: `münchen.example` and `xn--mnchen-3ya.example` are one domain.

UTS #46 maps a domain by tables that are NFKC with case folding, but for a few characters that no
registry allows; so the standard library has all that is needed, and the rules need no package.
A test holds this against the package `idna`.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from bgconsole.policy.secret_forms import holds_secret
from bgconsole.policy.text import is_visible

MAX_LENGTH = 254
"""Octets of an address that mail systems accept (RFC 5321, 4.5.3.1.3, less the brackets)."""

_MAX_RAW_LENGTH = 4 * MAX_LENGTH
"""Characters; no longer text shrinks to a valid address, and normalising takes quadratic time."""

_TOP_LEVEL: Final = re.compile(r"[^\W\d_]{2,18}|xn--[a-z0-9-]{1,59}")
"""The last label of a domain of the internet; the longest in letters has 18 of them."""

_MAX_LABEL: Final = 63
"""Octets of one name in a domain, between two dots."""

_LOCAL: Final = re.compile(r"[^\s@,;:<>()\[\]\"\\]+")
_DEVIATIONS: Final = frozenset("ßς")
"""What IDNA2003 replaced in domains, and IDNA2008 does not."""

_ENCODED: Final = "xn--"


class InvalidEmailError(ValueError):
    """The text is not an email address."""


def written_email(text: str) -> str:
    """The form in which `text` is stored and shown: as typed, but trimmed and in NFC.

    Raises InvalidEmailError as `canonical_email` does.
    """
    canonical_email(text)
    return unicodedata.normalize("NFC", text.strip())


def canonical_email(text: str) -> str:
    """The form in which `text` is compared: the same for every spelling of one mailbox.

    Raises InvalidEmailError when it has no local part or domain, holds spaces, control or other
    characters that cannot be seen, is longer than `MAX_LENGTH` octets, or has the form of a
    one-time code or token in it.
    """
    text = text.strip()
    if len(text) > _MAX_RAW_LENGTH:
        raise InvalidEmailError(text)
    written = unicodedata.normalize("NFC", text)
    local, at, domain = written.partition("@")
    email = f"{_folded_local(local)}{at}{_compared_domain(domain)}"
    fits = _fits(written) and _fits(email) and _is_local(local) and _is_domain(email)
    # Not as written: the code of a domain in other letters reads like one of ours.
    if not fits or holds_secret(email):
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


def comparable(email: str) -> str:
    """`canonical_email` of an address that is stored; what is none stays as it is."""
    try:
        return canonical_email(email)
    except InvalidEmailError:
        return email


def find_email(email: str, known: Iterable[str]) -> str | None:
    """The one of `known` that is `email`, in whatever spelling; the same spelling goes first."""
    candidates = tuple(known)
    if email in candidates:
        return email
    key = comparable(email)
    return next((one for one in candidates if comparable(one) == key), None)


def spelled(emails: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The emails as `known` has them; one that is not among these stays as it is."""
    candidates = tuple(known)
    return tuple(find_email(email.strip(), candidates) or email for email in emails)


def _fits(email: str) -> bool:
    return is_visible(email) and len(email.encode()) <= MAX_LENGTH


def _is_local(local: str) -> bool:
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    return _LOCAL.fullmatch(local) is not None and not dots


def _is_domain(email: str) -> bool:
    return all(_is_label(label) for label in email.partition("@")[2].split("."))


def _is_label(label: str) -> bool:
    """Whether letters, digits and their marks are all there is, with hyphens between them."""
    if not label or not label[0].isalnum() or label[-1] in "-_":
        return False
    return (label.isascii() and label.replace("-", "").replace("_", "").isalnum()) or all(
        char.isalnum() or char in "-_" or unicodedata.category(char).startswith("M")
        for char in label
    )


def _folded_local(local: str) -> str:
    if local.isascii():
        return local.lower()
    # Decomposed first: folding U+0345 by itself would lose its place among other marks.
    decomposed = unicodedata.normalize("NFD", local)
    return unicodedata.normalize("NFC", "".join(map(_folded, decomposed)))


def _folded(char: str) -> str:
    """Simple case folding: of the full one, what stays one character."""
    folded = char.casefold()
    if len(folded) == 1:
        return folded
    small = char.lower()
    return small if len(small) == 1 else char


def _compared_domain(domain: str) -> str:
    return ".".join(_decoded(label) for label in _mapped(domain).split("."))


def _mapped(domain: str) -> str:
    """What UTS #46 maps `domain` to."""
    if domain.isascii():
        return domain.lower()
    composed = unicodedata.normalize("NFKC", domain)
    folded = "".join(_folded_in_domain(char) for char in composed)
    return unicodedata.normalize("NFKC", folded).replace("\u3002", ".")


def _folded_in_domain(char: str) -> str:
    if char in _DEVIATIONS:
        return char
    return "ß" if char == "ẞ" else char.casefold()


def _decoded(label: str) -> str:
    """A label in Unicode form. One that is no A-label of such a form is a name of its own."""
    if not label.startswith(_ENCODED) or not label.isascii() or len(label) > _MAX_LABEL:
        return label
    try:
        decoded = label.removeprefix(_ENCODED).encode().decode("punycode")
        again = _ENCODED + decoded.encode("punycode").decode()
    except ValueError:
        return label
    canonical = again == label and not decoded.isascii() and _mapped(decoded) == decoded
    return decoded if canonical and is_visible(decoded) and _is_label(decoded) else label
