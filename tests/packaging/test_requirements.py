"""The pins follow what the package asks for, carry hashes, and hold on every supported Python."""

import importlib.metadata
import platform
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.pins import (
    FILES,
    LISTS,
    ROOT,
    holds,
    lines,
    pinned,
    project,
    release,
    requirements,
    supported,
)

# Packages are downloaded and installed.
pytestmark = pytest.mark.timeout(900)

FOLDER = ROOT / "requirements"


def test_runtime_requirements_are_those_of_the_package() -> None:
    asked = set(project()["dependencies"])
    assert set(lines(FOLDER / "runtime.in")) - {"editables", "hatchling"} == asked


def test_a_server_s_requirements_are_those_of_its_extras() -> None:
    extras = project()["optional-dependencies"]
    assert set(lines(FOLDER / "server.in")) == {*extras["server"], *extras["postgres"]}


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_every_pin_is_exact_and_hashed(path: Path) -> None:
    found = lines(path)
    assert found
    exact = re.compile(r"[\w.-]+(\[[\w, -]+\])?==[\w.+!]+ (; [^\\]+)? +--hash=sha256:.*")
    assert not [line for line in found if not exact.fullmatch(line)]


def test_the_test_environment_runs_the_same_releases_as_the_demo() -> None:
    everything = set(lines(FOLDER / "dev.txt"))
    assert set(lines(FOLDER / "runtime.txt")) <= everything
    assert set(lines(FOLDER / "server.txt")) <= everything


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_requirements_name_no_place_to_fetch_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"://|--(index|extra-index|find-links|trusted-host)", text)


def test_pins_are_made_for_every_supported_python() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (made_for,) = re.findall(r"^PYTHONS := (.*)$", makefile, re.MULTILINE)
    assert made_for.split() == supported()
    assert project()["requires-python"] == f">={supported()[0]}"


@pytest.mark.parametrize("python", supported())
@pytest.mark.parametrize("name", ["runtime", "server", "dev"])
def test_a_list_is_complete_on_every_supported_python(name: str, python: str) -> None:
    """Each installed release is asked what it needs there."""
    found = pinned(FOLDER / f"{name}.txt", python)
    asked = requirements(FOLDER / f"{name}.in")
    for key, pin in found.items():
        if not holds(pin, platform.python_version()):
            continue  # not installed here, so that nothing can be asked
        installed = importlib.metadata.distribution(key)
        assert installed.version == release(pin)
        for need in map(Requirement, installed.requires or ()):
            if any(holds(need, python, extra) for extra in {"", *pin.extras}):
                asked.append(need)
    for need in asked:
        answer = found.get(canonicalize_name(need.name))
        assert answer, f"{need} is missing on Python {python}"
        assert need.specifier.contains(release(answer), prereleases=True), f"{need}: {answer}"
        assert need.extras <= answer.extras, f"{need}: {answer}"


@pytest.mark.parametrize("python", supported())
def test_the_oldest_pip_is_named_for_every_supported_python(python: str) -> None:
    assert set(pinned(FOLDER / "pip-oldest.txt", python)) == {"pip"}
