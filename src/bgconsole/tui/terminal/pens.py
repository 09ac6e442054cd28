"""Pens: a style as the terminal is told of it, and the shortest way from one pen to the next."""

from typing import Final

from rich.color import ColorSystem
from rich.style import Style

_ATTRIBUTES: Final = (
    ("bold", "1"), ("dim", "2"), ("italic", "3"), ("underline", "4"), ("blink", "5"),
    ("blink2", "6"), ("reverse", "7"), ("conceal", "8"), ("strike", "9"), ("underline2", "21"),
    ("overline", "53"),
)  # fmt: skip
_OFF: Final = {"1": "22", "2": "22", "3": "23", "7": "27", "9": "29"}
"""What ends an attribute alone; terminals differ in the others, which are ended with all."""
_SEEN_ON_BLANKS: Final = frozenset({"4", "5", "6", "7", "9", "21", "53"})


class Pen:
    """One way to write; the same style always has the same pen, so pens compare by identity."""

    __slots__ = ("attributes", "ground", "ink", "tells_on_blanks", "ways")

    def __init__(self, attributes: tuple[str, ...], ink: str, ground: str) -> None:
        self.attributes = attributes
        self.ink = ink
        self.ground = ground
        self.tells_on_blanks = not _SEEN_ON_BLANKS.isdisjoint(attributes)
        self.ways: dict[Pen, str] = {}

    def to(self, other: "Pen") -> str:
        """What makes the terminal write as `other` after it wrote as this."""
        way = self.ways.get(other)
        if way is None:
            way = self.ways[other] = self._way(other)
        return way

    def blank_as(self, other: "Pen") -> bool:
        """Whether a space looks the same in both."""
        return self is other or not (
            self.ground != other.ground or self.tells_on_blanks or other.tells_on_blanks
        )

    def _way(self, other: "Pen") -> str:
        if other is self:
            return ""
        whole = ";".join(part for part in (*other.attributes, other.ink, other.ground) if part)
        afresh = f"\x1b[0;{whole}m" if whole else "\x1b[m"
        gone = [part for part in self.attributes if part not in other.attributes]
        if any(part not in _OFF for part in gone):
            return afresh
        ends = {_OFF[part] for part in gone}
        # Bold and dim end together.
        kept = [part for part in self.attributes if _OFF.get(part) not in ends]
        more = [*sorted(ends), *(part for part in other.attributes if part not in kept)]
        if self.ink != other.ink:
            more.append(other.ink or "39")
        if self.ground != other.ground:
            more.append(other.ground or "49")
        return min(f"\x1b[{';'.join(more)}m", afresh, key=len)


class Pens:
    """The pens of one terminal, by style."""

    def __init__(self, colours: ColorSystem | None) -> None:
        self._colours = colours
        self._by_style: dict[Style | None, Pen] = {}
        self._by_codes: dict[tuple[tuple[str, ...], str, str], Pen] = {}
        self.plain = self.of(None)

    def of(self, style: Style | None) -> Pen:
        """The pen for `style`."""
        pen = self._by_style.get(style)
        if pen is None:
            codes = self._codes(style)
            pen = self._by_codes.get(codes)
            if pen is None:
                pen = self._by_codes[codes] = Pen(*codes)
            self._by_style[style] = pen
        return pen

    def _codes(self, style: Style | None) -> tuple[tuple[str, ...], str, str]:
        if style is None or self._colours is None:
            return (), "", ""
        attributes = tuple(code for name, code in _ATTRIBUTES if getattr(style, name))
        ink, ground = style.color, style.bgcolor
        return (
            attributes,
            ";".join(ink.downgrade(self._colours).get_ansi_codes()) if ink else "",
            ";".join(ground.downgrade(self._colours).get_ansi_codes(foreground=False))
            if ground
            else "",
        )
