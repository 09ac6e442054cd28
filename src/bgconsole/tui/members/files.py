"""Looking for a file: what a folder holds, and where what is typed leads."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bgconsole.files.user_folders import NoFolderError, expanded


@dataclass(frozen=True, slots=True)
class Found:
    """Something in a folder: another folder, or a file of so many bytes."""

    name: str
    folder: bool
    size: int = 0


PARENT: Final = Found("..", folder=True)


def csv_files_in(folder: Path) -> tuple[Found, ...]:
    """Folders, then CSV files, by name; the way up first. Slow on some disks. Raises OSError."""
    folders: list[Found] = []
    files: list[Found] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            found = _found(entry)
            if found is not None:
                (folders if found.folder else files).append(found)
    folders.sort(key=lambda one: one.name)
    files.sort(key=lambda one: one.name)
    up = () if folder == folder.parent else (PARENT,)
    return (*up, *files, *folders)


def _found(entry: "os.DirEntry[str]") -> Found | None:
    try:
        if entry.is_dir():
            return Found(entry.name, folder=True)
        if entry.name.casefold().endswith(".csv") and entry.is_file():
            return Found(entry.name, folder=False, size=entry.stat().st_size)
    except OSError:
        # It went while it was looked at, or may not be looked at.
        return None
    return None


def led_to(folder: Path, typed: str) -> tuple[Path, str]:
    """The folder that `typed` leads to from `folder`, and the letters after its last slash."""
    where, slash, letters = typed.rpartition("/")
    if not slash:
        return folder, typed
    if where.startswith("~"):
        # Where ~USER has no home, the name is taken as it is written, and is not found.
        with suppress(NoFolderError):
            where = str(expanded(where))
    return Path(os.path.normpath(folder / (where or "/"))), letters


def shown_of(found: tuple[Found, ...], letters: str) -> list[Found]:
    """What has these letters; hidden things only for whoever types their dot."""
    wanted = letters.casefold()
    return [
        one
        for one in found
        if wanted in one.name.casefold()
        and (one == PARENT or letters.startswith(".") or not one.name.startswith("."))
        and not (one == PARENT and wanted)
    ]
