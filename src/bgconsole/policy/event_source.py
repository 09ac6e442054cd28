"""Where an audit event came from, in plain words: an address, or somebody at the database's host.

A local console records itself as 'HOST [ssh ADDRESS [KEY]] uid N [TERMINAL]'
(`compose.local_source`), a server records the address of its client.
"""

from typing import Final, Protocol

_LONGEST: Final = 1_000
"""Characters of a source that this program writes, at most."""

_DIGITS: Final = 10
"""Digits of a uid at most."""


class Host(Protocol):
    """The machine on which the log is read."""

    @property
    def name(self) -> str:
        """What it calls itself."""
        ...

    def user_name(self, uid: int) -> str | None:
        """The name of a user, None where it is not known."""
        ...


def source_words(source: str, host: Host) -> str:
    """'this host (vm), user root', '192.0.2.7 over SSH, host db1, uid 1000', else as it is.

    Uids mean nothing on other machines, except that 0 is root.
    """
    name, address, *rest = _parts(source)
    if len(source) > _LONGEST or not _are_user(rest):
        return source
    here = name == host.name
    uid = int(rest[1])
    user = "root" if uid == 0 else host.user_name(uid) if here else None
    place = f"this host ({host.name})" if here else f"host {name}"
    told = f"{place}, " + (f"uid {uid}" if user is None else f"user {user}")
    return f"{address} over SSH, {told}" if address else told


def _parts(source: str) -> tuple[str, ...]:
    """The host, the address that somebody came from by SSH or "", and what follows."""
    name, *rest = source.split(" ")
    if rest[:1] != ["ssh"] or len(rest) < len(("ssh", "address")):
        return (name, "", *rest)
    key = rest[2:3] and rest[2].startswith("SHA256:")
    return (name, rest[1], *rest[3 if key else 2 :])


def _are_user(parts: list[str]) -> bool:
    """'uid N' or 'uid N TERMINAL'."""
    if parts[:1] != ["uid"] or len(parts) not in {2, 3}:
        return False
    return parts[1].isascii() and parts[1].isdecimal() and len(parts[1]) <= _DIGITS
