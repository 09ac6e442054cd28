"""The audit log of a picture: the same ids every time, and the hashes that follow from them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from bgconsole.policy.chain import GENESIS, chain_hash

_FIELDS = (
    *("seq", "id", "at", "type", "outcome", "actor", "target"),
    *("provider", "description", "metadata", "source"),
)


def fix_chain(path: Path) -> None:
    """Give every event its id by its place, and its hash by that, from the first without one on."""
    with closing(sqlite3.connect(path)) as connection:
        last = connection.execute(
            "SELECT seq, hash FROM audit_event WHERE id LIKE '0199e08a-%' ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        seq, head = last or (0, GENESIS)
        rows = connection.execute(
            f"SELECT {', '.join(_FIELDS)} FROM audit_event WHERE seq > ? ORDER BY seq", (seq,)
        ).fetchall()
        for row in rows:
            fields = dict(zip(_FIELDS, row, strict=True))
            seq = fields["seq"]
            fields["id"] = f"0199e08a-{seq:04x}-7bd1-8a54-{seq * 7919:012x}"
            if fields["type"].startswith("token."):
                fields["target"] = f"{seq:012x}"
            fields["metadata"] = json.loads(fields["metadata"])
            prev, head = head, chain_hash(head, fields)
            connection.execute(
                "UPDATE audit_event SET id = ?, target = ?, prev_hash = ?, hash = ? WHERE seq = ?",
                (fields["id"], fields["target"], prev, head, seq),
            )
        connection.execute("UPDATE audit_head SET hash = ?", (head,))
        connection.commit()
