"""A client that openapi-python-client generates from a server's document, used on that server."""

import importlib
import secrets
import subprocess
import sys
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bgconsole.server.app import OPERATIONS
from tests.backend.world import OWNER, PASSWORD, MovableClock, SqliteDeployment, World
from tests.serving import Server, forked

_PACKAGE = "team_client"


@pytest.fixture
async def world(tmp_path: Path) -> World:
    """A team of today, since the server goes by the real clock."""
    world = World(SqliteDeployment(tmp_path), MovableClock(datetime.now(UTC)))
    await world.found()
    await world.add("ada", "grace")
    await world.close()
    return world


@pytest.fixture
def server(world: World) -> Generator[Server]:
    with forked(world.deployment.url) as server:
        yield server


@pytest.fixture
def generated(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator["Generated"]:
    """The client, made from what the server says of itself; it can be imported in this test."""
    settings = tmp_path / "generator.yaml"
    settings.write_text("post_hooks: []\n")
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("openapi-python-client")),
            "generate",
            f"--url={server.url}/openapi.json",
            f"--config={settings}",
            f"--output-path={tmp_path / _PACKAGE}",
            "--meta=none",
            # An operation or a schema that it leaves out is only a warning otherwise.
            "--fail-on-warning",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in (done.stdout + done.stderr).upper()
    monkeypatch.syspath_prepend(tmp_path)
    yield Generated(tmp_path / _PACKAGE)
    for name in [one for one in sys.modules if one.split(".")[0] == _PACKAGE]:
        del sys.modules[name]


class Generated:
    """The generated package, by the names that it gave to things."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def client(self, server: Server, token: str | None = None) -> Any:
        """A client of it, with or without a token."""
        package = importlib.import_module(_PACKAGE)
        if token is None:
            return package.Client(server.url, raise_on_unexpected_status=True)
        return package.AuthenticatedClient(server.url, token, raise_on_unexpected_status=True)

    def model(self, name: str) -> Any:
        """One of its classes."""
        return getattr(importlib.import_module(f"{_PACKAGE}.models"), name)

    def call(self, operation: str, client: Any, *parts: str, **how: Any) -> Any:
        """One request by the generated function; its answer as the generated class."""
        place, name = operation.split(".")
        module = importlib.import_module(f"{_PACKAGE}.api.{place}.{name}")
        return module.sync_detailed(*parts, client=client, **how).parsed


def _key() -> str:
    return secrets.token_hex(16)


def test_no_operation_is_left_out(generated: Generated) -> None:
    modules = (generated.folder / "api").glob("*/[a-z]*.py")
    found = {(path.parent.name, path.stem) for path in modules}
    assert found == {(one.tag, one.name) for one in OPERATIONS}


def test_it_reads_changes_and_is_refused_in_types(server: Server, generated: Generated) -> None:
    call, model = generated.call, generated.model
    with generated.client(server) as anybody:
        assert call("session.welcome", anybody).team == "Acme"
        body = model("LoginBody")(OWNER, PASSWORD)
        signed_in = call("session.login", anybody, body=body)
    assert signed_in.role is model("Role").OWNER
    assert signed_in.expires_at > datetime.now(UTC)
    with generated.client(server, signed_in.token) as client:
        _changes(generated, client)
        page = call("audit.list_events", client, limit=3)
        newest = page.events[0]
        assert isinstance(newest, model("AuditEvent"))
        assert (newest.seq, newest.target) == (page.head, "ada@acme.test")
        assert newest.type_ is model("EventType").BREAK_GLASS_USER_ADDED
        assert all(one.actor == OWNER and one.at.tzinfo for one in page.events)
        assert call("audit.verify", client).ok is True
        assert call("session.logout", client) is None
        gone = call("session.me", client)
        assert (gone.status, gone.code) == (401, "signed_out")


def _changes(generated: Generated, client: Any) -> None:
    """What an admin does to a provider's list; ends with entra enforced, for the owner and ada."""
    call, model = generated.call, generated.model
    before = {one.slug: one for one in call("providers.list_providers", client)}
    assert before["entra"].entries == []

    added = model("EntriesBody")(add=[OWNER], enforced=True)
    key = _key()
    entra, again = (
        call("providers.change_entries", client, "entra", body=added, idempotency_key=key)
        for _ in range(2)
    )
    assert isinstance(entra, model("ProviderDetail"))
    assert entra.version == before["entra"].version + 1
    assert [one.email for one in entra.entries] == [OWNER]
    assert again == entra

    def saved(version: int, *emails: str) -> Any:
        return call(
            "providers.save_settings",
            client,
            "entra",
            body=model("SettingsBody")(enforced=True, emails=list(emails)),
            idempotency_key=_key(),
            if_match=f'"{version}"',
        )

    entra = saved(entra.version, OWNER, "ada@acme.test")
    assert {one.email for one in entra.entries} == {OWNER, "ada@acme.test"}
    stale = saved(before["entra"].version, OWNER)
    assert (stale.status, stale.code) == (412, "version_conflict")
    assert stale.theirs.version == entra.version
    refused = saved(entra.version)
    assert isinstance(refused, model("Problem"))
    assert (refused.status, refused.code) == (409, "would_lock_out")
    assert refused.remedy
