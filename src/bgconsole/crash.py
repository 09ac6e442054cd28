"""The report of an unexpected error: what was called where, and no value of any variable."""

import os
import platform
import secrets
import traceback
from datetime import UTC, datetime
from pathlib import Path

from bgconsole import __version__


def report(error: BaseException | None) -> str:
    """Write the report to a file of the user's own and return the sentence that says where.

    The text of the error itself is left out: it may quote what somebody typed.
    """
    name = type(error).__name__ if error is not None else "unknown"
    try:
        path = _write(error)
    except OSError as unwritten:
        return f"bgconsole: it failed ({name}), and no report could be written ({unwritten})."
    return f"bgconsole: it failed ({name}). Nothing was half done. The report is in {path}"


def _write(error: BaseException | None) -> Path:
    import platformdirs

    folder = platformdirs.user_state_path("bgconsole", appauthor=False) / "crashes"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}.txt"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"bgconsole {__version__}, Python {platform.python_version()}\n{now:%FT%TZ}\n\n")
        file.writelines(_chain(error))
    return path


def _chain(error: BaseException | None) -> list[str]:
    lines: list[str] = []
    while error is not None:
        lines += traceback.format_tb(error.__traceback__)
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}\n\n")
        error = error.__cause__ or error.__context__
    return lines
