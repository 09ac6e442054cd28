"""Every operation of the document, tried by schemathesis on a real server process."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.backend.world import MovableClock, SqliteDeployment, World
from tests.serving import forked

_HERE = Path(__file__).parent
_LONG = os.environ.get("LONG_TESTS") == "1"


@pytest.fixture
async def world(tmp_path: Path) -> World:
    """A team of today, since the server goes by the real clock."""
    world = World(SqliteDeployment(tmp_path), MovableClock(datetime.now(UTC)))
    await world.found()
    await world.add("ada", "grace")
    await world.close()
    return world


@pytest.mark.timeout(600)
def test_the_server_keeps_its_document_s_word(world: World, tmp_path: Path) -> None:
    """Right and wrong requests, in chains along the document's links; no failure of any kind."""
    for name in ("schemathesis.toml", "schemathesis_hooks.py"):
        shutil.copy(_HERE / name, tmp_path)
    with forked(world.deployment.url) as server:
        path = server.database.removeprefix("sqlite:///")
        (tmp_path / "site.json").write_text(json.dumps({"path": path}))
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("st")),
                "run",
                f"{server.url}/openapi.json",
                "--phases=examples,coverage,fuzzing,stateful",
                "--checks=all",
                f"--max-examples={100 if _LONG else 5}",
                "--seed=1",
                "--generation-database=none",
                "--no-color",
            ],
            cwd=tmp_path,
            env={
                **os.environ,
                "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
                "PYTHONPATH": f"{tmp_path}{os.pathsep}{_HERE.parents[1]}",
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "41 selected / 41 total" in done.stdout
