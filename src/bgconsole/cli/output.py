"""What the command line prints: plain tables, JSON, and text from outside made harmless."""

import json
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime

from bgconsole.policy.text import visible
from bgconsole.system.locale_encoding import UTF_8
from bgconsole.system.streams import tell

YES_SIGN, NO_SIGN = "✓", "×"
PLAIN_YES, PLAIN_NO = "v", "x"


def say(*lines: str, now: bool = False) -> None:
    """Print lines made of the program's own words and `visible` text; `now` as `put` has it."""
    for line in lines:
        put(line, now=now)


def note(message: str) -> None:
    """Tell something on stderr that is not an error and no part of the output."""
    tell(f"bgconsole: {message}")


def note_all(sentences: Iterable[str]) -> None:
    """As `note`, for sentences with text from outside in them, and without their full stops."""
    for sentence in sentences:
        note(f"{visible(sentence)}.")


def put(line: str, *, now: bool = False) -> None:
    """Write a line on stdout; `now` does not wait for more.

    Raises BrokenPipeError when nobody reads it, OSError that names the output when it cannot be
    written.
    """
    with output_named():
        print(line, flush=now)


def finish() -> None:
    """Write what still waits. Raises as `put` does."""
    with output_named():
        if sys.stdout is not None:
            sys.stdout.flush()


@contextmanager
def output_named() -> Generator[None]:
    """Let an error in writing name standard output, as an error in a file names the file."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.strerror:
            error.filename = "Standard output"
        raise


def print_json(value: object) -> None:
    """Print `value` as JSON; pure ASCII, so that no text in it can steer a terminal."""
    put(json.dumps(value, indent=2))


def print_json_line(value: object) -> None:
    """Print `value` as one line of JSON, at once."""
    put(json_line(value), now=True)


def json_line(value: object) -> str:
    """`value` as one line of ASCII."""
    return json.dumps(value, separators=(",", ":"))


def cells(text: str) -> int:
    """How many columns of a terminal `text` takes, counted as on the console's screen."""
    if text.isascii():
        return len(text)
    # Few names need it, and it takes some milliseconds.
    from rich.cells import cell_len

    return cell_len(text)


def as_printed(cell: str) -> str:
    """`cell` as stdout writes it: what its encoding lacks takes the room of an escape."""
    encoding = getattr(sys.stdout, "encoding", None) or UTF_8
    errors = getattr(sys.stdout, "errors", None) or "backslashreplace"
    return visible(cell).encode(encoding, errors).decode(encoding)


def signs() -> tuple[str, str]:
    """The signs for passed and failed that stdout can carry."""
    try:
        f"{YES_SIGN}{NO_SIGN}".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return PLAIN_YES, PLAIN_NO
    return YES_SIGN, NO_SIGN


def moment(at: datetime | None, *, seconds: bool = False) -> str:
    """A time for people, in UTC; '-' for None."""
    if at is None:
        return "-"
    return f"{at.astimezone(UTC):{'%Y-%m-%d %H:%M:%S' if seconds else '%Y-%m-%d %H:%M'}}"


def iso(at: datetime | None) -> str | None:
    """A time for programs: RFC 3339 in UTC."""
    if at is None:
        return None
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def count(number: int, one: str, many: str) -> str:
    """'1 person', '2,000 people'."""
    return f"{number:,} {one if number == 1 else many}"
