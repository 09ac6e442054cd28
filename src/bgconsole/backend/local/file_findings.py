"""What `doctor` says of a database file, and of SQLite."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from bgconsole.backend.values import Finding, Severity

_LITTLE = 100 * 2**20
"""Bytes of free disk space below which `doctor` reports it."""


def surroundings(path: Path) -> Iterator[Finding]:
    """File and folder: who may read and write them, and the room on the disk."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        folder = stat.S_IMODE(path.parent.stat().st_mode)
        free = shutil.disk_usage(path.parent).free
    except OSError:
        return
    if mode & 0o077:
        yield Finding(
            "file",
            Severity.PROBLEM,
            f"Other users can read or write {path}",
            f"Run: chmod 600 {path}",
        )
    elif folder & 0o022:
        yield Finding(
            "file",
            Severity.PROBLEM,
            f"Other users can replace files in {path.parent}",
            f"Run: chmod 700 {path.parent}",
        )
    elif not os.access(path, os.W_OK):
        yield Finding(
            "file", Severity.PROBLEM, f"{path} cannot be written", "Make it writable by your user"
        )
    else:
        yield Finding("file", Severity.OK, f"{path}, only accessible by its owner")
    if free < _LITTLE:
        yield Finding(
            "disk",
            Severity.PROBLEM,
            f"Only {free // 2**20} MiB are free where the database is",
            "Free some space: what cannot be recorded is refused",
        )
    else:
        yield Finding("disk", Severity.OK, f"{free // 2**20} MiB free")


def condition(connection: Connection, wanted: str, synchronous: str) -> Iterator[Finding]:
    """SQLite and how it writes, beside the journal mode that is wanted."""
    mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())
    if mode == wanted:
        detail = f"SQLite {sqlite3.sqlite_version}, journal mode {mode}, synchronous {synchronous}"
        yield Finding("sqlite", Severity.OK, detail)
    else:
        yield Finding(
            "sqlite",
            Severity.PROBLEM if mode == "wal" else Severity.NOTE,
            f"Journal mode is {mode}; with SQLite {sqlite3.sqlite_version} it should be {wanted}",
            "Close every bgconsole that has this database open, then run this again",
        )
