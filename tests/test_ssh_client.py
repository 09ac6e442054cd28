"""Who came in by SSH: told apart by key, or else by address, and never by what a client chooses."""

import os
from pathlib import Path

import pytest

from bgconsole.compose import local_source
from bgconsole.system.ssh_client import SshClient, ssh_client

KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIJJ0mS9B0DkWAyAv6H1lHRmYRrYj8n7PzvB8bwYw0v1Q"
FINGERPRINT = "SHA256:RQjhnsLvLh2YkErlVd53Cg9W2RHUKZ9h1cY+tuJbGHA"
CONNECTION = "203.0.113.7 50122 192.0.2.1 22"


def told(path: Path | str | None, connection: str = CONNECTION) -> SshClient | None:
    """What is understood of an environment of sshd's."""
    environment = {"SSH_CONNECTION": connection}
    if path is not None:
        environment["SSH_USER_AUTH"] = str(path)
    return ssh_client(environment)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f"publickey ssh-ed25519 {KEY}\n", True),
        (f"keyboard-interactive\npublickey ssh-ed25519 {KEY}\n", True),
        ("password\n", False),
        ("", False),
        ("publickey ssh-ed25519 not!base64\n", False),
        ("publickey\n", False),
        ("\xff\xfe publickey\n", False),
    ],
)
def test_a_key_tells_people_apart_and_an_address_where_there_is_none(
    tmp_path: Path, text: str, key: bool
) -> None:
    path = tmp_path / "auth"
    path.write_text(text, encoding="latin-1")
    client = told(path)
    assert client is not None
    assert client.address == "203.0.113.7"
    assert client.key == (FINGERPRINT if key else None)
    assert client.bucket == (FINGERPRINT if key else "203.0.113.7")


def test_what_is_no_file_of_sshd_counts_as_none(tmp_path: Path) -> None:
    good = tmp_path / "auth"
    good.write_text(f"publickey ssh-ed25519 {KEY}\n")
    link = tmp_path / "link"
    link.symlink_to(good)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path / "missing", tmp_path, link, pipe, ""):
        assert told(path) == SshClient("203.0.113.7", None)


def test_outside_of_ssh_there_is_no_client() -> None:
    assert ssh_client({}) is None
    assert ssh_client({"SSH_CONNECTION": " "}) is None
    assert ssh_client({"SSH_CLIENT": "192.0.2.9 1 22"}) == SshClient("192.0.2.9", None)


def test_people_of_one_user_id_are_different_sources(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_USER_AUTH"):
        monkeypatch.delenv(name, raising=False)
    keyboard = local_source()
    monkeypatch.setenv("SSH_CONNECTION", CONNECTION)
    by_address = local_source()
    path = tmp_path / "auth"
    path.write_text(f"publickey ssh-ed25519 {KEY}\n")
    monkeypatch.setenv("SSH_USER_AUTH", str(path))
    by_key = local_source()
    buckets = [source.bucket for source in (keyboard, by_address, by_key)]
    assert len(set(buckets)) == 3
    assert all(bucket.startswith(f"local:{os.getuid()}") for bucket in buckets)
    assert all(source.local for source in (keyboard, by_address, by_key))
    assert f" ssh 203.0.113.7 {FINGERPRINT} " in by_key.label
