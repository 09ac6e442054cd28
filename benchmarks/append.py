"""Append: how many audit events a second get to disk for good, ours and by sqlite3 alone."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from benchmarks.stage import OWNER, PASSWORD, Stage
from bgconsole.backend.identity import Caller
from bgconsole.compose import local_source, open_backend, target_of
from bgconsole.policy.audit import ALL_EVENTS

_EVENTS = 100


def appends_per_second(stage: Stage) -> float:
    """Events a second through the backend: the session checked, the chain led on, committed."""
    return asyncio.run(_append(_fresh_copy(stage, "append.db")))


def raw_appends_per_second(stage: Stage) -> float:
    """Rows a second into the same table by sqlite3 alone: same journal, same size, no chain."""
    database = _fresh_copy(stage, "raw.db")
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        connection.execute(f"PRAGMA synchronous={'FULL' if mode == 'wal' else 'EXTRA'}")
        names = [row[1] for row in connection.execute("PRAGMA table_info(audit_event)")]
        last = connection.execute("SELECT * FROM audit_event ORDER BY seq DESC LIMIT 1").fetchone()
        row = dict(zip(names, last, strict=True))
        insert = f"INSERT INTO audit_event VALUES ({', '.join(f':{name}' for name in names)})"
        begun = time.perf_counter()
        for number in range(1, _EVENTS + 1):
            connection.execute("BEGIN IMMEDIATE")
            row |= {"seq": row["seq"] + 1, "id": f"{number:036}", "hash": f"{number:064}"}
            connection.execute(insert, row)
            connection.execute("COMMIT")
        return _EVENTS / (time.perf_counter() - begun)


async def _append(database: Path) -> float:
    backend = open_backend(target_of(f"sqlite:///{database}"))
    source = local_source()
    opened = await backend.sign_in(Caller(source), OWNER, PASSWORD)
    caller = Caller(source, opened.token)
    begun = time.perf_counter()
    for _ in range(_EVENTS):
        await backend.record_export(caller, ALL_EVENTS, 1)
    rate = _EVENTS / (time.perf_counter() - begun)
    await backend.close()
    return rate


def _fresh_copy(stage: Stage, name: str) -> Path:
    copy = stage.folder / name
    for beside in stage.folder.glob(f"{name}*"):
        beside.unlink()
    shutil.copyfile(stage.few.database, copy)
    copy.chmod(0o600)
    return copy
