"""The lists of pins in this checkout, and what each of them means on a given Python."""

import re
import tomllib
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path
    for folder in (ROOT / "requirements", ROOT / "benchmarks" / "references")
    for path in folder.iterdir()
    if path.suffix in {".in", ".txt"}
)
LISTS = [path for path in FILES if path.suffix == ".txt"]


def lines(path: Path) -> list[str]:
    """The requirements in a file, without comments and options."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line[:1].isalpha()]


def requirements(path: Path) -> list[Requirement]:
    """The requirements in a file, without their hashes."""
    return [Requirement(line.partition(" --hash")[0]) for line in lines(path)]


def pinned(path: Path, python: str) -> dict[str, Requirement]:
    """What a list pins on `python`, by normalised name."""
    return {canonicalize_name(pin.name): pin for pin in requirements(path) if holds(pin, python)}


def releases(path: Path, python: str) -> dict[str, str]:
    """The release of each package that a list pins on `python`."""
    return {name: release(pin) for name, pin in pinned(path, python).items()}


def release(pin: Requirement) -> str:
    """The one release that a pin allows."""
    (only,) = pin.specifier
    return only.version


def holds(need: Requirement, python: str, extra: str = "") -> bool:
    """Whether a requirement counts on `python` ("3.12"), on a machine like this one."""
    there = {name: str(value) for name, value in default_environment().items()}
    there |= {"python_version": python, "python_full_version": f"{python}.0", "extra": extra}
    return need.marker is None or need.marker.evaluate(there)


def settings() -> dict[str, Any]:
    """What pyproject.toml holds."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def project() -> dict[str, Any]:
    """What pyproject.toml says of the package."""
    return settings()["project"]


def supported() -> list[str]:
    """The releases of Python that the classifiers name."""
    named = re.compile(r"Programming Language :: Python :: (3\.\d+)")
    return [found[1] for line in project()["classifiers"] if (found := named.fullmatch(line))]
