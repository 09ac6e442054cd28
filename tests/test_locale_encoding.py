"""In which encoding the terminal takes text, by the locale that the user set."""

import os
import subprocess
import sys

import pytest

from bgconsole.system.locale_encoding import terminal_encoding

PRINT = (
    "from bgconsole.system.locale_encoding import *; "
    "print(terminal_encoding(environment_as_started()))"
)
OWN = ("LC_ALL", "LC_CTYPE", "LANG", "XTERM_LOCALE", "PYTHONUTF8", "PYTHONCOERCECLOCALE")

CASES = [
    ({}, "utf-8"),
    ({"LANG": ""}, "utf-8"),
    ({"LANG": "", "XTERM_LOCALE": "C"}, "ascii"),
    ({"LANG": "C.UTF-8", "XTERM_LOCALE": "C"}, "utf-8"),
    ({"LANG": "C"}, "ascii"),
    ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, "ascii"),
    ({"LC_CTYPE": "C", "LANG": "en_US.UTF-8"}, "ascii"),
    ({"LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"}, "utf-8"),
    # As macOS has it, and hands it on over SSH.
    ({"LC_CTYPE": "UTF-8"}, "utf-8"),
    # Not installed here, and the terminal is elsewhere.
    ({"LANG": "xx_YY.UTF-8"}, "utf-8"),
    ({"LANG": "de_DE.ISO-8859-1"}, "iso8859-1"),
    ({"LANG": "de_DE"}, "iso8859-1"),
    ({"LANG": "de_DE@euro"}, "iso8859-15"),
    ({"LANG": "ru_RU.KOI8-R"}, "koi8-r"),
    ({"LANG": "ja_JP.eucJP"}, "euc_jp"),
    # No encoding of a terminal.
    ({"LANG": "en_US.no-such-encoding"}, "ascii"),
    ({"LANG": "en_US.utf-16"}, "ascii"),
    ({"LANG": "en_US.hex"}, "ascii"),
    ({"LANG": "\x1b[31m"}, "ascii"),
]


@pytest.mark.parametrize(("environment", "encoding"), CASES)
def test_the_locales_name_tells_the_encoding(environment: dict[str, str], encoding: str) -> None:
    assert terminal_encoding(environment) == encoding


@pytest.mark.parametrize(
    ("environment", "encoding"),
    [
        ({}, "utf-8"),
        ({"XTERM_LOCALE": "C"}, "ascii"),
        ({"LANG": "C"}, "ascii"),
        ({"LANG": "C", "PYTHONUTF8": "0"}, "ascii"),
        ({"LANG": "C", "PYTHONCOERCECLOCALE": "0"}, "ascii"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "utf-8"),
        ({"LC_CTYPE": "UTF-8"}, "utf-8"),
        ({"LANG": "de_DE.ISO-8859-1"}, "iso8859-1"),
        ({"LC_ALL": "C"}, "ascii"),
    ],
)
def test_what_python_makes_of_the_locale_counts_for_nothing(
    environment: dict[str, str], encoding: str
) -> None:
    others = {name: value for name, value in os.environ.items() if name not in OWN}
    told = subprocess.run(
        [sys.executable, "-c", PRINT],
        env=others | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == encoding
