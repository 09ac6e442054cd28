"""Where session tokens rest between runs: one 0600 file, each token under the target it is for."""

import contextlib
import fcntl
import json
import os
import stat
from collections.abc import Generator
from pathlib import Path
from typing import TextIO, cast

from bgconsole.files import private_file, private_folder
from bgconsole.files.user_folders import NoFolderError, state_folder

FILE_NAME = "tokens.json"
MAX_BYTES = 1 << 20

_AS_LONG_AS_A_TOKEN = "0" * 64
_ELSEWHERE = "Fix that, or set XDG_STATE_HOME to a folder of your own"
_ANOTHER = "Name a file of your own that holds the token"


class TokenFileError(Exception):
    """A file of tokens cannot be trusted or used; `remedy` says what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class TokenPlaceError(TokenFileError):
    """The place for tokens is missing or out of reach: none is found there, and none kept."""


def location() -> Path:
    """The file, in the user's state folder. Raises TokenPlaceError where there is none."""
    try:
        return state_folder() / FILE_NAME
    except NoFolderError as error:
        raise TokenPlaceError(error.message, error.remedy) from error


def load(target: str) -> str | None:
    """The token that belongs to `target`, or None.

    Raises TokenFileError when others could read the file, or it is damaged; TokenPlaceError when
    it cannot be reached.
    """
    return _read(location()).get(target)


def save(target: str, token: str) -> None:
    """Keep `token` for `target`. Raises TokenFileError as `load` does, or when it cannot write."""
    with _changing() as (path, tokens):
        _write(path, tokens | {target: token})


def try_out(target: str) -> None:
    """Write all that `save` would write for `target`, and leave the file as it was.

    Raises TokenFileError where `save` would: so that nothing is done first whose token could not
    be kept after it.
    """
    with _changing() as (path, tokens):
        _rehearse(path, tokens | {target: _AS_LONG_AS_A_TOKEN})


def forget(target: str) -> None:
    """Drop the token of `target`, if there is one. Raises TokenFileError as `save` does."""
    if target not in _read(location()):
        return
    with _changing() as (path, tokens):
        tokens.pop(target, None)
        _write(path, tokens)


def read_single(path: Path) -> str:
    """The one token that the file at `path` holds. Raises TokenFileError as `load` does."""
    content = _private_bytes(path, _ANOTHER)
    token = (content or b"").strip()
    if not token or not token.isascii() or len(token.split()) != 1:
        raise TokenFileError(
            f"{path} does not contain exactly one token on one line", "Write only the token into it"
        )
    return token.decode("ascii")


@contextlib.contextmanager
def _changing() -> Generator[tuple[Path, dict[str, str]]]:
    """The file and all tokens in it, while no other process changes them."""
    path = location()
    try:
        private_folder.make(path.parent)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        # Some file systems have no locks: two sign-ins at one moment are rarer than those.
        with contextlib.suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield path, _read(path)
    finally:
        os.close(folder)


def _read(path: Path) -> dict[str, str]:
    content = _private_bytes(path, _ELSEWHERE)
    if content is None:
        return {}
    try:
        tokens: object = json.loads(content)
    except (ValueError, RecursionError):
        tokens = None
    if not isinstance(tokens, dict):
        raise _damaged(path)
    pairs = cast("dict[str, object]", tokens)
    texts = {target: token for target, token in pairs.items() if isinstance(token, str)}
    if len(texts) != len(pairs):
        raise _damaged(path)
    return texts


def _private_bytes(path: Path, instead: str) -> bytes | None:
    """What the file holds, None when there is none; refused unless it is this user's alone."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unusable(path, error, instead) from error
    try:
        _demand_private(path, os.fstat(descriptor), instead)
    except TokenFileError:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _damaged(path)
    return content


def _demand_private(path: Path, status: os.stat_result, instead: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise TokenFileError(f"{path} is not a file", instead)
    if status.st_uid != os.geteuid():
        raise TokenFileError(f"{path} belongs to another user", instead)
    if status.st_mode & 0o077:
        raise TokenFileError(
            f"Other users can read or change {path}, which contains tokens",
            f'Run "chmod 600 {path}", and sign out if somebody may have read the token',
        )


def _write(path: Path, tokens: dict[str, str]) -> None:
    try:
        with private_file.replaced(path) as file:
            _dump(tokens, file)
    except OSError as error:
        raise _unusable(path, error) from error


def _rehearse(path: Path, tokens: dict[str, str]) -> None:
    """Write the file beside `path`, and take it away again."""
    unfinished = private_file.beside(path)
    try:
        with private_file.created(unfinished) as file:
            _dump(tokens, file)
    except OSError as error:
        raise _unusable(path, error) from error
    unfinished.unlink(missing_ok=True)


def _dump(tokens: dict[str, str], file: TextIO) -> None:
    json.dump(tokens, file, indent=1, sort_keys=True)


def _unusable(path: Path, error: OSError, instead: str = _ELSEWHERE) -> TokenPlaceError:
    reason = error.strerror or type(error).__name__
    return TokenPlaceError(f"{path} cannot be used: {reason}", instead)


def _damaged(path: Path) -> TokenFileError:
    return TokenFileError(f"{path} is damaged", "Delete it, then sign in again")
