"""Runs what a document shows at a prompt, in a terminal, and answers what it asks."""

import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_WITHIN = 60.0
_PROMPT = re.compile(r"(?:([A-Z][A-Za-z -]*)|\[y/N\]):\s*$")
_ERASED = re.compile(r"\x1b\[[0-9]*K")
_CHANGING = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?"), "MOMENT"),
    (re.compile(r"sqlite:////\S+\.db"), "DATABASE"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "HASH"),
    (re.compile(r"(?:\S+ over SSH, )?this host \(\S+\), (?:user|uid) \S+"), "SOURCE"),
)
"""What is different each time."""


def shown(text: str) -> list[tuple[str, list[str]]]:
    """Each command of a transcript, and the lines that it is said to write."""
    steps: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            steps.append((line.removeprefix("$ "), []))
        else:
            steps[-1][1].append(masked(line))
    return steps


def masked(line: str) -> str:
    """A line without what is different each time."""
    for pattern, name in _CHANGING:
        line = pattern.sub(name, line)
    return line.rstrip()


def typed(command: str, folder: Path, answer: Callable[[str], str]) -> tuple[int, list[str]]:
    """Run `command` in a shell on a terminal; its exit code and the lines it left there.

    `answer` is asked what to type at each prompt.
    """
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    program = programs / "bgconsole"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bgconsole "$@"\n')
    program.chmod(0o755)
    master, slave = pty.openpty()
    process = subprocess.Popen(
        ["sh", "-c", command],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=folder,
        env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "COLUMNS": "200"},
        start_new_session=True,
    )
    os.close(slave)
    try:
        text = _conversation(master, answer)
    finally:
        os.close(master)
    return process.wait(_WITHIN), [masked(_left(line)) for line in text.split("\n")]


def _left(line: str) -> str:
    """What is left of a line that was written over: how far something is, until it is done."""
    return _ERASED.sub("", line.rstrip("\r").rpartition("\r")[2])


def _conversation(master: int, answer: Callable[[str], str]) -> str:
    text, answered = "", 0
    while True:
        ready, _, _ = select.select([master], [], [], _WITHIN)
        assert ready, f"nothing more came after {text!r}"
        try:
            chunk = os.read(master, 1 << 16)
        except OSError:
            return text.replace("\r\n", "\n")
        text += chunk.decode()
        asked = _PROMPT.search(text, answered)
        if asked is not None:
            answered = len(text)
            said = "y" if asked[1] is None else answer(asked[1])
            os.write(master, f"{said}\n".encode())
