"""The words that docs/style.md rules out are used nowhere: not in messages, not in documents."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.documents.blocks import GENERATED, ROOT
from tests.documents.test_links import PAGES, prose

SOURCE = ROOT / "src" / "bgconsole"
STYLE = ROOT / "docs" / "style.md"
_ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ruled:
    """Words that are ruled out, and the folders and files that still have them."""

    words: str
    still: tuple[str, ...]

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w-]){re.escape(self.words)}(?![\w-])", re.IGNORECASE)

    def is_open_in(self, place: str) -> bool:
        return place.startswith(self.still)


@dataclass(frozen=True, slots=True)
class Text:
    """Something that people read, and where it is."""

    place: str
    line: int
    text: str


def ruled_out() -> list[Ruled]:
    """The table of the page."""
    _, found, section = STYLE.read_text(encoding="utf-8").partition("\n## Words not to use\n")
    assert found
    rows = _ROW.findall(section.partition("\n## ")[0])[1:]
    return [
        Ruled(words.strip(), tuple(one.strip("` ") for one in still.split(",") if one.strip()))
        for words, _, still in rows
        if not words.startswith("---")
    ]


def messages(path: Path) -> Iterator[Text]:
    """The string literals of a module that are sentences or phrases, but for docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    place = path.relative_to(SOURCE).as_posix()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and " " in node.value
        ):
            yield Text(place, node.lineno, " ".join(node.value.split()))


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    """Every message of the program, and the prose of every page but the one about words."""
    program = [text for path in sorted(SOURCE.rglob("*.py")) for text in messages(path)]
    pages = [
        Text(page, 0, " ".join(prose(ROOT / page).split()))
        for page in PAGES
        if page != "docs/style.md" and page not in GENERATED
    ]
    return program + pages


@pytest.mark.parametrize("ruled", ruled_out(), ids=lambda ruled: ruled.words)
def test_a_word_that_is_ruled_out_is_not_used(texts: list[Text], ruled: Ruled) -> None:
    used = [
        text
        for text in texts
        if ruled.pattern.search(text.text) and not ruled.is_open_in(text.place)
    ]
    assert not used


def test_the_page_rules_words_out() -> None:
    assert len(ruled_out()) >= 20
