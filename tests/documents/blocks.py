"""The fenced blocks of the documents: what people will copy."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = frozenset({"docs/commands.md", "docs/keys.md"})
"""Written by `make docs`; test_generated.py compares them."""

PAGES = (
    "README.md",
    "SECURITY.md",
    *sorted(
        page
        for path in (ROOT / "docs").glob("*.md")
        if (page := f"docs/{path.name}") not in GENERATED | {"docs/style.md"}
    ),
)
"""What people who use the program read; CI runs what those who change it are told to run."""
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One block: the heading it is under, its language and its text."""

    page: str
    heading: str
    language: str
    text: str


def blocks(page: str) -> list[Block]:
    """Those of one page, in their order."""
    text = (ROOT / page).read_text()
    found: list[Block] = []
    heading, at = "", 0
    for fence in _FENCE.finditer(text):
        for title in _HEADING.finditer(text, at, fence.start()):
            heading = title[1]
        at = fence.end()
        found.append(Block(page, heading, fence[1], fence[2]))
    return found


def under(page: str, heading: str, language: str) -> list[str]:
    """The texts of the blocks of a language under a heading."""
    return [one.text for one in blocks(page) if (one.heading, one.language) == (heading, language)]
