"""The report of an unexpected error: what was called where, and no value of any variable."""

import platform
import secrets
import traceback
from datetime import UTC, datetime
from pathlib import Path

from bgconsole import __version__
from bgconsole.files import private_file, private_folder
from bgconsole.files.user_folders import state_folder

_LONGEST_CHAIN = 20


def report(error: BaseException | None) -> str:
    """Write the report to a file of the user's own and return the sentence that says where.

    The text of the error itself is left out: it may quote what somebody typed. Raises nothing:
    where no file can be written, the sentence says that.
    """
    name = type(error).__name__ if error is not None else "unknown"
    try:
        path = _write(error)
    except OSError as unwritten:
        reason = unwritten.strerror or type(unwritten).__name__
        return _unreported(name, reason)
    except Exception as unwritten:  # noqa: BLE001 (a fault in the report must not hide the first)
        return _unreported(name, type(unwritten).__name__)
    return (
        f"bgconsole: An unexpected error occurred ({name}). No change was left half done."
        f" The report is in {path}"
    )


def _unreported(name: str, reason: str) -> str:
    return (
        f"bgconsole: An unexpected error occurred ({name}), and the report could not be"
        f" written: {reason.rstrip('.')}."
    )


def _write(error: BaseException | None) -> Path:
    folder = state_folder() / "crashes"
    private_folder.make(folder)
    now = datetime.now(UTC)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}.txt"
    with private_file.created(path) as file:
        file.write(f"bgconsole {__version__}, Python {platform.python_version()}\n{now:%FT%TZ}\n\n")
        # A path that is no UTF-8 is told of by its escapes.
        file.writelines(line.encode(errors="backslashreplace").decode() for line in _chain(error))
    return path


def _chain(error: BaseException | None) -> list[str]:
    lines: list[str] = []
    for _ in range(_LONGEST_CHAIN):
        if error is None:
            break
        lines += traceback.format_tb(error.__traceback__)
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}\n\n")
        error = error.__cause__ or error.__context__
    return lines
