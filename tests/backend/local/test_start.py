"""What opening and using the local backend loads: the heavy parts only when they are needed."""

import subprocess
import sys
from pathlib import Path

from tests.backend.world import World

_PROBE = """
import asyncio, sys
from pathlib import Path
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.identity import Caller, Source
async def main():
    backend = LocalBackend.at(Path(sys.argv[1]))
    await backend.welcome()
    await backend.close()
asyncio.run(main())
print(*sys.modules)
"""


async def test_showing_the_sign_in_screen_loads_no_orm_hashing_or_migrations(
    world: World, path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, path], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "sqlalchemy.engine" in loaded
    assert loaded.isdisjoint({"sqlalchemy.orm", "argon2", "alembic", "zxcvbn_rs_py"})
