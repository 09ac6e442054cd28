"""A file that only this user can read; one that could not be finished is taken away again."""

import errno
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


@contextmanager
def created(path: Path, *, room: int = 0) -> Generator[TextIO]:
    """A text file at `path` (0600) to write into; it is deleted when an error ends the writing.

    The disk keeps `room` bytes for it from the start, where it can. Raises FileExistsError when
    something is there already, for nothing is overwritten; OSError, which names it, as files do.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            _reserve(descriptor, room)
            yield file
            file.flush()
            file.truncate()
            os.fsync(file.fileno())
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None and error.strerror:
            error.filename = str(path)
        raise


def beside(path: Path) -> Path:
    """Where a file is written that is to take the place of the one at `path`."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}")


@contextmanager
def replaced(path: Path) -> Generator[TextIO]:
    """As `created`, but it takes the place of what is at `path`, once all of it is on disk."""
    unfinished = beside(path)
    with created(unfinished) as file:
        yield file
    try:
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def _reserve(descriptor: int, room: int) -> None:
    """Take so much of the disk, empty as yet. Raises OSError where there is less."""
    if not room or not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(descriptor, 0, room)
    except OSError as error:
        if error.errno not in {errno.EOPNOTSUPP, errno.EINVAL, errno.ENODEV}:
            raise
