"""Runs the real command line: in this process for many cases, or as a process of its own."""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from bgconsole.cli.main import run


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output, which is JSON."""
        return json.loads(self.out)


class CommandLine:
    """Runs commands in this process. Standard input is no terminal, as in a script."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.database: str | None = None

    def __call__(self, *arguments: str, stdin: str | bytes = b"") -> Done:
        """Run `bgconsole ARGUMENTS` on the database of this test."""
        content = stdin.encode() if isinstance(stdin, str) else stdin
        streams = {
            "stdin": io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"),
            "stdout": io.TextIOWrapper(io.BytesIO(), encoding="utf-8"),
            "stderr": io.TextIOWrapper(io.BytesIO(), encoding="utf-8"),
        }
        place = () if self.database is None else ("--database", self.database)
        with self._monkeypatch.context() as patched:
            for name, stream in streams.items():
                patched.setattr(sys, name, stream)
            code = run([*place, *arguments])
        out, err = (_written(streams[name]) for name in ("stdout", "stderr"))
        assert "Traceback" not in out + err
        return Done(code, out, err)


def in_a_process(*arguments: str, stdin: str = "", **environment: str) -> Done:
    """Run `bgconsole ARGUMENTS` as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bgconsole", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | environment,
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
