"""This machine and its users, as far as its own files name them.

`getpwuid` may ask a directory service, which is slow or stuck in just the outage in which the log
is read. So only /etc/passwd is asked.
"""

import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_PASSWD: Final = Path("/etc/passwd")
_MOST: Final = 1 << 20
"""Characters of the file that are read."""


@dataclass(frozen=True, slots=True)
class LocalHost:
    """This machine, by its name."""

    name: str

    def user_name(self, uid: int) -> str | None:
        """The name of a local user, None where /etc/passwd has none."""
        return _users().get(uid)


@cache
def this_host() -> LocalHost:
    """The machine that this process runs on."""
    return LocalHost(socket.gethostname())


@cache
def _users() -> dict[int, str]:
    try:
        with _PASSWD.open(encoding="utf-8", errors="replace") as file:
            rows = [line.split(":", 3) for line in file.read(_MOST).splitlines()]
    except OSError:
        # A uid without its name is still right.
        return {}
    users: dict[int, str] = {}
    for row in rows:
        if len(row) > 2 and row[2].isdecimal():
            users.setdefault(int(row[2]), row[0])
    return users
