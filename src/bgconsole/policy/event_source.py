"""Where an audit event came from, in plain words: an address, or somebody at the database's host.

A local console records itself as 'HOST [ssh ADDRESS [KEY]] uid N [TERMINAL]'
(`compose.local_source`), a server records the address of its client.
"""

import re
from typing import Final, Protocol

_LOCAL: Final = (
    r"(?P<host>\S{1,255})(?: ssh (?P<address>\S{1,255})(?: (?P<key>SHA256:\S{1,64}))?)?"
    r" uid (?P<uid>[0-9]{1,10})(?: (?P<terminal>\S{1,64}))?"
)


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
    # Most are addresses, and a start can do without the pattern.
    found = re.fullmatch(_LOCAL, source) if " uid " in source else None
    if found is None:
        return source
    here = found["host"] == host.name
    uid = int(found["uid"])
    name = "root" if uid == 0 else host.user_name(uid) if here else None
    place = f"this host ({host.name})" if here else f"host {found['host']}"
    who = f"uid {uid}" if name is None else f"user {name}"
    told = f"{place}, {who}"
    return told if found["address"] is None else f"{found['address']} over SSH, {told}"
