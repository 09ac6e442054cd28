"""Where unsaved drafts outlive a dropped line: a 0600 file for each person of each team.

It holds no secret: providers, switches and emails. A file that cannot be trusted or read is set
aside and said to be; whoever writes may fail, and the console goes on without (fails open: a draft
is a convenience, a save is not).
"""

import contextlib
import fcntl
import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from bgconsole.files import private_file, private_folder
from bgconsole.policy.email import InvalidEmailError, written_email
from bgconsole.policy.settings import Settings, difference
from bgconsole.tui.model.drafts import Draft

MAX_BYTES: Final = 1 << 16
_FORMAT: Final = 1
_T = TypeVar("_T")


class DraftFileError(Exception):
    """A kept draft cannot be read or written; the message says so in a sentence."""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """One provider's draft: made on `base`, stored at `version` then."""

    slug: str
    base: Settings
    version: int
    current: Settings

    @classmethod
    def of(cls, slug: str, draft: Draft) -> "KeptDraft":
        """What is to be kept of a draft."""
        return cls(slug, draft.base, draft.version, draft.current)

    @property
    def draft(self) -> Draft:
        """The draft again."""
        return Draft(self.base, self.version, self.current)


@dataclass(frozen=True, slots=True)
class KeptDrafts:
    """The drafts of one person, and when they were changed last (UTC)."""

    at: datetime
    drafts: tuple[KeptDraft, ...]

    @property
    def changes(self) -> int:
        """How many changes they hold together."""
        return sum(difference(kept.base, kept.current).size for kept in self.drafts)


@dataclass(frozen=True, slots=True)
class _Format:
    """The start of a file of any version."""

    format: int


@dataclass(frozen=True, slots=True)
class _WrittenDraft:
    """One provider's draft as it is written."""

    provider: str
    version: int
    base: Settings
    current: Settings


@dataclass(frozen=True, slots=True)
class _Written:
    """A whole file."""

    format: int
    target: str
    person: str
    at: datetime
    drafts: tuple[_WrittenDraft, ...]


class DraftFile:
    """The files of one team, which `target` names; a person is named by email.

    One console at a time has a person's file: the one that claimed it, until it ends. `folder`
    None: this user has no folder of their own, so that nothing can be claimed, read or written.
    """

    def __init__(self, folder: Path | None, target: str) -> None:
        self._place = folder
        self._target = target
        self._claims: dict[str, int] = {}

    def claim(self, person: str) -> bool:
        """Take this person's file; False while another console has it.

        Raises DraftFileError when the folder cannot be used.
        """
        if person in self._claims:
            return True
        path = self._path(person).with_suffix(".lock")
        try:
            private_folder.make(self._folder)
            claim = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise _unwritten(error) from error
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(claim)
            return False
        except OSError:
            # A file system without locks: two consoles at once are rarer than a dropped line.
            pass
        self._claims[person] = claim
        return True

    def release(self, person: str) -> None:
        """Let another console have this person's file."""
        claim = self._claims.pop(person, None)
        if claim is not None:
            os.close(claim)

    def read(self, person: str) -> KeptDrafts | None:
        """What is kept for this person, or None.

        Raises DraftFileError where it cannot be trusted or read; it is set aside then.
        """
        path = self._path(person)
        try:
            content = _own_bytes(path)
            return None if content is None else self._parsed(content, person)
        except OSError as error:
            raise DraftFileError(f"A kept draft cannot be read: {_reason(error)}") from error
        except _UnusableError as error:
            with contextlib.suppress(OSError):
                path.replace(path.with_suffix(".aside"))
            raise DraftFileError(f"A kept draft was set aside: {error}") from error

    def write(self, person: str, kept: KeptDrafts) -> None:
        """Keep this instead of what was kept. Raises DraftFileError; the old file stands then."""
        path = self._path(person)
        try:
            private_folder.make(self._folder)
            with private_file.replaced(path) as file:
                file.write(_encoded(self._shaped(person, kept)))
        except OSError as error:
            raise _unwritten(error) from error

    def forget(self, person: str) -> None:
        """Keep nothing for this person. Raises DraftFileError when the file cannot be removed."""
        try:
            self._path(person).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritten(error) from error

    @property
    def _folder(self) -> Path:
        if self._place is None:
            raise DraftFileError("A lost connection would lose your draft: set XDG_STATE_HOME")
        return self._place

    def _path(self, person: str) -> Path:
        name = hashlib.sha256(f"{self._target}\0{person}".encode()).hexdigest()[:32]
        return self._folder / f"{name}.json"

    def _shaped(self, person: str, kept: KeptDrafts) -> _Written:
        drafts = (_WrittenDraft(d.slug, d.version, d.base, d.current) for d in kept.drafts)
        return _Written(_FORMAT, self._target, person, kept.at, tuple(drafts))

    def _parsed(self, content: bytes, person: str) -> KeptDrafts | None:
        if _decoded(content, _Format).format != _FORMAT:
            raise _UnusableError("another version of bgconsole wrote it")
        told = _decoded(content, _Written)
        if (told.target, told.person) != (self._target, person):
            raise _UnusableError("it belongs to somebody else")
        emails = (email for one in told.drafts for email in (*one.base.emails, *one.current.emails))
        if told.at.tzinfo is None or not all(map(_is_email, emails)):
            raise _UnusableError("it is damaged")
        drafts = tuple(KeptDraft(d.provider, d.base, d.version, d.current) for d in told.drafts)
        return KeptDrafts(told.at, drafts) if drafts else None


class _UnusableError(Exception):
    """The file is there, and holds no draft to be trusted."""


def _own_bytes(path: Path) -> bytes | None:
    """What the file holds; None where there is none. Refused unless only this user can write it."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _UnusableError(f"it cannot be opened ({_reason(error)})") from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _UnusableError("it is not a file")
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise _UnusableError("others could have written it")
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _UnusableError("it is damaged")
    return content


def _decoded(content: bytes, kind: type[_T]) -> _T:
    # Imported here: a console without a kept draft starts sooner.
    import msgspec

    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _UnusableError("it is damaged") from error


def _encoded(told: _Written) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(told), indent=1).decode()


def _is_email(text: str) -> bool:
    try:
        return written_email(text) == text
    except InvalidEmailError:
        return False


def _unwritten(error: OSError) -> DraftFileError:
    return DraftFileError(f"A lost connection would lose your draft: {_reason(error)}")


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
