"""The pins follow what the package asks for, carry hashes, and hold on every supported Python."""

import importlib.metadata
import platform
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "requirements", ROOT / "benchmarks" / "references")
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*.[it][nx]*"))
LISTS = [path for path in FILES if path.suffix == ".txt"]


def lines(path: str | Path) -> list[str]:
    """The requirements in a file, without comments and options."""
    text = (ROOT / "requirements" / path).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line[:1].isalpha()]


def pins(path: str | Path) -> list[Requirement]:
    """The requirements in a file, without their hashes."""
    return [Requirement(line.partition(" --hash")[0]) for line in lines(path)]


def project() -> dict[str, Any]:
    """What pyproject.toml says of the package."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def supported() -> list[str]:
    """The releases of Python that the classifiers name."""
    named = re.compile(r"Programming Language :: Python :: (3\.\d+)")
    return [found[1] for line in project()["classifiers"] if (found := named.fullmatch(line))]


def test_runtime_requirements_are_those_of_the_package() -> None:
    asked = set(project()["dependencies"])
    assert set(lines("runtime.in")) - {"editables", "hatchling"} == asked


def test_a_server_s_requirements_are_those_of_its_extras() -> None:
    extras = project()["optional-dependencies"]
    assert set(lines("server.in")) == {*extras["server"], *extras["postgres"]}


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_every_pin_is_exact_and_hashed(path: Path) -> None:
    found = lines(path)
    assert found
    exact = re.compile(r"[\w.-]+(\[[\w, -]+\])?==[\w.+!]+ (; [^\\]+)? +--hash=sha256:.*")
    assert not [line for line in found if not exact.fullmatch(line)]


def test_the_test_environment_runs_the_same_releases_as_the_demo() -> None:
    assert set(lines("runtime.txt")) <= set(lines("dev.txt"))
    assert set(lines("server.txt")) <= set(lines("dev.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_requirements_name_no_place_to_fetch_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"://|--(index|extra-index|find-links|trusted-host)", text)


def test_pins_are_made_for_every_supported_python() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (made_for,) = re.findall(r"^PYTHONS := (.*)$", makefile, re.MULTILINE)
    assert made_for.split() == supported()
    assert project()["requires-python"] == f">={supported()[0]}"


def on(python: str, extra: str = "") -> dict[str, str]:
    """What markers ask for, as it is on another Python of this machine."""
    here = {name: str(value) for name, value in default_environment().items()}
    return {**here, "python_version": python, "python_full_version": f"{python}.0", "extra": extra}


def holds(need: Requirement, python: str, extra: str = "") -> bool:
    """Whether a requirement counts on `python`."""
    return need.marker is None or need.marker.evaluate(on(python, extra))


def version(pin: Requirement) -> str:
    """The one version that a pin allows."""
    (only,) = pin.specifier
    return only.version


@pytest.mark.parametrize("python", supported())
@pytest.mark.parametrize("name", ["runtime", "server", "dev"])
def test_a_list_is_complete_on_every_supported_python(name: str, python: str) -> None:
    """Each installed release is asked what it needs there."""
    pinned = {canonicalize_name(pin.name): pin for pin in pins(f"{name}.txt") if holds(pin, python)}
    asked = pins(f"{name}.in")
    for key, pin in pinned.items():
        if not holds(pin, platform.python_version()):
            continue  # not installed here, so that nothing can be asked
        installed = importlib.metadata.distribution(key)
        assert installed.version == version(pin)
        for need in map(Requirement, installed.requires or ()):
            if any(holds(need, python, extra) for extra in {"", *pin.extras}):
                asked.append(need)
    for need in asked:
        answer = pinned.get(canonicalize_name(need.name))
        assert answer, f"{need} is missing on Python {python}"
        assert need.specifier.contains(version(answer), prereleases=True), f"{need} has {answer}"
        assert need.extras <= answer.extras, f"{need} has {answer}"


@pytest.mark.parametrize("python", supported())
def test_the_oldest_pip_is_named_for_every_supported_python(python: str) -> None:
    (named,) = [pin for pin in pins("pip-oldest.txt") if holds(pin, python)]
    assert version(named)
