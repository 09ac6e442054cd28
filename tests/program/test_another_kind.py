"""A provider kind is one row of a table: with another one there, every face has it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bgconsole

FACTS = """
_ACME: Final = KindFacts(
    label="Acme",
    default_name="Acme Login",
    settings=(KindSetting("branch", "branch", None, "north", "it is in the address"),),
    issuer_template="https://{branch}.acme.example",
    steps=("Acme console › Clients › Add",),
)


class ProviderKind(StrEnum):"""

DIALOG = """
import asyncio
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.tui.kit.choice import Choice
from bgconsole.tui.providers.naming_dialog import ProviderAddDialog
from bgconsole.tui.kit.guided_app import GuidedApp

async def send(wanted):
    print(wanted.kind, wanted.slug)

class Shown(GuidedApp):
    def on_mount(self):
        self.push_screen(ProviderAddDialog(send, ()))

async def main():
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        choice = app.screen.query_one(Choice)
        choice.index = list(ProviderKind).index("acme")
        app.screen.fields.field("name").value = "Branch"
        await pilot.pause()
        print("Acme" in str(choice.render()))
        await pilot.press("ctrl+s")
        await pilot.pause()

asyncio.run(main())
"""

SERVER = """
from bgconsole.server import schemas
from bgconsole.backend import wire
print("acme" in str(schemas.schemas([wire.ProviderBody])))
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The package with one more kind in its table."""
    package = Path(bgconsole.__file__).parent
    copied = tmp_path / "src" / "bgconsole"
    shutil.copytree(package, copied, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(package.parents[1] / "styles", tmp_path / "styles")
    table = copied / "policy" / "provider_kinds.py"
    before = table.read_text()
    after = before.replace("\nclass ProviderKind(StrEnum):", FACTS.removeprefix("\n"), 1)
    after = after.replace(
        '    ENTRA = "entra", _ENTRA\n', '    ENTRA = "entra", _ENTRA\n    ACME = "acme", _ACME\n'
    )
    assert after.count("_ACME") == 2
    table.write_text(after)
    return copied.parent


def run(source: Path, *words: str, given: str = "") -> str:
    """What Python prints with this package."""
    home = source.parent / "home"
    home.mkdir(exist_ok=True)
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(source)}
    done = subprocess.run(
        [sys.executable, *words], env=env, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_another_kind_is_added_on_the_command_line(source: Path) -> None:
    command = ("-m", "bgconsole")
    password = "vineyard kettle drum ladder"
    init = ("init", "--team", "T", "--owner", "ada@example.com", "--password-stdin")
    run(source, *command, *init, given=password)
    run(source, *command, "provider", "add", "north", "--kind", "acme", "--name", "North")
    issuer = ("--issuer", "https://north.acme.example")
    run(source, *command, "provider", "set", "north", *issuer)
    listed = json.loads(run(source, *command, "provider", "list", "--json"))
    assert [(one["slug"], one["kind"], one["issuer"]) for one in listed] == [
        ("entra", "entra", None),
        ("oidc", "oidc", None),
        ("north", "acme", "https://north.acme.example"),
    ]
    assert "acme" in run(source, *command, "provider", "add", "--help")


def test_another_kind_is_offered_where_a_provider_is_added(source: Path) -> None:
    assert run(source, "-c", DIALOG).splitlines() == ["True", "acme branch"]


def test_another_kind_is_in_the_schema_of_http(source: Path) -> None:
    assert run(source, "-c", SERVER).strip() == "True"
