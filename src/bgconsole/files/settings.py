"""The user's settings for the console: a TOML file, checked before the console starts."""

import os
import stat
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from bgconsole.files.user_folders import NoFolderError, config_folder, expanded

__all__ = [
    "Clipboard",
    "ConnectionSettings",
    "KeyFault",
    "Preferences",
    "SettingsFileError",
    "Signs",
    "Theme",
    "Times",
    "known_connection",
    "load",
    "load_connection",
    "location",
]

FILE_NAME: Final = "settings.toml"
MAX_BYTES: Final = 1 << 16


class Theme(StrEnum):
    """Which colours; AUTO goes by NO_COLOR and by what the terminal has."""

    AUTO = "auto"
    DARK = "dark"
    LIGHT = "light"
    HIGH_CONTRAST = "high-contrast"
    ANSI = "ansi"
    MONO = "mono"


class Signs(StrEnum):
    """Which signs; AUTO goes by terminal and locale, FULL says that the terminal has UTF-8."""

    AUTO = "auto"
    FULL = "full"
    PLAIN = "plain"


class Times(StrEnum):
    """In which zone times are shown."""

    UTC = "utc"
    LOCAL = "local"


class Clipboard(StrEnum):
    """Where what is copied goes; AUTO to the terminal's clipboard, to a file if that may fail."""

    AUTO = "auto"
    OSC52 = "osc52"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """Where the team is, where the command line does not say: a server, or a database, or neither.

    `ca_file` has the certificates by which a server is known. `idp_proxy` is the HTTP proxy on the
    way from the database's machine to identity providers.
    """

    server: str | None = None
    database: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    idp_proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a user chose. `keys` has for a binding's id the keys that replace its own.

    `files` False: no file is read or written that somebody names on the screen. That is for an
    account which several people use, so that none of them has more of it than the console.
    """

    theme: Theme = Theme.AUTO
    signs: Signs = Signs.AUTO
    times: Times = Times.UTC
    clipboard: Clipboard = Clipboard.AUTO
    mouse: bool = True
    title: bool = True
    files: bool = True
    keys: Mapping[str, str] = field(default_factory=dict[str, str])
    connection: ConnectionSettings = ConnectionSettings()


@dataclass(frozen=True, slots=True)
class KeyFault:
    """What is wrong with what one binding, or one other name in a table, is given."""

    binding: str
    message: str
    remedy: str


class SettingsFileError(Exception):
    """The settings cannot be used; `message` names file and line, `remedy` says what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


CheckKeys = Callable[[Mapping[str, str]], KeyFault | None]
CheckConnection = Callable[[ConnectionSettings], KeyFault | None]
_Tables = dict[str, Any]
_Choice = TypeVar("_Choice", bound=StrEnum)
_KEYS: Final = "keys"
_CONNECTION: Final = "connection"
_LINES_TRIED: Final = 100
_SETTINGS: Final = frozenset(entry.name for entry in fields(Preferences))
_PROXY: Final = "idp_proxy"
_PLACES: Final = frozenset({"server", "database", "ca", _PROXY})


def location() -> Path:
    """The file that is read unless another is named, in the user's config folder.

    Raises NoFolderError where this user has none.
    """
    return config_folder() / FILE_NAME


def load(path: Path | None, check_keys: CheckKeys) -> Preferences:
    """The settings at `path`, or at `location()`, where there need not be any.

    `check_keys` says what is wrong with the table of keys; it is asked only where there is one.
    Raises SettingsFileError: nothing that is not understood is passed over.
    """
    found = _found(path)
    if found is None:
        return Preferences()
    with _shallow(found.path):
        return found.read(check_keys)


def load_connection(path: Path | None, check: CheckConnection) -> ConnectionSettings:
    """Where the team is, as the settings say; the rest of them need not be right.

    `check` says what is wrong with it. Raises SettingsFileError for what may be misspelt there, so
    that a command is never taken to another team than the one that is meant.
    """
    found = _found(path)
    if found is None:
        return ConnectionSettings()
    with _shallow(found.path):
        return found.read_connection(check)


def known_connection(path: Path | None, check: CheckConnection) -> ConnectionSettings:
    """As `load_connection`, but without what is not known, and nothing where the rest is wrong."""
    try:
        found = _found(path)
        if found is None:
            return ConnectionSettings()
        with _shallow(found.path):
            return found.read_known_connection(check)
    except SettingsFileError:
        return ConnectionSettings()


@contextmanager
def _shallow(path: Path) -> Generator[None]:
    """Says what is wrong where brackets or dots are nested until Python gives up."""
    try:
        yield
    except RecursionError:
        remedy = "Write each setting on its own line"
        raise SettingsFileError(f"{path} is nested too deeply", remedy) from None


def _found(path: Path | None) -> "_File | None":
    """The file at `path`, which is to be there, or the user's own, if there is one."""
    must_exist = path is not None
    try:
        place = location() if path is None else path
    except NoFolderError:
        return None
    content = _content(place, must_exist=must_exist)
    return None if content is None else _File(place, content)


