"""nanoidp, a provider in Python, as a process on loopback; needs what `make providers` installs."""

import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
PROGRAM: Final = ROOT / ".venv-nanoidp" / "bin" / "nanoidp"
SECRET: Final = "secret-for-tests"
PASSWORD: Final = "a password for tests"

_SETTINGS: Final = """\
config_version: 1
server: {{host: 127.0.0.1, port: {port}}}
oauth:
  issuer: "http://127.0.0.1:{port}"
  audience: my-app
  clients:
    - {{client_id: console, client_secret: "{secret}", description: bgconsole}}
"""
_USERS: Final = """\
config_version: 1
users:
  ken: {{password: "{password}", email: ken@example.com, roles: [USER]}}
  olga: {{password: "{password}", email: olga@example.com, roles: [USER]}}
"""


@contextmanager
def nanoidp(folder: Path) -> Generator[str]:
    """Runs the provider; gives its issuer. Skips the test where it is not installed."""
    if not PROGRAM.exists():
        pytest.skip("nanoidp is not installed: run 'make providers'")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "settings.yaml").write_text(_SETTINGS.format(port=port, secret=SECRET))
    (folder / "users.yaml").write_text(_USERS.format(password=PASSWORD))
    command = [PROGRAM, "--config", folder, "--port", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
    ) as process:
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nanoidp did not start: {process.poll()}")
