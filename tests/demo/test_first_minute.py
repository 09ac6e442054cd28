"""The animated picture of the README: the demo's first minute, drawn from the real program."""

import asyncio
import re
import socket
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bgconsole.compose import Target
from bgconsole.demo.entra import DemoEntra
from screenshots.animation import animated
from tests.demo.test_entra import move
from tests.tui.states.first_minute import POSTER, SIZE, FirstMinute
from tests.tui.states.scene import sample_team

ROOT = Path(__file__).resolve().parents[2]
PICTURE = "screenshots/first-minute.svg"
ONE_MEGABYTE = 1_000_000


def test_first_minute_is_acted_out_and_drawn_into_one_picture(tmp_path: Path) -> None:
    """On any port; each still was seen on the real console before it was drawn."""
    team = tmp_path / "team.db"
    sample_team(team)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        move(team, free.getsockname()[1])
    entra = DemoEntra(Target(f"sqlite:///{team}"))
    try:
        assert entra.switch()
        stills = asyncio.run(FirstMinute(team, entra).stills())
    finally:
        entra.close()
    picture = animated(stills, SIZE, POSTER)
    assert len(picture.encode()) < ONE_MEGABYTE
    root = ET.fromstring(picture)  # noqa: S314 (our own)
    drawn = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {still.caption for still in stills} <= set(drawn)
    assert all(len(still.caption) <= SIZE[0] - 2 for still in stills)
    assert "script" not in picture
    assert "url(" not in picture, "nothing is fetched"


def test_readme_begins_with_the_picture_that_is_kept() -> None:
    readme = (ROOT / "README.md").read_text()
    pictures = re.findall(r"\]\((screenshots/[^)]*)\)", readme.replace("\n", " "))
    assert pictures[0] == PICTURE
    kept = (ROOT / PICTURE).read_text()
    assert len(kept.encode()) < ONE_MEGABYTE
    captions = ET.fromstring(kept).attrib["aria-label"]  # noqa: S314 (our own)
    assert "F9: the identity provider goes down" in captions
    assert "Ken signs in by SSO" in captions


def test_only_the_pictures_that_a_page_shows_are_kept() -> None:
    pages = " ".join(page.read_text() for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")))
    listed = subprocess.run(
        ["git", "ls-files", "screenshots"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    kept = {path for path in listed.stdout.split() if path.endswith((".svg", ".png"))}
    assert PICTURE in kept
    assert not {path for path in kept if path not in pages}
