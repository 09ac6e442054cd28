"""What `doctor` says of a PostgreSQL server and of the rights on it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row

from bgconsole.backend.values import Finding, Severity

_OLDEST = 140000
"""The earliest `server_version_num` that its makers still mend."""

_STATE = """
SELECT current_setting('server_version_num')::int AS number,
       current_setting('server_version') AS version,
       current_setting('synchronous_commit') AS durable,
       current_setting('fsync') AS fsync,
       current_setting('synchronous_standby_names') AS standbys,
       pg_is_in_recovery() AS standby,
       (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl) AS tls,
       inet_server_addr() IS NOT NULL AS network,
       coalesce(host(inet_server_addr()) IN ('127.0.0.1', '::1'), false) AS loopback,
       current_user AS role,
       current_schema() AS schema,
       has_schema_privilege('public', current_schema(), 'CREATE') AS open_to_all,
       current_setting('default_transaction_read_only') = 'on' AS only_reads,
       has_table_privilege('audit_event', 'UPDATE')
         OR has_table_privilege('audit_event', 'DELETE') AS may_alter
"""


def condition(connection: Connection) -> Iterator[Finding]:
    """Version, durability, TLS, who takes changes, and what users may do to the log."""
    state = connection.exec_driver_sql(_STATE).one()
    if state.number < _OLDEST:
        yield Finding(
            "postgresql",
            Severity.NOTE,
            f"PostgreSQL {state.version} is no longer supported",
            "Upgrade to a supported version",
        )
    else:
        yield Finding("postgresql", Severity.OK, f"PostgreSQL {state.version}")
    if state.durable in {"off", "local"} or state.fsync != "on":
        yield Finding(
            "durability",
            Severity.PROBLEM,
            f"A commit may be lost: fsync {state.fsync}, synchronous_commit {state.durable}",
            "Turn both on in postgresql.conf",
        )
    else:
        standbys = "a standby confirms" if state.standbys else "no synchronous standby"
        detail = f"fsync on, synchronous_commit {state.durable}, {standbys}"
        yield Finding("durability", Severity.OK, detail)
    if state.tls:
        yield Finding("tls", Severity.OK, str(state.tls))
    elif state.network and not state.loopback:
        yield Finding(
            "tls",
            Severity.PROBLEM,
            "The connection to the database is not encrypted",
            "Use sslmode=verify-full, with TLS turned on at the server",
        )
    else:
        yield Finding("tls", Severity.OK, "Not needed: the server is on this machine")
    yield from _writing(state)
    yield from _rights(state)


def _writing(state: Row[Any]) -> Iterator[Finding]:
    if state.standby:
        yield Finding(
            "standby",
            Severity.PROBLEM,
            "This server is a standby and does not accept changes, so nobody can sign in",
            "Name the primary too, with target_session_attrs=read-write",
        )
    elif state.only_reads:
        yield Finding(
            "writing",
            Severity.PROBLEM,
            f'The user "{state.role}" is read-only by default, so nobody can sign in',
            "Turn off default_transaction_read_only for this user, database and server",
        )


def _rights(state: Row[Any]) -> Iterator[Finding]:
    if state.open_to_all:
        yield Finding(
            "schema rights",
            Severity.NOTE,
            (
                f'Every user of the database can add functions to the schema "{state.schema}",'
                " which could run with bgconsole's rights"
            ),
            f"Run: REVOKE CREATE ON SCHEMA {state.schema} FROM PUBLIC (as deploy/grants.sql does)",
        )
    if state.may_alter:
        yield Finding(
            "rights",
            Severity.NOTE,
            f'The user "{state.role}" can change and remove audit records',
            "Connect as a user that can only insert and select them (deploy/grants.sql)",
        )
    else:
        detail = f'The user "{state.role}" can add audit records, not change or remove them'
        yield Finding("rights", Severity.OK, detail)
