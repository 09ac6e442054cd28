"""The user's own folders for state, data and settings, as the XDG specification places them.

A process may have none: containers and services run without HOME and under user ids that the
password database does not know. What can go on without a folder then does.
"""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Final

import platformdirs

__all__ = [
    "NoFolderError",
    "config_folder",
    "data_folder",
    "expanded",
    "home",
    "short",
    "state_folder",
]

_NAME: Final = "bgconsole"


class NoFolderError(FileNotFoundError):
    """No folder is known here, neither by its own variable nor below a home folder.

    An OSError, so that what goes on without a file that cannot be used goes on without a folder.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(errno.ENOENT, f"{message}. {remedy}")
        self.message = message
        self.remedy = remedy


def state_folder() -> Path:
    """Where session tokens, drafts and error reports are kept. Raises NoFolderError."""
    return _folder(
        platformdirs.user_state_dir,
        "There is no home folder to keep session tokens and drafts in",
        "Set XDG_STATE_HOME to a folder of your own",
    )


def data_folder() -> Path:
    """Where the team's database is unless another is named. Raises NoFolderError."""
    return _folder(
        platformdirs.user_data_dir,
        "There is no home folder to keep a database in",
        "Name one with --database, or set XDG_DATA_HOME to a folder of your own",
    )


def config_folder() -> Path:
    """Where the settings file is unless another is named. Raises NoFolderError."""
    return _folder(
        platformdirs.user_config_dir,
        "There is no home folder, so there is no settings file",
        "Name one with --settings, or set XDG_CONFIG_HOME to a folder of your own",
    )


def home() -> Path | None:
    """The user's home folder; None where there is none."""
    try:
        found = Path.home()
    except RuntimeError:
        return None
    return found if found.is_absolute() else None


def expanded(path: str) -> Path:
    """`path` with a leading ~ or ~USER replaced. Raises NoFolderError where that has no home."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        name = path.partition("/")[0]
        raise NoFolderError(f"There is no home folder for {name}", "Write the full path") from error


def short(path: Path | str) -> str:
    """`path` as people write it: from ~ on where it is below the home folder."""
    text, own = str(path), home()
    start = "" if own is None else f"{str(own).rstrip('/')}/"
    return f"~/{text.removeprefix(start)}" if len(start) > 1 and text.startswith(start) else text


def _folder(find: Callable[..., str], message: str, remedy: str) -> Path:
    try:
        folder = Path(find(_NAME, appauthor=False))
    except (RuntimeError, KeyError) as error:
        raise NoFolderError(message, remedy) from error
    if not folder.is_absolute():
        raise NoFolderError(message, remedy)
    return folder