def _content(path: Path, *, must_exist: bool) -> str | None:
    """The text of the file; refused where others could have written it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        if not must_exist:
            return None
        raise SettingsFileError(f"{path} does not exist", "Name a file that exists") from None
    except OSError as error:
        raise _unreadable(path, error, must_exist=must_exist) from error
    try:
        _demand_own(path, os.fstat(descriptor))
    except SettingsFileError:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise SettingsFileError(f"{path} is longer than {MAX_BYTES // 1024} kB", "Shorten it")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SettingsFileError(f"{path}, line {line}, is not UTF-8", "Save it as UTF-8") from error


def _demand_own(path: Path, status: os.stat_result) -> None:
    """Keys that somebody else chose could save what was never meant."""
    if not stat.S_ISREG(status.st_mode):
        raise SettingsFileError(f"{path} is not a file", "Name a settings file")
    if status.st_uid not in {os.geteuid(), 0}:
        raise SettingsFileError(f"{path} belongs to another user", "Use a file of your own")
    if status.st_mode & stat.S_IWOTH:
        raise SettingsFileError(f"Everyone can write to {path}", f'Run "chmod o-w {path}"')


def _unreadable(path: Path, error: OSError, *, must_exist: bool) -> SettingsFileError:
    reason = error.strerror or type(error).__name__
    instead = "name another file" if must_exist else "set XDG_CONFIG_HOME to a folder of your own"
    return SettingsFileError(f"{path} cannot be read: {reason}", f"Fix that, or {instead}")


class _File:
    """The text of one settings file, and what stands where in it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._text = text

    def read(self, check_keys: CheckKeys) -> Preferences:
        """Every setting. Raises SettingsFileError for the first that is wrong."""
        tables = self._known(self._parsed())
        return Preferences(
            theme=self._choice(tables, "theme", Theme.AUTO),
            signs=self._choice(tables, "signs", Signs.AUTO),
            times=self._choice(tables, "times", Times.UTC),
            clipboard=self._choice(tables, "clipboard", Clipboard.AUTO),
            mouse=self._flag(tables, "mouse"),
            title=self._flag(tables, "title"),
            files=self._flag(tables, "files"),
            keys=self._keys(tables, check_keys),
            connection=self._connection(tables),
        )

    def read_connection(self, check: CheckConnection) -> ConnectionSettings:
        """What stands under [connection]. Raises SettingsFileError for the first that is wrong.

        So is what looks like a part of it at another place; what is not known otherwise keeps
        the console alone from starting.
        """
        tables = self._parsed()
        for name, value in tables.items():
            if name not in _SETTINGS and _may_say_where(name, value):
                raise self._wrong((name,), f'"{name}" is not a setting', _nearest(name, _SETTINGS))
        return self._checked(self._connection(tables), check)

    def read_known_connection(self, check: CheckConnection) -> ConnectionSettings:
        """What is known under [connection]. Raises SettingsFileError when that is wrong."""
        tables = self._parsed()
        found = tables.get(_CONNECTION)
        if isinstance(found, dict):
            table = cast("_Tables", found)
            known = {name: value for name, value in table.items() if name in _PLACES}
            tables = {_CONNECTION: known}
        return self._checked(self._connection(tables), check)

    def _checked(self, found: ConnectionSettings, check: CheckConnection) -> ConnectionSettings:
        fault = check(found)
        if fault is not None:
            raise self._wrong((_CONNECTION, fault.binding), fault.message, fault.remedy)
        return found

    def _known(self, tables: _Tables) -> _Tables:
        for name in tables:
            if name not in _SETTINGS:
                raise self._wrong((name,), f'"{name}" is not a setting', _nearest(name, _SETTINGS))
        return tables

    def _parsed(self) -> _Tables:
        # Most have no settings: they need not wait for the parser either.
        import tomllib

        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            sentence, _, place = str(error).partition(" (at ")
            line = place.partition(",")[0].removeprefix("line ")
            if not line.isdigit():
                line = str(self._text.rstrip("\n").count("\n") + 1)
            raise SettingsFileError(
                f"{self.path}, line {line}, is not TOML: {sentence[:1].lower()}{sentence[1:]}",
                'A setting looks like theme = "dark"; keys go below a line [keys]',
            ) from error

    def _choice(self, tables: _Tables, name: str, default: _Choice) -> _Choice:
        kind = type(default)
        value = tables.get(name, default)
        try:
            return kind(value)
        except ValueError:
            choices = ", ".join(f'"{choice.value}"' for choice in kind)
            remedy = f"Write one of {choices}"
            raise self._wrong((name,), f"{name} cannot be {_shown(value)}", remedy) from None

    def _flag(self, tables: _Tables, name: str) -> bool:
        value = tables.get(name, True)
        if not isinstance(value, bool):
            raise self._wrong((name,), f"{name} cannot be {_shown(value)}", "Write true or false")
        return value

    def _keys(self, tables: _Tables, check_keys: CheckKeys) -> dict[str, str]:
        found = tables.get(_KEYS, {})
        example = 'Write it as [keys], and below it lines such as "main.save" = "f4"'
        if not isinstance(found, dict):
            raise self._wrong((_KEYS,), f"{_KEYS} cannot be {_shown(found)}", example)
        keys = dict(_flat(found))
        for binding, value in keys.items():
            if not isinstance(value, str) or not value.strip():
                place = (_KEYS, binding)
                raise self._wrong(place, f"{binding} cannot be {_shown(value)}", 'Name keys: "f4"')
        fault = check_keys(keys) if keys else None
        if fault is not None:
            raise self._wrong((_KEYS, fault.binding), fault.message, fault.remedy)
        return keys

    def _connection(self, tables: _Tables) -> ConnectionSettings:
        found = tables.get(_CONNECTION, {})
        example = 'Write it as [connection], and below it a line such as server = "https://HOST"'
        if not isinstance(found, dict):
            raise self._wrong((_CONNECTION,), f"{_CONNECTION} cannot be that", example)
        table = cast("_Tables", found)
        for name, value in table.items():
            place = (_CONNECTION, name)
            if name not in _PLACES:
                raise self._wrong(place, f'"{name}" is not a setting', _nearest(name, _PLACES))
            if not isinstance(value, str) or not value.strip():
                # Without the value: it may hold what is secret.
                raise self._wrong(place, f"{name} must be text", example)
        server, database, ca = (table.get(name) for name in ("server", "database", "ca"))
        if server is not None and database is not None:
            place = (_CONNECTION, "database")
            raise self._wrong(
                place, "A server is already given", ("Name either a server or a database")
            )
        proxy = table.get(_PROXY)
        for name, url in (("database", database), (_PROXY, proxy)):
            if url is not None:
                self._demand_private(name, url)
        ca_file = None if ca is None else self._certificates(ca)
        return ConnectionSettings(server, database, ca_file, proxy)

    def _certificates(self, written: str) -> Path:
        try:
            return expanded(written)
        except NoFolderError as error:
            raise self._wrong((_CONNECTION, "ca"), error.message, error.remedy) from error

    def _demand_private(self, name: str, url: str) -> None:
        """A password is for one's own eyes."""
        from bgconsole.targets.url_password import holds_password

        if holds_password(url) and self.path.stat().st_mode & 0o077:
            elsewhere = (
                "" if name == _PROXY else (", or put the password in the file named by PGPASSFILE")
            )
            raise self._wrong(
                (_CONNECTION, name),
                "Other users can read this file, and the password in it",
                f'Run "chmod 600 {self.path}"{elsewhere}',
            )

    def _wrong(self, place: tuple[str, ...], message: str, remedy: str) -> SettingsFileError:
        return SettingsFileError(f"{self.path}, line {self._line(place)}: {message}", remedy)

    def _line(self, place: tuple[str, ...]) -> int:
        """The line at whose end the setting is complete: the first lines alone then have it."""
        import tomllib

        lines = self._text.splitlines(keepends=True)
        name = place[-1].rpartition(".")[2]
        counts = [count for count, line in enumerate(lines, start=1) if name in line]
        # A file is never so long that it is right to read all of it for each of its lines.
        for count in counts[:_LINES_TRIED]:
            try:
                tables: Any = tomllib.loads("".join(lines[:count]))
            except tomllib.TOMLDecodeError:
                # A value that goes on below.
                continue
            if place[0] in tables and (
                len(place) == 1 or place[1] in dict(_flat(tables[place[0]]))
            ):
                return count
        return len(lines)


def _flat(table: Any, start: str = "") -> list[tuple[str, Any]]:
    """The entries of a table. `main.save = …` without quotes is a table in a table to TOML."""
    entries: list[tuple[str, Any]] = []
    for name, value in cast("_Tables", table).items():
        if isinstance(value, dict):
            entries += _flat(value, f"{start}{name}.")
        else:
            entries.append((f"{start}{name}", value))
    return entries


def _shown(value: object) -> str:
    """A value as it may be written in the file, and not too long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value[:40]}"'
    return str(value)[:40] if isinstance(value, (int, float)) else "a table or a list"


def _may_say_where(name: str, value: object) -> bool:
    """Whether an unknown entry may be meant for [connection]: misspelt, or left without it."""
    from difflib import get_close_matches

    if isinstance(value, dict) and not _PLACES.isdisjoint(cast("_Tables", value)):
        return True
    return bool(get_close_matches(name, {_CONNECTION, *_PLACES}, n=1))


def _nearest(name: str, known: frozenset[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    return f'Did you mean "{near[0]}"' + "?" if near else f"Settings are {', '.join(sorted(known))}"
