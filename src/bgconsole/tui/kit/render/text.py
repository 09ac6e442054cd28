"""Text for the screen: the one door for text from outside, and lines laid out to a width."""

from typing import Final

from rich.cells import cell_len
from textual.content import Content

from bgconsole.policy.text import visible
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import RULE

EMPTY: Final = Content("")

_LEAST_NAME: Final = 3
"""Cells below which what is left of a name tells nothing."""

_NEVER_COUNTED: Final = 2
"""Names, of which none is left out."""


def safe_text(text: str, style: str = "") -> Content:
    """`text` from outside as Content: never markup, and no character a terminal would act on."""
    return Content.styled(visible(text), style) if style else Content(visible(text))


def words(text: str, style: str = "") -> Content:
    """The program's own words; a literal of the source, not text from outside."""
    return Content.styled(text, style) if style else Content(text)


def line(*parts: Content | tuple[str, str] | str) -> Content:
    """Parts side by side. A string or (string, style) is one of the program's own words."""
    return Content.assemble(*parts)


def lines(*rows: Content) -> Content:
    """Rows below each other."""
    return Content("\n").join(rows)


def cut(content: Content, width: int) -> Content:
    """`content` in at most `width` cells, its end '…' where something was left out."""
    return content.truncate(max(width, 0), ellipsis=True)


def fit(content: Content, width: int) -> Content:
    """`content` in exactly `width` cells."""
    short = cut(content, width)
    return short.pad_right(max(width - short.cell_length, 0))


def spread(width: int, left: Content, right: Content) -> Content:
    """`left` and `right` at both ends of a line; where both do not fit, `left` is cut."""
    room = width - right.cell_length
    if room < 1:
        return cut(left, width)
    return fit(left, room) + right


def spread_fitting(width: int, left: Content, *rights: Content) -> Content:
    """As `spread`, with the first of `rights` that leaves `left` whole; without any, if none."""
    fits = (right for right in rights if left.cell_length + right.cell_length + 2 <= width)
    return spread(width, left, next(fits, EMPTY))


def beside(sign: Content, told: Content, width: int) -> list[Content]:
    """`told` behind a sign, in as many rows as it takes, below each other."""
    rows = told.wrap(max(width - sign.cell_length, 1))
    indent = words(" " * sign.cell_length)
    return [(sign if n == 0 else indent) + row for n, row in enumerate(rows)]


def flowing(content: Content, width: int, indent: int = 0) -> Content:
    """A sentence in as many rows as it needs, all but the first indented."""
    first, *rest = content.wrap(max(width - indent, 8)) or [EMPTY]
    return lines(first, *(words(" " * indent) + row for row in rest))


def local_part(email: str) -> str:
    """How a person is called on the screen where space is short: what stands before the @."""
    return email.partition("@")[0]


def names(emails: tuple[str, ...], width: int) -> Content:
    """Short names in at most `width` cells, as many as fit; the rest is counted: '… 9 more'.

    Two are never counted: each is cut to its share.
    """
    every = [visible(local_part(email)) for email in emails]
    text = ", ".join(every)
    if len(every) <= _NEVER_COUNTED and cell_len(text) > width:
        return words(", ").join(_shared(every, width))
    shown = len(every)
    while cell_len(text) > width and shown > 0:
        shown -= 1
        text = ", ".join(every[:shown]) + f" … {len(every) - shown} more"
    return Content(text.strip())


def _shared(every: list[str], width: int) -> list[Content]:
    """Each cut to its share of `width` cells, and to what the others leave."""
    room = width - 2 * (len(every) - 1)
    if room < _LEAST_NAME * len(every):
        return [words(FULL.ellipsis)]
    sizes = [cell_len(one) for one in every]
    rest = (room - sum(sizes) + size for size in sizes)
    share = room // max(len(every), 1)
    return [cut(Content(one), max(share, left)) for one, left in zip(every, rest, strict=True)]


def name_rows(emails: tuple[str, ...], width: int, most: int) -> list[Content]:
    """Short names over at most `most` rows of `width` cells; what is left at the end is counted."""
    rows: list[Content] = []
    rest = [visible(local_part(email)) for email in emails]
    while rest and len(rows) < most - 1 and cell_len(", ".join(rest)) > width:
        taken = len(rest) - 1
        while taken > 1 and cell_len(", ".join(rest[:taken])) + 1 > width:
            taken -= 1
        rows.append(Content(", ".join(rest[:taken]) + ","))
        rest = rest[taken:]
    if rest:
        rows.append(names(emails[len(emails) - len(rest) :], width))
    return rows


def rule(width: int) -> Content:
    """A thin line."""
    return words(FULL.rule * width, RULE)
