"""Seeding PostgreSQL: the events of `seed.py`, written by COPY."""

from contextlib import closing
from typing import LiteralString, cast

import psycopg
from psycopg import sql

from benchmarks.seed import COLUMNS, rows


def fill(connection: psycopg.Connection, count: int) -> None:
    """Add `count` events to a database that `initialise` made; all or none."""
    with connection.transaction():
        # Building an index over all rows is faster than keeping it while they come.
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        found = connection.execute("SELECT seq, hash FROM audit_head").fetchone()
        assert found is not None
        columns = sql.SQL(", ").join(sql.Identifier(column) for column in COLUMNS)
        copying = sql.SQL("COPY audit_event ({}) FROM STDIN").format(columns)
        with connection.cursor() as cursor, cursor.copy(copying) as copy:
            for row in rows(found[0], found[1], count):
                copy.write_row([row[column] for column in COLUMNS])
        for _, creation in indexes:
            connection.execute(cast("LiteralString", creation))
        connection.execute(_UPDATE_HEAD)
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")


def sizes(url: str) -> tuple[tuple[str, int], ...]:
    """The bytes of the log's table and of each of its indexes, largest first."""
    with closing(psycopg.connect(url)) as connection:
        found = connection.execute(_SIZES).fetchall()
    return tuple((str(name), int(size)) for name, size in found)


_INDEXES = (
    "SELECT indexname, indexdef FROM pg_indexes"
    " WHERE tablename = 'audit_event' AND indexname <> 'audit_event_pkey'"
)
_UPDATE_HEAD = (
    "UPDATE audit_head SET (seq, hash) ="
    " (SELECT seq, hash FROM audit_event ORDER BY seq DESC LIMIT 1)"
)
_SIZES = (
    "SELECT relname::text, pg_relation_size(oid) FROM pg_class WHERE oid = 'audit_event'::regclass"
    " UNION ALL SELECT indexrelid::regclass::text, pg_relation_size(indexrelid) FROM pg_index"
    " WHERE indrelid = 'audit_event'::regclass ORDER BY 2 DESC"
)
