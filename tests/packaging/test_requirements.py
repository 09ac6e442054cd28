"""The pins follow what the package asks for, carry hashes, and name no place to fetch from."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "requirements"


def lines(name: str) -> list[str]:
    """The requirements in the file called `name`, without comments and options."""
    text = (FOLDER / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line[:1].isalpha()]


def project() -> dict[str, Any]:
    """What pyproject.toml says of the package."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_runtime_requirements_are_those_of_the_package() -> None:
    asked = set(project()["dependencies"])
    assert set(lines("runtime.in")) - {"editables", "hatchling"} == asked


def test_a_server_s_requirements_are_those_of_its_extras() -> None:
    extras = project()["optional-dependencies"]
    assert set(lines("server.in")) == {*extras["server"], *extras["postgres"]}


@pytest.mark.parametrize("name", ["runtime.txt", "server.txt", "dev.txt"])
def test_every_pin_is_exact_and_hashed(name: str) -> None:
    loose = [line for line in lines(name) if not re.match(r"\S+==\S+ .*--hash=sha256:", line)]
    assert not loose


def test_the_test_environment_runs_the_same_releases_as_the_demo() -> None:
    assert set(lines("runtime.txt")) <= set(lines("dev.txt"))
    assert set(lines("server.txt")) <= set(lines("dev.txt"))


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_requirements_name_no_place_to_fetch_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"://|--(index|extra-index|find-links|trusted-host)", text)
