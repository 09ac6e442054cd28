"""The URL of an HTTP proxy as people write it, checked."""

from typing import Final
from urllib.parse import urlsplit

EXAMPLE: Final = "Write it like http://proxy.example.com:3128"


def fault_of(text: str) -> str | None:
    """What keeps `text` from being a proxy's URL; None where it is one. Holds nothing of it."""
    if not text.isprintable() or not text.isascii() or " " in text:
        return "The proxy's URL contains invalid characters"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "The proxy's URL is invalid"
    if parts.scheme not in {"http", "https"}:
        return "A proxy's URL starts with http:// or https://"
    if not host or port == 0:
        return "The proxy's URL has no host and port"
    if parts.path.strip("/") or parts.query or parts.fragment:
        return "A proxy's URL cannot continue after its port"
    return None
