"""Folders that are made for private files, and what is made above them, are nobody else's."""

import os
import stat
from collections.abc import Generator
from pathlib import Path

import pytest

from bgconsole.files import private_folder
from bgconsole.system import crash
from tests.server.command import found_team, ran


@pytest.fixture(autouse=True)
def open_umask() -> Generator[None]:
    """A process that takes no right away from what it makes."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> set[int]:
    """The rights on every folder below `folder`."""
    found = {path for path in folder.rglob("*") if path.is_dir()}
    assert found
    return {stat.S_IMODE(path.stat().st_mode) for path in found}


def test_every_missing_folder_is_made_for_oneself(tmp_path: Path) -> None:
    private_folder.make(tmp_path / "a" / "b" / "c")
    private_folder.make(tmp_path / "a" / "b" / "d")
    assert modes(tmp_path) == {0o700}
    tmp_path.chmod(0o755)
    private_folder.make(tmp_path / "a")
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize("blocked", ["file", "file/below"])
def test_where_a_file_is_in_the_way_it_says_so(tmp_path: Path, blocked: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"directory|exists"):
        private_folder.make(tmp_path / blocked)


def test_the_program_makes_no_folder_that_others_could_use(own_home: Path) -> None:
    found_team()
    crash.report(ValueError())
    assert modes(own_home) == {0o700}


def test_the_program_leaves_no_core_dump(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, resource\n"
        "atexit.register(lambda: print(resource.getrlimit(resource.RLIMIT_CORE)))\n"
    )
    assert "(0, 0)" in ran("--version", PYTHONPATH=str(tmp_path)).stdout
