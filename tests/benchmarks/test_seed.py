"""Seeded audit events are as good as the product's own: its own check accepts them."""

import json
import subprocess
from pathlib import Path

import pytest

from benchmarks import seed
from benchmarks.stage import OWNER, PASSWORD, Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A team with its owner signed in."""
    made = Site(tmp_path, tmp_path / "team.db")
    made.run("init", "--team", "Bench", "--owner", OWNER, "--password-stdin", stdin=PASSWORD)
    made.run("sign-in", OWNER, "--password-stdin", stdin=PASSWORD)
    return made


def _verify(site: Site) -> dict[str, object]:
    verify = [*site.command, "audit", "verify", "--json"]
    done = subprocess.run(verify, env=site.environment, capture_output=True, text=True, check=False)
    return json.loads(done.stdout)


def test_a_seeded_chain_verifies(site: Site) -> None:
    before = _verify(site)
    assert before["ok"], before
    seed.fill(site.database, 1_000)
    after = _verify(site)
    assert after["ok"], after
    assert isinstance(before["checked"], int)
    assert after["checked"] == before["checked"] + 1_000


def test_the_product_writes_on_after_seeded_events(site: Site) -> None:
    seed.fill(site.database, 10)
    site.run("sign-in", OWNER, "--password-stdin", stdin=PASSWORD)
    assert _verify(site)["ok"]
