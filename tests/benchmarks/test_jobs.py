"""The table of the commonest jobs in the README counts the keys that are measured."""

import re
from pathlib import Path

import pytest

from benchmarks.jobs import JOBS, Job

_README = (Path(__file__).parents[2] / "README.md").read_text()


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_the_readme_has_its_keys(job: Job) -> None:
    row = re.search(rf"^\| {re.escape(job.name)} \| [^|]* \| (\d+) \|", _README, re.MULTILINE)
    assert row is not None
    assert int(row[1]) == job.strokes
