"""A folder that only this user can look into, with every folder above it that is missing."""

from contextlib import suppress
from pathlib import Path


def make(folder: Path) -> None:
    """Make `folder`, and those above it that are missing, each with mode 0700.

    Whatever the umask says: it would leave those above open to all. Raises OSError as `mkdir` does.
    """
    if folder.is_dir():
        return
    if folder.parent != folder:
        make(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if not folder.is_dir():
        raise NotADirectoryError(20, "Not a directory", str(folder))
