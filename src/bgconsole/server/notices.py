"""What a server says of itself to its operator: sentences on stderr, or lines of JSON."""

import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TextIO


@dataclass
class _Form:
    as_json: bool = False


_FORM: Final = _Form()
"""Of this process, and of the workers that it starts: they are forked."""


def in_json() -> None:
    """From now on, say everything as lines of JSON."""
    _FORM.as_json = True


def tell(message: str) -> None:
    """Say something that the operator should know. Fails open, as the access log does."""
    _write(sys.stderr, _line(message) if _FORM.as_json else f"bgconsole: {message}")


def tell_address(database: str, url: str) -> None:
    """Say that requests are answered at `url`: in JSON on stdout, as what a command prints."""
    message = f"Serving {database} at {url}"
    if _FORM.as_json:
        _write(sys.stdout, _line(message, database=database, url=url))
    else:
        tell(message)


def _line(message: str, **facts: str) -> str:
    time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"time": time, "message": message, **facts})


def _write(stream: TextIO, line: str) -> None:
    with suppress(OSError, ValueError):
        # In one piece, for several processes write to it.
        stream.write(f"{line}\n")
        stream.flush()
