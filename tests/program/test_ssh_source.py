"""People who come by a real sshd are different sources, whatever their clients send."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import sshd
from tests.sshd import Sshd

pytestmark = pytest.mark.skipif(bool(sshd.MISSING), reason=f"not installed: {sshd.MISSING}")

_PRINT = "from bgconsole.compose import local_source; print(local_source().bucket)"
_FORGED = "SSH_CONNECTION=203.0.113.9 SSH_CLIENT=203.0.113.9"


@contextmanager
def listening(folder: Path, *, tells_keys: bool) -> Generator[Sshd]:
    """An sshd that takes the keys a and b and prints the source of whoever comes."""
    script = folder / "print-source"
    script.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{_PRINT}'\n")
    script.chmod(0o755)
    settings = {
        "AuthorizedKeysFile": sshd.make_keys(folder, "a", "b"),
        "ForceCommand": script,
        "ExposeAuthInfo": "yes" if tells_keys else "no",
        "AcceptEnv": "*",
    }
    with sshd.listening(folder, settings) as running:
        yield running


def test_keys_tell_people_of_one_user_id_apart(tmp_path: Path) -> None:
    with listening(tmp_path, tells_keys=True) as running:
        a, b = running.run("a"), running.run("b")
        assert a != b
        prefix = f"local:{os.getuid()}:ssh:SHA256:"
        assert a.startswith(prefix)
        assert b.startswith(prefix)
        forged = tmp_path / "forged"
        forged.write_text("publickey ssh-ed25519 AAAA\n")
        options = ("-o", f"SetEnv=SSH_USER_AUTH={forged} {_FORGED}")
        assert running.run("a", options=options) == a


def test_without_keys_the_address_counts_and_no_client_chooses_it(tmp_path: Path) -> None:
    with listening(tmp_path, tells_keys=False) as running:
        expected = f"local:{os.getuid()}:ssh:127.0.0.1"
        forged = running.run("a", options=("-o", f"SetEnv={_FORGED}"))
        assert running.run("a") == forged == expected
