"""Every pattern, and every function that looks at a text from outside, with 100 KB of all shapes.

Runs as a process of its own, which the test gives a limit of processor time; the last word it
says is how many texts it tried.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bgconsole import compose
from bgconsole.backend.errors import BackendError
from bgconsole.backend.local import accounts, event_rows, tokens
from bgconsole.backend.strength import guessable
from bgconsole.exchange import audit_export as audit_file
from bgconsole.exchange import people_file as member_file
from bgconsole.files import settings as settings_file
from bgconsole.files.settings import SettingsFileError
from bgconsole.policy import moments
from bgconsole.policy.email import InvalidEmailError, canonical_email
from bgconsole.policy.refusals import RequestField
from bgconsole.policy.text import visible
from bgconsole.server.settings import ServerSettings
from bgconsole.server.source import source_of
from bgconsole.targets import server_url
from bgconsole.targets.postgres_url import PostgresUrlError, parsed
from bgconsole.targets.url_password import holds_password
from bgconsole.tui.model.provider_names import suggested_slug
from tests.patterns.found import Found, every_pattern
from tests.patterns.structure import beginnings, representatives

SIZE = 100_000
_LONG = os.environ.get("LONG_TESTS") == "1"
_PUMPED = 8 if _LONG else 3
_ENDS = ("", "\0", "/x", "@") if _LONG else ("\0", "/x")
_NOW = datetime(2026, 11, 27, tzinfo=UTC)

_PUMPS = (
    *("a", "1", "@", "/", ":", ".", "-", " ", "=", "[", '"', "\\", "\n", "\x1b", "\u0301", "%70"),
    *(
        "a-",
        "a.",
        "a@",
        "/@",
        "a/",
        "://",
        "://a",
        "?pass",
        "&a",
        ";pass",
        "[a",
        "a,",
        '"a"',
        "a\n",
    ),
    *('{"a":', "[[", "\x1b[1;", "\x1b]", "\u0301\u0316", "\ud800", "1 Jan", "a=1\n", ",\n"),
)
_STARTS = ("", "a@", "https://", "http://a", "postgresql+psycopg://", "://", "a = ", "1", '"')


def main() -> None:
    tried = 0
    for found in every_pattern():
        print(found.where, flush=True)
        for text in _texts(found):
            _meet(found, text)
            tried += 1
    for look in _doors():
        print(getattr(look, "__name__", look), flush=True)
        for start in _STARTS if _LONG else _STARTS[:4]:
            for pump in _PUMPS:
                with contextlib.suppress(
                    ValueError, BackendError, SettingsFileError, PostgresUrlError, InvalidEmailError
                ):
                    look(start + pump * (SIZE // len(pump)) + "\0")
                tried += 1
    print(tried)


def _texts(found: Found) -> Iterator[str]:
    chars = representatives(found.pattern)[:_PUMPED]
    pumps = [*chars, *(one + other for one in chars for other in chars if one != other)]
    starts = beginnings(found.pattern)
    if found.where.startswith("route "):
        starts += [f"{start}/" for start in starts]
    for start in starts:
        for pump in pumps:
            yield from (start + pump * (SIZE // len(pump)) + end for end in _ENDS)


def _meet(found: Found, text: str) -> None:
    pattern = found.pattern
    subject = text if isinstance(pattern.pattern, str) else text.encode("utf-8", "surrogatepass")
    for use in sorted(found.uses):
        if use in {"sub", "subn"}:
            getattr(pattern, use)(subject[:0], subject)
        elif use == "finditer":
            for _ in pattern.finditer(subject):
                pass
        else:
            getattr(pattern, use)(subject)


def _doors() -> tuple[Callable[[str], object], ...]:
    return (
        canonical_email,
        visible,
        holds_password,
        parsed,
        compose.target_at,
        server_url.normalised,
        lambda text: suggested_slug(text, ()),
        tokens.code_hash,
        lambda text: guessable(text, ("ada@example.com", "Example")),
        lambda text: accounts.demand_text("The name", RequestField.NAME, text),
        lambda text: moments.parse_moment(text, _NOW),
        lambda text: source_of("10.0.0.1", (text,), ServerSettings()),
        lambda text: event_rows.event_of((*[text] * 9, text, text, text, text)),
        audit_file._cell,
        _people,
        _settings,
    )


def _people(text: str) -> object:
    return member_file.read_rows(_file(text))


def _settings(text: str) -> object:
    return settings_file.load(_file(text[: settings_file.MAX_BYTES]), lambda _keys: None)


def _file(text: str) -> Path:
    path = Path(_FOLDER.name) / "text"
    path.write_bytes(text.encode("utf-8", "replace"))
    return path


_FOLDER = TemporaryDirectory()

if __name__ == "__main__":
    main()
