"""What the papers say of installing by hand works as written, in the container file too.

`LONG_TESTS=1` tries the recipe of docs/operations.md too, which is the README's with other pins.
"""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.packaging.checkout import Checkout, check_out, machine
from tests.packaging.pins import ROOT, releases

# Packages are downloaded and installed.
pytestmark = pytest.mark.timeout(900)

LONG = os.environ.get("LONG_TESTS") == "1"
RECIPES = {
    "README.md": "runtime",
    "deploy/Containerfile": "server",
    **({"docs/operations.md": "server"} if LONG else {}),
}
PINS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("runtime", "server")}


def recipe(paper: str) -> str:
    """The lines of a paper that make an environment and install into it."""
    text = (ROOT / paper).read_text(encoding="utf-8").replace("\\\n", " ")
    steps = re.findall(
        r"^(?:RUN )?((?:python3 -m venv|\S+/bin/(?:pip|python -m pip)) .*)", text, re.M
    )
    # It goes to a folder of the test, uses its Python, and shares what was downloaded before.
    script = re.sub(r"(~|/opt)/bgconsole/", "./by-hand/", "\n".join(steps))
    script = re.sub(r"(~|/opt)/bgconsole$", "./by-hand", script, flags=re.M)
    return script.replace("python3 ", f'"{sys.executable}" ').replace(
        " --no-cache-dir --compile", ""
    )


def test_everybody_is_told_the_same() -> None:
    steps = recipe("README.md")
    assert recipe("SECURITY.md") == steps
    assert recipe("docs/operations.md") == steps.replace("runtime.txt", "server.txt")


@pytest.mark.parametrize(("paper", "pins"), RECIPES.items())
def test_it_installs_the_pins(paper: str, pins: str, tmp_path: Path) -> None:
    checkout = Checkout(check_out(tmp_path), {**machine(tmp_path), "PIP_NO_COMPILE": "1"})
    script = recipe(paper)
    assert "pip check" in script
    checkout.run("sh", "-euc", script)
    python = checkout.folder / "by-hand" / "bin" / "python"
    expected = set(releases(PINS[pins], ".".join(map(str, sys.version_info[:3]))).items())
    held = set(checkout.held("by-hand").items())
    assert {name for name, _ in held - expected} <= {"pip", "setuptools"}
    # The container leaves out what installs.
    assert {name for name, _ in expected - held} <= {"editables", "hatchling"}
    assert "Usage: bgconsole" in checkout.run(python, "-m", "bgconsole", "--help")
