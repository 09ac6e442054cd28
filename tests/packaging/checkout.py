"""A fresh checkout whose Makefile makes environments, in a shell that is set up against it."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from ast import literal_eval
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from packaging.utils import canonicalize_name

from tests.packaging.pins import LISTS, ROOT, requirements, settings
from tests.terminal import Terminal

NEWER = "9999.1"
_PATIENCE = 900
_HELD = """
import importlib.metadata as m, json
print(json.dumps({one.metadata["Name"]: one.version for one in m.distributions()}))
"""


class Command(Terminal):
    """Any command on a pty, with the variables that are named.

    With coverage's own variables among them, the copy of the program would be measured too.
    """

    PROGRAM = ("-c", "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])")
    SURROUNDINGS: ClassVar[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Checkout:
    """A copy of this checkout, and the variables that its commands get."""

    folder: Path
    variables: Mapping[str, str] = field(repr=False)

    def make(self, *arguments: str, python: str = sys.executable) -> None:
        """Run `make`. Bytecode would take half of the time, and tells nothing here."""
        self.run("make", "--silent", f"PYTHON={python}", "BYTECODE=--no-compile", *arguments)

    def make_environment(self, variable: str) -> None:
        """Make the environment whose stamp a variable of the Makefile names."""
        target = self.folder / "environment.mk"
        target.write_text(f"environment: $({variable})\n")
        self.make("--file", "Makefile", "--file", target.name, "environment")

    def run(self, *command: str | Path) -> str:
        """Run a command in the checkout and return its output."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def bare(self, name: str, pip: Path) -> None:
        """Make an environment that holds `pip`, a wheel, and nothing else."""
        environment = self.folder / name
        self.run(sys.executable, "-I", "-m", "venv", "--clear", "--without-pip", environment)
        (site,) = environment.glob("lib/python*/site-packages")
        with zipfile.ZipFile(pip) as wheel:
            wheel.extractall(site)

    def held(self, name: str) -> dict[str, str]:
        """The release of each package in an environment, bgconsole aside."""
        python = self.folder / name / "bin" / "python"
        found: dict[str, str] = json.loads(self.run(python, "-I", "-c", _HELD))
        return {canonicalize_name(key): found[key] for key in found.keys() - {"bgconsole"}}


def check_out(folder: Path) -> Path:
    """Copy what a source distribution holds; the copy's name has a space in it."""
    copy = folder / "a checkout"
    for name in settings()["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"]:
        source, target = ROOT / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return copy


_OURS = ("COVERAGE_", "COV_CORE_", "PYTEST_", "MAKE", "MFLAGS", "HOME", "XDG_")
"""What make, pytest and coverage tell their own children; and a home is given."""


def machine(home: Path) -> dict[str, str]:
    """The variables of this machine in a home that is empty, with all that its pip is set to."""
    mine = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
    return {**mine, **_pip_settings(), "HOME": str(home)}


def _pip_settings() -> dict[str, str]:
    """What files and variables tell this machine's pip, as variables."""
    pip = [sys.executable, "-m", "pip"]
    said = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=True)
    lines = (line.partition("=") for line in sorted(said.stdout.splitlines()))
    found = {f"PIP_{_variable(key)}": str(literal_eval(value)) for key, _, value in lines}
    cache = subprocess.run([*pip, "cache", "dir"], capture_output=True, text=True, check=False)
    return {**found, **({"PIP_CACHE_DIR": cache.stdout.strip()} if cache.stdout else {})}


def _variable(key: str) -> str:
    """The end of the variable that stands for a key of pip's settings."""
    return key.rpartition(".")[2].upper().replace("-", "_")


def against(folder: Path, machine: Mapping[str, str]) -> dict[str, str]:
    """`machine` with settings that would install other things elsewhere, if they counted.

    Where packages come from stays as it is, but there are newer releases of everything as well.
    """
    modules = folder / "modules"
    modules.mkdir(parents=True)
    for name in ("pip", "click", "textual", "bgconsole"):
        (modules / f"{name}.py").write_text(f"raise SystemExit('{name} from PYTHONPATH')\n")
    (folder / "constraints.txt").write_text("click==0.1\ntextual==0.1\n")
    return {
        **machine,
        "PIP_CONSTRAINT": str(folder / "constraints.txt"),
        "PIP_FIND_LINKS": " ".join(
            [machine.get("PIP_FIND_LINKS", ""), str(newer_releases(folder / "newer"))]
        ),
        "PIP_NO_BINARY": ":all:",
        "PIP_PRE": "1",
        "PIP_PREFIX": str(folder / "prefix"),
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PIP_UPGRADE": "1",
        "PIP_USER": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONOPTIMIZE": "2",
        "PYTHONPATH": str(modules),
        "VIRTUAL_ENV": sys.prefix,
    }


def newer_releases(folder: Path) -> Path:
    """A folder with a newer release of everything that is pinned, each an empty wheel."""
    folder.mkdir()
    names = {pin.name.replace("-", "_") for path in LISTS for pin in requirements(path)}
    for name in names | {"setuptools"}:
        info = f"{name}-{NEWER}.dist-info"
        files = {
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {NEWER}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": "",
        }
        with zipfile.ZipFile(folder / f"{name}-{NEWER}-py3-none-any.whl", "w") as wheel:
            for path, text in files.items():
                wheel.writestr(path, text)
    return folder
