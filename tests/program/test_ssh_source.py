"""People who come by a real sshd are different sources, whatever their clients send."""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres import free_port

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
NEEDED = (SSHD, shutil.which("ssh"), shutil.which("ssh-keygen"))
pytestmark = pytest.mark.skipif(
    None in NEEDED or (os.geteuid() == 0 and not Path("/run/sshd").is_dir()),
    reason="there is no OpenSSH server here",
)

_PRINT = "from bgconsole.compose import local_source; print(local_source().bucket)"
_FORGED = "SSH_CONNECTION=203.0.113.9 SSH_CLIENT=203.0.113.9"

Come = Callable[..., str]


@contextmanager
def listening(folder: Path, *, tells_keys: bool) -> Generator[Come]:
    """An sshd that takes the keys a and b and prints the source of whoever comes."""
    for name in ("host", "a", "b"):
        command = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
        subprocess.run(command, check=True)
    (folder / "keys").write_text(
        "".join((folder / f"{name}.pub").read_text() for name in ("a", "b"))
    )
    script = folder / "print-source"
    script.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{_PRINT}'\n")
    script.chmod(0o755)
    port = free_port()
    settings = {
        "Port": port,
        "ListenAddress": "127.0.0.1",
        "HostKey": folder / "host",
        "PidFile": "none",
        "UsePAM": "no",
        "StrictModes": "no",
        "PermitRootLogin": "yes",
        "AuthorizedKeysFile": folder / "keys",
        "ForceCommand": script,
        "ExposeAuthInfo": "yes" if tells_keys else "no",
        "AcceptEnv": "*",
    }
    (folder / "config").write_text("".join(f"{name} {it}\n" for name, it in settings.items()))
    assert SSHD is not None
    process = subprocess.Popen(
        (SSHD, "-f", str(folder / "config"), "-D", "-e"), stderr=subprocess.DEVNULL
    )

    def come(key: str, *options: str) -> str:
        known = ("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={os.devnull}")
        only = ("-F", "none", "-o", "IdentitiesOnly=yes", "-i", str(folder / key))
        target = f"{getpass.getuser()}@127.0.0.1"
        command = ("ssh", "-q", "-p", str(port), *known, *only, *options, target, "anything")
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    try:
        _await(port, process)
        yield come
    finally:
        process.terminate()
        process.wait()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "sshd ended"
        time.sleep(0.05)
    raise AssertionError("sshd does not listen")


def test_keys_tell_people_of_one_user_id_apart(tmp_path: Path) -> None:
    with listening(tmp_path, tells_keys=True) as come:
        a, b = come("a"), come("b")
        assert a != b
        prefix = f"local:{os.getuid()}:ssh:SHA256:"
        assert a.startswith(prefix)
        assert b.startswith(prefix)
        forged = tmp_path / "forged"
        forged.write_text("publickey ssh-ed25519 AAAA\n")
        assert come("a", "-o", f"SetEnv=SSH_USER_AUTH={forged} {_FORGED}") == a


def test_without_keys_the_address_counts_and_no_client_chooses_it(tmp_path: Path) -> None:
    with listening(tmp_path, tells_keys=False) as come:
        expected = f"local:{os.getuid()}:ssh:127.0.0.1"
        assert come("a") == come("a", "-o", f"SetEnv={_FORGED}") == expected
