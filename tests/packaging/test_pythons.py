"""bgconsole installs, starts and passes tests on the supported Pythons that this machine has.

Some tests that reach every layer, on the newest of them; `LONG_TESTS=1` runs every test on each.
"""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.checkout import Checkout, Command, check_out, machine
from tests.packaging.pins import ROOT, releases, supported

LONG = os.environ.get("LONG_TESTS") == "1"
SOME = (
    "tests/policy/test_login_table.py",
    "tests/backend/local/test_file.py",
    "tests/cli/test_session.py",
    "tests/tui/test_enforce.py",
)
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"

# They share a checkout, so that each has to take the place of the one before.
pytestmark = [pytest.mark.xdist_group("pythons"), pytest.mark.timeout(900)]


def found(release: str) -> str | None:
    """The Python of that release on this machine: on the PATH, or among pyenv's."""
    home = os.environ.get("PYENV_ROOT") or Path(pwd.getpwuid(os.getuid()).pw_dir) / ".pyenv"
    named = (shutil.which(f"python{release}"), *Path(home).glob(f"versions/{release}.*/bin/python"))
    for python in filter(None, named):
        said = subprocess.run(
            [python, "-c", "import sys, ensurepip; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
        # pyenv puts a python3.12 on the PATH that only says that it is not chosen.
        if said.stdout.strip() == release:
            return str(python)
    return None


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    work = tmp_path_factory.mktemp("pythons")
    return Checkout(check_out(work), machine(work))


@pytest.mark.parametrize("release", supported())
def test_it_runs_on_every_supported_python(
    checkout: Checkout, release: str, own_home: Path
) -> None:
    if release == RUNNING and not LONG:
        pytest.skip("this Python runs all the other tests")
    python = found(release)
    if python is None:
        pytest.skip(f"no Python {release} on this machine")
    newer = supported()[supported().index(release) + 1 :]
    if not LONG and any(map(found, newer)):
        pytest.skip("the newest Python of this machine is enough: LONG_TESTS=1 tries each")
    checkout.make("venv", python=python)
    held = checkout.held(".venv")
    pins = releases(ROOT / "requirements" / "dev.txt", release)
    assert {name: held[name] for name in held.keys() - {"pip", "setuptools"}} == pins
    installed = str(checkout.folder / ".venv" / "bin")
    assert checkout.run(f"{installed}/python", "-c", "import sys; print(sys.version)").startswith(
        f"{release}."
    )
    assert "Usage: bgconsole" in checkout.run(f"{installed}/bgconsole", "--help")
    surroundings = {**checkout.variables, "HOME": str(own_home)}
    with Command(
        f"{installed}/bgconsole", "demo", columns=120, rows=40, **surroundings
    ) as terminal:
        terminal.see("Sample team")
        assert terminal.leave() == 0, terminal.raw[-800:]
    some = ("--ignore=tests/packaging",) if LONG else SOME
    said = checkout.run(f"{installed}/pytest", "-q", *some)
    assert " passed" in said
