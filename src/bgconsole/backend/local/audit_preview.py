"""The newest page of the audit log by the standard library alone, for the console's first frame.

The rest of the local backend takes 150 ms to import; this is read meanwhile. It asks for the same
right (a session of an owner or admin that holds), shows nothing in doubt, and changes nothing: the
backend reads the page again as soon as it is there.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote

from bgconsole.backend.local.event_rows import event_of
from bgconsole.backend.values import AuditPage
from bgconsole.policy.chain import timestamp
from bgconsole.policy.clock import latest_stamp
from bgconsole.policy.permissions import Capability, allows
from bgconsole.policy.team import Role

PAGE: Final = 50
_PATIENCE: Final = 0.05
"""Seconds to wait for a writer; the backend waits longer."""

_READER: Final = """
SELECT m.role FROM session s JOIN membership m ON m.account_id = s.account_id
WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND s.created_at <= ?
"""
_NEWEST: Final = """
SELECT seq, id, at, type, outcome, actor, target, provider,
       description, metadata, source, prev_hash, hash
FROM audit_event ORDER BY seq DESC LIMIT ?
"""


def newest_page(path: Path, token: str, clock: Callable[[], datetime]) -> AuditPage | None:
    """The newest events, or None where the session does not hold or the file cannot be read."""
    try:
        with closing(_connected(path)) as connection:
            if not _may_read(connection, token, clock()):
                return None
            rows = connection.execute(_NEWEST, (PAGE + 1,)).fetchall()
    except (sqlite3.Error, ValueError):
        return None
    events = tuple(event_of(row) for row in rows)
    newest, hash_ = (events[0].seq, events[0].hash) if events else (0, "")
    return AuditPage(events[:PAGE], newest, more=len(events) > PAGE, head_hash=hash_)


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=_PATIENCE)


def _may_read(connection: sqlite3.Connection, token: str, now: datetime) -> bool:
    digest = sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    asked = (digest, timestamp(now), timestamp(latest_stamp(now)))
    row = connection.execute(_READER, asked).fetchone()
    return row is not None and allows(Role(row[0]), Capability.SEE_AUDIT)
