"""How bgconsole is registered at a provider: what may be stored of it, and what is."""

import re
from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import Final

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.local.accounts import StoredProvider, demand_text
from bgconsole.backend.values import ProviderChange
from bgconsole.policy.refusals import Code, refusal

MAX_VALUE: Final = 500
"""Characters of a URL, a client id or a path."""

MAX_WORDS: Final = 20
"""Scopes, domains or hosts of one provider."""

_LABEL: Final = re.compile(r"[a-z0-9_-]{1,63}")
_SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,100}")

IDENTITY_FIELDS: Final = frozenset({"issuer", "client_id"})
"""What says who speaks: another one has to prove itself anew."""


def changed_fields(change: ProviderChange, stored: StoredProvider) -> dict[str, object]:
    """The columns of `stored` that `change` gives other values, but issuer and name.

    Raises RefusedError `invalid_value`.
    """
    found: dict[str, object] = {}
    for name, (what, check) in _TEXTS.items():
        given = getattr(change, name)
        if given is not None:
            found[name] = check(what, demand_text(what, given, MAX_VALUE)) or None
    for name, (what, check) in _LISTS.items():
        given = getattr(change, name)
        if given is not None:
            found[name] = " ".join(_words(what, given, check)) or None
    was = stored.detail.sso
    before: dict[str, object] = {name: getattr(was, name) for name in _TEXTS}
    before |= {name: " ".join(getattr(was, name)) or None for name in _LISTS}
    return {name: value for name, value in found.items() if value != before[name]}


def _words(what: str, given: Iterable[str], check: Callable[[str, str], str]) -> list[str]:
    words = list(dict.fromkeys(word.strip() for word in given if word.strip()))
    if len(words) > MAX_WORDS:
        raise _invalid(f"{what}: more than {MAX_WORDS} are given", "Give fewer")
    return [check(what, demand_text(what, word, MAX_VALUE)) for word in words]


def _printable(what: str, text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise _invalid(
            f"{what} holds a space or a character that is not ASCII",
            "Copy it again from the identity provider's page",
        )
    return text


def _path(what: str, text: str) -> str:
    if text and (not text.startswith("/") or not text.isprintable()):
        raise _invalid(f"{what} is not an absolute path", "Give one that starts with /")
    return text


def _scope(what: str, text: str) -> str:
    if not _SCOPE.fullmatch(text):
        raise _invalid(f"{what} has a character that no scope has", "Give words such as openid")
    return text


def _domain(what: str, text: str) -> str:
    domain = text.removeprefix("@").lower()
    if "." not in domain or not _is_host(domain):
        raise _invalid(f"{what} is not a domain", "Give one such as example.com")
    return domain


def _is_host(name: str) -> bool:
    """Whether `name`, in small letters, may be a host's."""
    labels = name.split(".")
    return len(name) <= 253 and all(
        _LABEL.fullmatch(label) and label[0] != "-" and label[-1] != "-" for label in labels
    )


def _place(what: str, text: str) -> str:
    """A host's name, an address or a network."""
    place = text.lower()
    if _is_host(place) and not place[-1].isdigit():
        return place
    try:
        return str(ip_network(place, strict=False))
    except ValueError as error:
        raise _invalid(
            f"{what} is neither a host name nor a network",
            "Give one such as sso.corp.example or 10.2.0.0/16",
        ) from error


_TEXTS: Final = {
    "client_id": ("The client id", _printable),
    "client_secret_file": ("The file of the client secret", _path),
    "trust_file": ("The file of certificates", _path),
}
_LISTS: Final = {
    "scopes": ("A scope", _scope),
    "email_domains": ("An email domain", _domain),
    "internal": ("An internal host", _place),
}


def _invalid(message: str, remedy: str) -> RefusedError:
    return RefusedError(refusal(Code.INVALID_VALUE, message, remedy))
