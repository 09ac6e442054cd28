"""Which addresses an OpenID Connect issuer may have."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from bgconsole.policy.text import is_visible

MAX_ISSUER: Final = 500
"""Characters of an issuer's URL."""


class InvalidSettingError(ValueError):
    """A provider's setting cannot be used: which one, why, and what to write instead."""

    def __init__(self, setting: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.setting = setting
        self.message = message
        self.remedy = remedy


def is_loopback_host(host: str) -> bool:
    """Whether `host` names this machine by itself: "localhost", or a literal loopback address."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def demand_issuer(issuer: str, setting: str = "issuer") -> None:
    """Raise InvalidSettingError unless `issuer` is an https URL, or http on this machine.

    No user name, query or fragment (OpenID Connect Discovery 1.0, section 3).
    """
    example = "Write it as the provider shows it, such as https://login.example.com"
    if not issuer or len(issuer) > MAX_ISSUER or not is_visible(issuer) or " " in issuer:
        raise InvalidSettingError(
            setting, f"An issuer is a URL of at most {MAX_ISSUER} characters", example
        )
    try:
        parts = urlsplit(issuer)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or parts.scheme not in {"https", "http"}:
        raise InvalidSettingError(setting, "An issuer starts with https:// and a host", example)
    if parts.scheme == "http" and not is_loopback_host(host):
        raise InvalidSettingError(
            setting,
            "An issuer must use https; http is only for a provider on this machine",
            f"Write https{issuer[len(parts.scheme) :]}",
        )
    if parts.query or parts.fragment or "@" in parts.netloc or "?" in issuer or "#" in issuer:
        raise InvalidSettingError(
            setting, "An issuer cannot contain a user name, a query (?) or a fragment (#)", example
        )
