"""No text from outside keeps a pattern busy for longer than it takes to read it."""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patterns.found import Found, every_pattern
from tests.patterns.structure import doubts

PATTERNS = every_pattern()
_CPU_SECONDS = 120
"""Linear ones need a few; a quadratic one on 100 KB alone would need more than this."""


@pytest.mark.parametrize("found", PATTERNS, ids=lambda found: found.where)
def test_every_pattern_is_linear_by_its_structure(found: Found) -> None:
    assert doubts(found.pattern, searches=found.searches) == []


@pytest.mark.parametrize(
    ("pattern", "searches"),
    [
        (r"[^/]*(?:/[^/]*)*@[^/]+|[^/]+", False),
        (r"(?:a+)+b", False),
        (r"(?:a|aa)*b", False),
        (r"(?:a|a?)*b", False),
        (r"a*a*b", False),
        (r"https?://[^\s/?#]+\S*", False),
        (r"[a-z](?:[a-z-]*[a-z])?", False),
        (r"(?i:[A-Z])*[a-z]*x", False),
        (r"://[^/]*:", True),
        (r"a+b", True),
        (r"\s+$", True),
    ],
)
def test_what_is_not_linear_is_found(pattern: str, searches: bool) -> None:
    flags = re.IGNORECASE if pattern.startswith("(?i") else 0
    compiled = re.compile(pattern.replace("(?i:", "(?:"), flags)
    assert doubts(compiled, searches=searches)


def test_100_kilobytes_of_any_shape_are_through_before_a_processor_is_tired_of_them() -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))

    done = subprocess.run(
        [sys.executable, "-m", "tests.patterns.attack"],
        cwd=Path(__file__).parents[2],
        env=os.environ,
        preexec_fn=limited,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout[-300:], done.stderr[-2000:])
    assert int(done.stdout.split()[-1]) > len(PATTERNS)
