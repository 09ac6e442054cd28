"""No way to the database: each reason has its sentence and its remedy, and no secret in it."""

from pathlib import Path

import pytest
import trustme

from bgconsole.backend.errors import NotAllowedError, UnavailableError, UnreachableError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.postgres.database import PostgresDatabase
from bgconsole.backend.values import Severity
from bgconsole.policy.refusals import Code
from tests.backend.world import CONSOLE, OWNER, PASSWORD, PostgresDeployment, World
from tests.postgres import SHARED, Cluster, free_port, standby

_SECRET = "hunter2hunter2"


def told(url: str, password: str | None = None) -> UnreachableError:
    """What is said when the database at `url` is opened."""
    database = PostgresDatabase(url, password)
    with pytest.raises(UnreachableError) as caught, database.read():
        pass
    database.close()
    words = f"{caught.value.refusal} {database.place} {database.target} {database._settings!r}"
    assert _SECRET not in words
    assert caught.value.refusal.remedy
    return caught.value


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("/here", "/nothing"), "does not exist"),
        (("postgres@", "nobody@"), "no such user"),
        (("/here", "/here?sslmode=require"), "does not support TLS"),
        (("127.0.0.1", "nowhere.invalid"), "The host nowhere.invalid"),
    ],
    ids=["database", "user", "plain", "host"],
)
def test_what_is_wrong_with_the_url_is_told(change: tuple[str, str], sentence: str) -> None:
    assert sentence in told(SHARED.get().url("here").replace(*change)).refusal.message


def test_a_port_that_nobody_listens_on_is_named() -> None:
    port = free_port()
    message = told(f"postgresql+psycopg://x@127.0.0.1:{port}/x").refusal.message
    assert f"No connection to the database server at 127.0.0.1:{port}" in message


def test_an_option_that_does_not_exist_is_told() -> None:
    with pytest.raises(UnreachableError) as caught:
        PostgresDatabase("postgresql+psycopg://x@127.0.0.1/x?nonsense=1")
    assert "does not know" in caught.value.refusal.message


def test_passwords_come_from_the_settings_or_a_password_file(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.run(f"CREATE ROLE ann LOGIN PASSWORD '{_SECRET}'")
    rules = cluster.data / "pg_hba.conf"
    allowed = "host all ann 127.0.0.1/32 scram-sha-256\nhost all postgres 127.0.0.1/32 trust\n"
    rules.write_text(allowed)
    cluster.reload()
    url = cluster.url(user="ann")
    assert "requires a password" in told(url).refusal.message
    assert "does not accept the password" in told(url, "wrong").refusal.message
    assert "There is no team" in told(url, _SECRET).refusal.message
    file = tmp_path / "pgpass"
    file.write_text(f"*:*:*:ann:{_SECRET}\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    assert "There is no team" in told(url).refusal.message
    assert "does not accept this user" in told(cluster.url(user="bob")).refusal.message


def test_certificates_are_held_against_their_ca_and_their_name(
    cluster: Cluster, tmp_path: Path
) -> None:
    ours, other = trustme.CA(), trustme.CA()
    for name, authority in (("ours", ours), ("other", other)):
        authority.cert_pem.write_to_path(str(tmp_path / name))
    issued = ours.issue_cert("db.acme.test")
    issued.private_key_pem.write_to_path(str(cluster.data / "server.key"))
    issued.cert_chain_pems[0].write_to_path(str(cluster.data / "server.crt"))
    (cluster.data / "server.key").chmod(0o600)
    cluster.configure("ssl = on")
    cluster.stop()
    cluster.start()
    url = f"{cluster.url()}?sslrootcert={tmp_path}/"
    unknown = told(f"{url}other&sslmode=verify-ca").refusal
    assert "not from a trusted CA" in unknown.message
    assert "for another name" in told(f"{url}ours&sslmode=verify-full").refusal.message
    assert "There is no team" in told(f"{url}ours&sslmode=verify-ca").refusal.message


async def test_a_standby_is_told_from_a_primary(cluster: Cluster) -> None:
    name = cluster.create()
    backend = LocalBackend.on(PostgresDatabase(cluster.url(name)))
    signed_in = await backend.initialise(Caller(CONSOLE), "Acme", OWNER, PASSWORD)
    await backend.close()
    with standby(cluster) as second:
        reader = LocalBackend.on(PostgresDatabase(second.url(name)))
        caller = Caller(CONSOLE, signed_in.token)
        # Both are asked over connections, so this ends as soon as the standby has caught up.
        written = cluster.run("SELECT pg_current_wal_flush_lsn()")[0][0]
        while not second.run(f"SELECT pg_last_wal_replay_lsn() >= '{written}'")[0][0]:
            pass
        assert (await reader.me(caller)).email == OWNER
        with pytest.raises(UnavailableError) as caught:
            await reader.create_token(caller, 1)
        assert "is read-only" in caught.value.refusal.message
        problems = [f for f in await reader.doctor(caller) if f.severity is Severity.PROBLEM]
        assert [one.check for one in problems] == ["standby"]
        await reader.close()
        wanted = f"{second.url(name)}?target_session_attrs=read-write"
        assert "does not accept changes" in told(wanted).refusal.message


async def test_only_the_owner_of_the_tables_recovers_the_team(
    world: World, deployment: PostgresDeployment
) -> None:
    role = f"guest_{deployment.name}"
    for statement in (
        f"CREATE ROLE {role} LOGIN",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {role}",
    ):
        SHARED.get().run(statement, deployment.name)
    url = SHARED.get().url(deployment.name, role)
    guest = LocalBackend.on(PostgresDatabase(url))
    with pytest.raises(NotAllowedError) as caught:
        await guest.recover(Caller(CONSOLE), OWNER, PASSWORD)
    assert caught.value.code is Code.FORBIDDEN
    assert '"postgres"' in caught.value.refusal.message
    await guest.close()


async def test_a_writer_who_keeps_others_waiting_makes_them_busy(
    world: World, deployment: PostgresDeployment
) -> None:
    database = PostgresDatabase(deployment.url)
    with database.write():
        for other in (database.write, database.write_if_free):
            with pytest.raises(UnavailableError) as caught, other():
                pass
            assert "is busy" in caught.value.refusal.message
    database.close()
