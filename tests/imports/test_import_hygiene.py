"""What may be loaded when: a heavy import before the first frame makes every start slow."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import bgconsole

SOURCE = Path(bgconsole.__file__).parent
POLICY = sorted((SOURCE / "policy").rglob("*.py"))

# Runs the code in argv[1], then tells on the last line which modules that loaded.
_PROBE = """
import json, sys
before = set(sys.modules)
try:
    exec(sys.argv.pop(1))
except SystemExit as end:
    if end.code not in (0, None):
        raise
print()
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def modules_loaded_by(code: str, *arguments: str) -> set[str]:
    """Run `code` in an interpreter of its own and return the modules that it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def packages(modules: set[str]) -> set[str]:
    """The top-level names of `modules`."""
    return {module.partition(".")[0] for module in modules}


def imports_of(path: Path) -> set[str]:
    """Every module named by an import statement anywhere in the file at `path`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", POLICY, ids=lambda path: path.stem)
def test_policy_names_only_the_standard_library_and_itself(path: Path) -> None:
    foreign = {
        name
        for name in imports_of(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and name.split(".")[:2] != ["bgconsole", "policy"]
    }
    assert not foreign


def test_every_policy_module_loads_without_third_party_code() -> None:
    names = ["bgconsole.policy", *(f"bgconsole.policy.{p.stem}" for p in POLICY)]
    loaded = modules_loaded_by(
        "import importlib\nfor name in sys.argv[1:]: importlib.import_module(name)",
        *(name for name in names if not name.endswith("__init__")),
    )
    assert packages(loaded) - sys.stdlib_module_names == {"bgconsole"}
    ours = {module for module in loaded if module.startswith("bgconsole.")}
    assert {module.split(".")[1] for module in ours} == {"policy"}


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_load_neither_screen_nor_database(argument: str) -> None:
    loaded = packages(
        modules_loaded_by("from bgconsole.cli.main import main; main()", argument),
    )
    assert "click" in loaded
    assert loaded.isdisjoint({"textual", "rich", "sqlalchemy", "sqlite3", "argon2", "alembic"})
    assert loaded.isdisjoint({"httpx", "zxcvbn_rs_py"})


def test_the_screen_loads_without_database_hashing_and_network() -> None:
    loaded = packages(modules_loaded_by("import bgconsole.tui.app"))
    assert "textual" in loaded
    assert loaded.isdisjoint({"sqlalchemy", "sqlite3", "alembic", "argon2", "httpx"})
    assert loaded.isdisjoint({"zxcvbn_rs_py"})


def test_the_program_knows_its_version_without_reading_metadata() -> None:
    assert "importlib.metadata" not in modules_loaded_by("import bgconsole; bgconsole.__version__")
