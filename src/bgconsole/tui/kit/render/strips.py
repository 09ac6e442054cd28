"""One-line content as a strip of few segments: what a terminal is told costs bytes and time."""

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.strip import Strip
from textual.style import Style


class Painter:
    """Paints on one ground. Styles are shared between strips; make another when the theme changes.

    Textual's own way gives every segment a style of its own, with its place in it for selecting
    text by mouse, and so costs three times as much.
    """

    def __init__(self, ground: Style) -> None:
        self._ground = ground
        self._parsed: dict[str | Style, Style] = {}
        self._rich: dict[Style, RichStyle] = {}

    def strip(self, content: Content, width: int) -> Strip:
        """`content`, which has one line, in exactly `width` cells."""
        segments: list[Segment] = []
        before: Style | None = None
        text = ""
        for part, told in content.render(self._ground, end="", parse_style=self._parse):
            # Where nothing is written only the ground shows: no need to change the colour for it.
            style = before if before is not None and _blank(part, told, before) else told
            if before is not None and style != before:
                segments.append(Segment(text, self._rich_style(before)))
                text = ""
            text, before = text + part, style
        if before is not None:
            segments.append(Segment(text, self._rich_style(before)))
        return Strip(segments).adjust_cell_length(width, self._rich_style(self._ground))

    def _parse(self, style: str | Style) -> Style:
        parsed = self._parsed.get(style)
        if parsed is None:
            parsed = style if isinstance(style, Style) else Style.parse(style)
            self._parsed[style] = parsed
        return parsed

    def _rich_style(self, style: Style) -> RichStyle:
        rich = self._rich.get(style)
        if rich is None:
            rich = self._rich[style] = style.rich_style
        return rich


def _blank(part: str, style: Style, before: Style) -> bool:
    return not part.strip(" ") and style.background == before.background and _even(before)


def _even(style: Style) -> bool:
    """Whether spaces in this style show nothing but its background."""
    return not (style.underline or style.underline2 or style.reverse or style.strike)
