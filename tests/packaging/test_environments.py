"""Every environment of the Makefile is made from nothing, and holds exactly its pins.

Beside newer releases of everything, in a shell whose settings would install other things elsewhere.
With the oldest pip that comes with a supported Python; `LONG_TESTS=1` tries the newest one as well,
and makes every environment.
"""

import os
import platform
import sys
from pathlib import Path

import pytest

from tests.packaging.checkout import NEWER, Checkout, Command, against, check_out, machine
from tests.packaging.pins import ROOT, releases

# Packages are downloaded and installed.
pytestmark = pytest.mark.timeout(900)

REQUIREMENTS = ROOT / "requirements"
REFERENCES = ROOT / "benchmarks" / "references"
PYTHON = platform.python_version()
LONG = os.environ.get("LONG_TESTS") == "1"
in_the_long_form = pytest.mark.skipif(not LONG, reason="another environment: LONG_TESTS=1")


# One worker makes all environments of a pip, beside the other one.
@pytest.fixture(
    scope="module",
    params=[
        pytest.param("oldest", marks=pytest.mark.xdist_group("oldest-pip")),
        *([pytest.param("newest", marks=pytest.mark.xdist_group("newest-pip"))] if LONG else []),
    ],
)
def pip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a pip, as it is pinned."""
    work = tmp_path_factory.mktemp("pip")
    pins = REQUIREMENTS / f"pip-{request.param}.txt"
    Checkout(work, machine(work)).run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--dest", "wheel", "--no-deps"),
        *("--only-binary", ":all:", "--require-hashes", "--requirement", pins),
    )
    (wheel,) = (work / "wheel").iterdir()
    assert wheel.name.startswith(f"pip-{releases(pins, PYTHON)['pip']}-")
    return wheel


@pytest.fixture(scope="module")
def checkout(pip: Path, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    work = tmp_path_factory.mktemp("environments-of-a-pip")
    assert pip.exists()
    return Checkout(check_out(work), against(work / "against", machine(work)))


def expected(pins: Path, pip: Path) -> dict[str, str]:
    """What an environment is to hold: the pins, and the pip that installed them."""
    return {**releases(pins, PYTHON), "pip": pip.name.split("-")[1]}


def test_the_demo_runs_on_its_pins(checkout: Checkout, pip: Path, own_home: Path) -> None:
    checkout.bare(".venv", pip)
    checkout.make_environment("RUNNABLE")
    assert checkout.held(".venv") == expected(REQUIREMENTS / "runtime.txt", pip)
    command = ("make", "--directory", str(checkout.folder), f"PYTHON={sys.executable}", "demo")
    surroundings = {**checkout.variables, "HOME": str(own_home), "MAKEFLAGS": ""}
    with Command(*command, columns=120, rows=40, **surroundings) as terminal:
        terminal.see("Sample team")
        assert terminal.leave() == 0, terminal.raw[-800:]


def test_tests_run_on_their_pins(checkout: Checkout, pip: Path) -> None:
    checkout.bare(".venv", pip)
    checkout.make("venv")
    assert checkout.held(".venv") == expected(REQUIREMENTS / "dev.txt", pip)
    said = checkout.run(".venv/bin/python", "-I", "-m", "bgconsole", "--help")
    assert "Usage: bgconsole" in said


@in_the_long_form
def test_benchmarks_compare_with_pinned_programs(checkout: Checkout, pip: Path) -> None:
    names = ("posting", "harlequin")
    for name in names:
        checkout.bare(f".bench-peers/{name}", pip)
    checkout.make("peers")
    for name in names:
        assert checkout.held(f".bench-peers/{name}") == expected(REFERENCES / f"{name}.txt", pip)
        assert (checkout.folder / ".bench-peers" / name / "bin" / name).exists()


def test_pins_are_made_by_a_pinned_tool(checkout: Checkout, pip: Path) -> None:
    checkout.bare(".venv-pins", pip)
    checkout.make_environment("PINNING")
    assert checkout.held(".venv-pins") == expected(REQUIREMENTS / "pinning.txt", pip)


def test_without_pins_the_newer_releases_would_be_taken(checkout: Checkout, pip: Path) -> None:
    """So the other tests prove something."""
    checkout.bare("unpinned", pip)
    links = checkout.variables["PIP_FIND_LINKS"]
    free = {
        key: value for key, value in checkout.variables.items() if key[:3] not in {"PIP", "PYT"}
    }
    Checkout(checkout.folder, {**free, "PIP_FIND_LINKS": links}).run(
        "unpinned/bin/python", "-m", "pip", "install", "--quiet", "--no-index", "click", "textual"
    )
    held = checkout.held("unpinned")
    assert (held["click"], held["textual"]) == (NEWER, NEWER)
