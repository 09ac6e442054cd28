"""A real sshd of a test's own, on loopback: by whatever user runs the tests, root or not."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.postgres import free_port

PROGRAM: Final = shutil.which(
    "sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
)
_CLIENT: Final = ("ssh", "ssh-keygen", "sftp")
MISSING: Final = ", ".join(
    name
    for name, found in (("sshd", PROGRAM), *((name, shutil.which(name)) for name in _CLIENT))
    if found is None
)
"""What of OpenSSH is not installed here; empty where all of it is."""

_PRIVILEGE_SEPARATION: Final = Path("/run/sshd")
"""Where sshd shuts itself in when it is started as root. Systems make it with the service."""

_OF_A_TEST: Final = {
    "ListenAddress": "127.0.0.1",
    "PidFile": "none",
    "UsePAM": "no",
    "StrictModes": "no",
    "PermitRootLogin": "yes",
    "Subsystem": "sftp internal-sftp",
}


@dataclass(frozen=True)
class Sshd:
    """Where it listens, and the folder with the clients' keys."""

    folder: Path
    port: int

    def client(self, key: str, *options: str, program: str = "ssh") -> list[str]:
        """The command that comes in with this key; what is asked for goes behind it."""
        known = ("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={os.devnull}")
        port = ("-o", f"Port={self.port}", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes")
        only = ("-F", "none", *port, "-o", "LogLevel=ERROR", "-i", str(self.folder / key))
        return [program, *options, *only, *known, f"{getpass.getuser()}@127.0.0.1"]

    def run(self, key: str, *asked: str, options: tuple[str, ...] = ()) -> str:
        """What is written to somebody who comes in and asks for this."""
        done = subprocess.run(
            [*self.client(key, *options), *asked],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def make_key(path: Path) -> None:
    """A key without a passphrase, and its public half beside it."""
    command = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path))
    subprocess.run(command, check=True)


def make_keys(folder: Path, *names: str) -> Path:
    """Keys of these names, and the file that lists them all for sshd."""
    for name in names:
        make_key(folder / name)
    listed = folder / "keys"
    listed.write_text("".join((folder / f"{name}.pub").read_text() for name in names))
    return listed


@contextmanager
def listening(folder: Path, settings: Mapping[str, object], block: str = "") -> Generator[Sshd]:
    """An sshd with these settings, and `block` behind them as it stands."""
    if os.geteuid() == 0:
        _PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    make_key(folder / "host")
    port = free_port()
    own = {"Port": port, "HostKey": folder / "host", **_OF_A_TEST, **settings}
    config, log = folder / "sshd_config", folder / "sshd.log"
    config.write_text("".join(f"{name} {it}\n" for name, it in own.items()) + block)
    assert PROGRAM is not None
    with log.open("w") as err:
        process = subprocess.Popen((PROGRAM, "-f", str(config), "-D", "-e"), stderr=err)
    try:
        _await(port, process, log)
        yield Sshd(folder, port)
    finally:
        process.terminate()
        process.wait()


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(f"sshd does not listen: {log.read_text()}")
