"""Whether a database's URL has a password in it, however it is spelt."""

from typing import Final
from urllib.parse import unquote_plus

_BETWEEN_OPTIONS: Final = str.maketrans("?;", "&&")
_ENDS_OF_HOST: Final = str.maketrans("?#", "//")


def holds_password(url: str) -> bool:
    """Whether `url` has a password before its host or among its options.

    An option's name counts as its reader decodes it: `%70assword` is `password`.
    """
    _, _, rest = url.partition("://")
    host = rest.translate(_ENDS_OF_HOST).partition("/")[0]
    # A password may hold a slash that nobody escaped, so the @ may be anywhere behind it.
    if ":" in host and "@" in rest[host.index(":") :]:
        return True
    options = url.translate(_BETWEEN_OPTIONS).split("&")[1:]
    return any("pass" in _name(option) for option in options)


def _name(option: str) -> str:
    name, equals, _ = option.partition("=")
    return unquote_plus(name).casefold() if equals else ""
