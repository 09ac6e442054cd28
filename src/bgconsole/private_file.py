"""A file that only this user can read; one that could not be finished is taken away again."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def created(path: Path) -> Generator[TextIO]:
    """A text file at `path` (0600) to write into; it is deleted when an error ends the writing.

    Raises FileExistsError when something is there already, for nothing is overwritten; OSError as
    files do.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
