"""The pages that `make docs` writes say what the program says today."""

import shutil
import subprocess
from pathlib import Path

import pytest

from docs.make import HERE, MANUAL, generated


@pytest.mark.parametrize("path", sorted(generated()), ids=lambda path: path.name)
def test_a_generated_page_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generated()[path], "run: make docs"


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff on this machine")
def test_the_manual_page_is_right_for_groff() -> None:
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-z", str(HERE / MANUAL)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
