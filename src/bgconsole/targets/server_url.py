"""The URL of a server as people write it, checked, in the one form that its token is kept under."""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_HOST: Final = re.compile(r"[a-z0-9_][a-z0-9_.]*(?:-+[a-z0-9_.]+)*")
_BASE: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_EXAMPLE: Final = "Write it as https://HOST, https://HOST:PORT or https://HOST/BASE"


class ServerUrlError(ValueError):
    """A URL that names no server to talk to; `message` and `remedy` hold nothing of it."""

    def __init__(self, message: str, remedy: str = _EXAMPLE) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def normalised(text: str) -> str:
    """The URL in its one form: small letters, no default port, no slash in the end.

    Raises ServerUrlError: not http(s), plain http to another machine, no host, a bad port, or with
    a user name, a query or a fragment, since what is secret there could be read by others.
    """
    parts = _parts(text.strip())
    scheme, host = parts.scheme, _host(parts)
    if scheme == "http" and not _is_loopback(host):
        raise ServerUrlError("Plain http would send passwords unencrypted", "Write https://")
    base = parts.path.rstrip("/")
    if not _BASE.fullmatch(base) or any(step in {".", ".."} for step in base.split("/")):
        raise ServerUrlError("The path in the server's URL is not a valid base path")
    shown = f"[{host}]" if ":" in host else host
    port = _port(parts)
    return f"{scheme}://{shown}{'' if port in {None, _DEFAULT_PORTS[scheme]} else f':{port}'}{base}"


def host_of(url: str) -> str:
    """Host and port of a normalised URL, as titles show them."""
    return url.partition("://")[2].partition("/")[0]


def _parts(text: str) -> SplitResult:
    if not text.isprintable() or not text.isascii() or " " in text:
        raise ServerUrlError("The server's URL contains invalid characters")
    if not _SCHEME.match(text):
        raise ServerUrlError("A server's URL starts with https://")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise ServerUrlError("This is not a URL") from error
    if "@" in parts.netloc:
        raise ServerUrlError(
            "Other users could read a user name or password in a server's URL",
            'Omit it; "bgconsole sign-in EMAIL" asks for the password',
        )
    if "?" in text or "#" in text:
        raise ServerUrlError(
            "A server's URL cannot contain ? or #: other users could read a token there",
            "Omit it; pass a token with --token-file or BGCONSOLE_TOKEN",
        )
    return parts


def _host(parts: SplitResult) -> str:
    try:
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host).compressed
        except ValueError as error:
            raise ServerUrlError("The host in the server's URL is not a valid address") from error
    if not _HOST.fullmatch(host):
        raise ServerUrlError("The server's URL has no host")
    return host


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError as error:
        raise ServerUrlError("The port in the server's URL is not a number up to 65535") from error
    if port == 0:
        raise ServerUrlError("The port in the server's URL is 0")
    return port


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
