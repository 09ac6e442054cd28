"""The table of common tasks in docs/console.md counts the keys that are measured."""

import re
from pathlib import Path

import pytest

from benchmarks.jobs import JOBS, Job

_PAGE = (Path(__file__).parents[2] / "docs/console.md").read_text()


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_the_page_has_its_keys(job: Job) -> None:
    row = re.search(rf"^\| {re.escape(job.name)} \| [^|]* \| (\d+) \|", _PAGE, re.MULTILINE)
    assert row is not None
    assert int(row[1]) == job.strokes
