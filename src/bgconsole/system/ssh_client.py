"""Who came in by SSH, as sshd tells the program that it starts: the address, and the key."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_LONGEST: Final = 64 << 10
"""Bytes of sshd's file that are read; a key takes a few hundred."""


@dataclass(frozen=True, slots=True)
class SshClient:
    """The client of the SSH session around this process.

    `key` is the fingerprint of the key that opened it, as `ssh-keygen -l` prints it, or None where
    sshd does not tell (`ExposeAuthInfo`).
    """

    address: str
    key: str | None

    @property
    def bucket(self) -> str:
        """What the throttle tells people apart by."""
        return self.key or self.address

    @property
    def label(self) -> str:
        """How the audit log calls it."""
        return f"ssh {self.address}" if self.key is None else f"ssh {self.address} {self.key}"


def ssh_client(environment: Mapping[str, str]) -> SshClient | None:
    """The client that the environment tells of, or None outside of SSH.

    sshd sets these names after whatever the client sends, so a client cannot choose them (that of
    the file: where `ExposeAuthInfo` is on). Whoever runs programs of their own as this user can;
    they can also open the database.
    """
    told = environment.get("SSH_CONNECTION") or environment.get("SSH_CLIENT") or ""
    parts = told.split()
    if not parts:
        return None
    return SshClient(parts[0], _key(environment.get("SSH_USER_AUTH", "")))


def _key(path: str) -> str | None:
    """The fingerprint of the first key in sshd's file of how the client proved who it is."""
    if not path:
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        # The file of a session that has ended; its address still tells people apart.
        return None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid not in (0, os.getuid()):
            return None
        text = os.read(descriptor, _LONGEST).decode("ascii", "replace")
    finally:
        os.close(descriptor)
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == "publickey":
            return _fingerprint(words[2])
    return None


def _fingerprint(encoded: str) -> str | None:
    import base64
    import binascii
    import hashlib

    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return None
    return f"SHA256:{base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip('=')}"
