"""Files and folders that CONTRIBUTING.md names exist, in the repository or in the package."""

import re

import pytest

from tests.documents.blocks import ROOT

_NAMED = re.compile(r"`([\w./*-]+(?:/|\.(?:py|toml|sql|md|tcss|txt|in|yml|json|svg)))`")
NAMED = sorted(set(_NAMED.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))))
_ELSEWHERE = frozenset({"dist/", "render/", "screenshots/all/", "tab.py"})
"""What is built, or is in several folders."""


@pytest.mark.parametrize("name", NAMED)
def test_a_path_that_is_named_exists(name: str) -> None:
    places = (ROOT, ROOT / "src" / "bgconsole")
    assert any(any(place.glob(name.rstrip("/"))) for place in places) or name in _ELSEWHERE
