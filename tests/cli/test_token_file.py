"""Tokens at rest: a file of one's own, each token for its own target."""

import json
import os
import threading
from pathlib import Path

import pytest

from bgconsole.files import tokens as token_file
from bgconsole.files.tokens import TokenFileError

HERE, THERE = "sqlite:////here.db", "sqlite:////there.db"


def test_a_token_is_found_for_its_own_target_only() -> None:
    token_file.save(HERE, "bgs_one")
    assert token_file.load(HERE) == "bgs_one"
    assert token_file.load(THERE) is None


def test_saving_again_replaces_and_forgetting_leaves_the_others() -> None:
    token_file.save(HERE, "bgs_one")
    token_file.save(THERE, "bgs_two")
    token_file.save(HERE, "bgs_three")
    token_file.forget(THERE)
    assert (token_file.load(HERE), token_file.load(THERE)) == ("bgs_three", None)


def test_without_a_file_there_is_no_token_and_nothing_to_forget() -> None:
    token_file.forget(HERE)
    assert token_file.load(HERE) is None
    assert not token_file.location().exists()


def test_only_its_user_can_read_the_file_whatever_the_umask() -> None:
    before = os.umask(0)
    try:
        token_file.save(HERE, "bgs_one")
    finally:
        os.umask(before)
    path = token_file.location()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_open_to_others_is_neither_read_nor_written(mode: int) -> None:
    token_file.save(HERE, "bgs_one")
    token_file.location().chmod(mode)
    before = token_file.location().read_bytes()
    with pytest.raises(TokenFileError, match="Other users can read or change"):
        token_file.load(HERE)
    with pytest.raises(TokenFileError, match="Other users can read or change"):
        token_file.save(THERE, "bgs_two")
    assert token_file.location().read_bytes() == before


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', "\x00", "9" * (2 << 20)])
def test_a_damaged_file_is_told_of(content: str) -> None:
    token_file.save(HERE, "bgs_one")
    token_file.location().write_text(content)
    with pytest.raises(TokenFileError, match="damaged") as raised:
        token_file.load(HERE)
    assert "Delete it" in raised.value.remedy


def test_many_at_once_lose_no_token() -> None:
    targets = [f"sqlite:////{number}.db" for number in range(20)]
    threads = [threading.Thread(target=token_file.save, args=(t, f"bgs_{t}")) for t in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert json.loads(token_file.location().read_text()) == {t: f"bgs_{t}" for t in targets}


def test_a_folder_that_cannot_be_made_is_told_of(own_home: Path) -> None:
    (own_home / "state").write_text("a file where a folder should be")
    with pytest.raises(TokenFileError, match="cannot be used"):
        token_file.save(HERE, "bgs_one")


def test_a_named_file_gives_its_one_token(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("bga_script\r\n")
    path.chmod(0o600)
    assert token_file.read_single(path) == "bga_script"


@pytest.mark.parametrize("content", ["", "\n", "two tokens", "one\ntwo\n", "bgä"])
def test_a_named_file_with_anything_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "token"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(TokenFileError, match="one token on one line"):
        token_file.read_single(path)


def test_a_named_file_must_be_private_and_a_file(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("bga_script")
    path.chmod(0o644)
    with pytest.raises(TokenFileError, match="Other users can read"):
        token_file.read_single(path)
    with pytest.raises(TokenFileError, match="not a file"):
        token_file.read_single(tmp_path)
