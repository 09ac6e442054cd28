"""How bgconsole is registered at a provider: what may be stored of it, and what is."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.local.accounts import StoredProvider, demand_text
from bgconsole.backend.values import ProviderChange
from bgconsole.policy.refusals import Code, RequestField, refusal

MAX_VALUE: Final = 500
"""Characters of a URL, a client id or a path."""

MAX_WORDS: Final = 20
"""Scopes, domains or hosts of one provider."""

_LABEL: Final = re.compile(r"[a-z0-9_-]{1,63}")
_SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,100}")

IDENTITY_FIELDS: Final = frozenset({"issuer", "client_id"})
"""What says who speaks: another one has to prove itself anew."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """One setting: `what` is how a refusal of it begins."""

    field: RequestField
    what: str

    def storable(self, text: str) -> str:
        """`text` trimmed. Raises RefusedError `invalid_value`."""
        return demand_text(self.what, self.field, text, MAX_VALUE)

    def invalid(self, message: str, remedy: str) -> RefusedError:
        """The refusal of a value."""
        return RefusedError(refusal(Code.INVALID_VALUE, message, remedy, self.field))


_Check = Callable[[_Setting, str], str]


def changed_fields(change: ProviderChange, stored: StoredProvider) -> dict[str, object]:
    """The columns of `stored` that `change` gives other values, but issuer and name.

    Raises RefusedError `invalid_value`.
    """
    found: dict[str, object] = {}
    for setting, check in _TEXTS.items():
        given = getattr(change, setting.field)
        if given is not None:
            found[setting.field] = check(setting, setting.storable(given)) or None
    for setting, check in _LISTS.items():
        given = getattr(change, setting.field)
        if given is not None:
            found[setting.field] = " ".join(_words(setting, given, check)) or None
    was = stored.detail.sso
    before: dict[str, object] = {one.field: getattr(was, one.field) for one in _TEXTS}
    before |= {one.field: " ".join(getattr(was, one.field)) or None for one in _LISTS}
    return {name: value for name, value in found.items() if value != before[name]}


def _words(setting: _Setting, given: Iterable[str], check: _Check) -> list[str]:
    words = list(dict.fromkeys(word.strip() for word in given if word.strip()))
    if len(words) > MAX_WORDS:
        raise setting.invalid(f"{setting.what}: more than {MAX_WORDS} given", "Give fewer")
    return [check(setting, setting.storable(word)) for word in words]


def _printable(setting: _Setting, text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise setting.invalid(
            f"{setting.what} contains a space or a character that is not ASCII",
            "Copy it again from the identity provider's page",
        )
    return text


def _path(setting: _Setting, text: str) -> str:
    if text and (not text.startswith("/") or not text.isprintable()):
        raise setting.invalid(
            f"{setting.what} is not an absolute path", "Use one that starts with /"
        )
    return text


def _scope(setting: _Setting, text: str) -> str:
    if not _SCOPE.fullmatch(text):
        raise setting.invalid(
            f"{setting.what} contains a character that is not allowed in a scope",
            "Use words such as openid",
        )
    return text


def _domain(setting: _Setting, text: str) -> str:
    domain = text.removeprefix("@").lower()
    if "." not in domain or not _is_host(domain):
        raise setting.invalid(f"{setting.what} is not a domain", "Use one such as example.com")
    return domain


def _is_host(name: str) -> bool:
    """Whether `name`, in small letters, may be a host's."""
    labels = name.split(".")
    return len(name) <= 253 and all(
        _LABEL.fullmatch(label) and label[0] != "-" and label[-1] != "-" for label in labels
    )


def _place(setting: _Setting, text: str) -> str:
    """A host's name, an address or a network."""
    place = text.lower()
    if _is_host(place) and not place[-1].isdigit():
        return place
    try:
        return str(ip_network(place, strict=False))
    except ValueError as error:
        raise setting.invalid(
            f"{setting.what} is neither a host name nor a network",
            "Use one such as sso.corp.example or 10.2.0.0/16",
        ) from error


_TEXTS: Final[dict[_Setting, _Check]] = {
    _Setting(RequestField.CLIENT_ID, "The client id"): _printable,
    _Setting(RequestField.CLIENT_SECRET_FILE, "The file of the client secret"): _path,
    _Setting(RequestField.TRUST_FILE, "The file of certificates"): _path,
}
_LISTS: Final[dict[_Setting, _Check]] = {
    _Setting(RequestField.SCOPES, "A scope"): _scope,
    _Setting(RequestField.EMAIL_DOMAINS, "An email domain"): _domain,
    _Setting(RequestField.INTERNAL, "An internal host"): _place,
}
