"""A file that is saved is there as a whole, private, and overwrites nothing by itself."""

import stat
from pathlib import Path

import pytest

from bgconsole.exchange.audit_export import saved


def save(path: Path, text: str, *, ending: OSError | None = None) -> None:
    with saved(path, overwrite=False) as file:
        file.write(text)
        if ending is not None:
            raise ending


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_it_is_private_and_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with saved(path, overwrite=False) as file:
        file.write("all of it")
        assert not path.exists()
    assert path.read_text() == "all of it"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(tmp_path) == [path.name]


def test_what_could_not_be_finished_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with pytest.raises(OSError, match="full"):
        save(path, "half of", ending=OSError("full"))
    assert names(tmp_path) == []


def test_it_overwrites_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("older")
    with pytest.raises(FileExistsError):
        save(path, "newer")
    assert path.read_text() == "older"
    with saved(path, overwrite=True) as file:
        file.write("newer")
    assert path.read_text() == "newer"


def test_a_name_taken_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    partial = saved(path, overwrite=False)
    file = partial.__enter__()
    file.write("mine")
    path.write_text("theirs")
    with pytest.raises(FileExistsError):
        partial.__exit__(None, None, None)
    assert path.read_text() == "theirs"
    assert names(tmp_path) == [path.name]
