"""In which encoding the user's terminal takes text: as the locale says that the user set.

Python does not say. Where the locale is C, or is not installed, Python sets LC_CTYPE to C.UTF-8 and
takes every stream for UTF-8 (PEP 538, PEP 540): right for files, wrong for a terminal that was
started in that locale.
"""

import codecs
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

__all__ = [
    "ASCII",
    "UTF_8",
    "environment_as_started",
    "escape_for_terminals",
    "keyboard_encoding",
    "terminal_encoding",
]

ASCII: Final = "ascii"
UTF_8: Final = "utf-8"

_COERCED: Final = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""What Python sets LC_CTYPE to where the locale is C."""

_PLAIN: Final = {"✓": "v", "×": "x", "·": "-", "–": "-", "→": ">", "…": "..."}
"""The signs in what the commands print, and what says the same in ASCII."""

_ERRORS: Final = "bgconsole.escaped"
_EVERY_ASCII: Final = "".join(map(chr, range(128)))
_AS_STARTED: Final = Path("/proc/self/environ")


def environment_as_started() -> Mapping[str, str]:
    """The environment, with LC_CTYPE as it was before Python set it."""
    if os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") not in _COERCED:
        return os.environ
    others = {name: value for name, value in os.environ.items() if name != "LC_CTYPE"}
    return others | _lc_ctype_as_started()


def _lc_ctype_as_started() -> dict[str, str]:
    variable = "LC_CTYPE"
    try:
        started = _AS_STARTED.read_bytes().split(b"\0")
    except OSError:
        # No such file system, or not for this process. In UTF-8 mode the locale was C.
        return {} if sys.flags.utf8_mode else {variable: os.environ[variable]}
    start = f"{variable}=".encode()
    found = next((entry for entry in started if entry.startswith(start)), None)
    return {} if found is None else {variable: found.removeprefix(start).decode(ASCII, "replace")}


def terminal_encoding(environment: Mapping[str, str]) -> str:
    """Python's name of the encoding that the locale named in `environment` has.

    The locale need not be installed: a terminal elsewhere, as over SSH, has it all the same. ASCII
    for C and POSIX, and for an encoding that Python does not know. Where no locale is named, as in
    many containers and over many SSH lines, nothing is known, and nearly every terminal has UTF-8;
    xterm tells its own locale even then.
    """
    variables = ("LC_ALL", "LC_CTYPE", "LANG", "XTERM_LOCALE")
    locale = next((name for name in map(environment.get, variables) if name), "C.UTF-8")
    if locale in {"C", "POSIX"}:
        return ASCII
    _, dot, encoding = locale.partition("@")[0].partition(".")
    if not dot:
        encoding = _encoding_of_language(locale)
    try:
        name = codecs.lookup(encoding).name
        contains_ascii = _EVERY_ASCII.encode().decode(name) == _EVERY_ASCII
    except (LookupError, UnicodeError):
        return ASCII
    return name if contains_ascii else ASCII


def _encoding_of_language(locale: str) -> str:
    """The encoding of a locale that names none ('de_DE'), or that is nothing else ('UTF-8')."""
    if locale.upper() in {"UTF-8", "UTF8"}:
        return UTF_8
    # Seldom asked, so imported late.
    from locale import normalize

    return normalize(locale).partition(".")[2]


def keyboard_encoding(encoding: str) -> str:
    """In which encoding keys come where text goes in `encoding`.

    Where only ASCII is sure it is UTF-8, which has that too.
    """
    return UTF_8 if encoding == ASCII else encoding


def escape_for_terminals() -> str:
    """For `errors=` of a stream: what is missing becomes a plain sign or an escape one can see."""
    codecs.register_error(_ERRORS, _escaped)
    return _ERRORS


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    shown = (_PLAIN.get(one) or one.encode(ASCII, "backslashreplace").decode() for one in missing)
    return "".join(shown), error.end
