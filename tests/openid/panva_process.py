"""panva's oidc-provider as a process on loopback; needs node and what `make providers` installs."""

import json
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
MODULES: Final = ROOT / ".venv-node" / "node_modules"
SERVER: Final = Path(__file__).parent / "panva" / "server.mjs"


@contextmanager
def panva(**options: object) -> Generator[str]:
    """Runs the provider; gives its issuer. Skips the test where it is not installed."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if not (MODULES / "oidc-provider").is_dir():
        pytest.skip("oidc-provider is not installed: run 'make providers'")
    command = [node, "--no-warnings", str(SERVER), str(MODULES), json.dumps(options)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            issuer = process.stdout.readline().strip()
            assert issuer, "the provider did not start"
            yield issuer
        finally:
            process.kill()
