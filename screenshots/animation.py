"""One animated SVG of several pictures of the console, for a README: no script, nothing fetched.

What two pictures share is there once: a row of the screen is drawn as often as it changes, and CSS
shows each drawing while its pictures last. Who asks for no motion sees one picture.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

CELL_WIDTH, CELL_HEIGHT = 12.2, 24.4
_CAPTION_HEIGHT: Final = 44.0
_GROUND: Final = "#0f141a"
_CAPTION: Final = "#f6f8fa"
_PAST: Final = "#5ec4dc"
_TO_COME: Final = "#3d4a58"

_BLANK: Final = "\u00a0"
_RULE: Final = re.compile(r"\.terminal-\d+-(r\d+) \{ ([^}]*) \}")
_RECT: Final = re.compile(
    r'<rect fill="(?P<fill>[^"]*)" x="(?P<x>[^"]*)" y="(?P<y>[^"]*)" width="(?P<width>[^"]*)"'
)
_TEXT: Final = re.compile(
    r'<text class="terminal-\d+-(?P<rule>r\d+)" x="(?P<x>[^"]*)" y="(?P<y>[^"]*)"'
    r' textLength="(?P<width>[^"]*)"[^>]*>(?P<text>[^<]*)</text>'
)


@dataclass(frozen=True)
class Still:
    """One picture: what it shows in words, for how long (seconds), and as Textual drew it."""

    caption: str
    seconds: float
    svg: str


@dataclass(frozen=True)
class _Run:
    """A piece of a row: letters in one style, or a ground in one colour."""

    style: str
    x: float
    width: float
    text: str | None


_Row = tuple[_Run, ...]


def animated(stills: list[Still], size: tuple[int, int], poster: int) -> str:
    """The pictures one after another, for ever; `poster` is the one that stands for all."""
    columns, rows = size
    screens = [_rows(still.svg, rows) for still in stills]
    shown: dict[tuple[int, _Row], set[int]] = {}
    for number, screen in enumerate(screens):
        for y, row in enumerate(screen):
            if row:
                shown.setdefault((y, row), set()).add(number)
    styles = sorted({run.style for _, row in shown for run in row})
    names = {style: f"s{number}" for number, style in enumerate(styles)}
    spans = sorted({tuple(sorted(numbers)) for numbers in shown.values()})
    spans = sorted({*spans, *((number,) for number in range(len(stills)))})
    classes = {span: f"f{number}" for number, span in enumerate(spans)}
    width, height = columns * CELL_WIDTH, rows * CELL_HEIGHT + _CAPTION_HEIGHT
    said = escape(" ".join(still.caption for still in stills))
    box = f'viewBox="0 0 {width:g} {height:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" aria-label="{said}">',
        f"<style>{_style(names, classes, stills, poster)}</style>",
        f'<rect width="100%" height="100%" fill="{_GROUND}"/>',
    ]
    for span in spans:
        drawn = [
            _drawn(y, row, names) for (y, row), at in shown.items() if tuple(sorted(at)) == span
        ]
        if len(span) == 1:
            drawn.append(_caption(stills, span[0], width, rows * CELL_HEIGHT))
        parts.append(f'<g class="{classes[span]}">{"".join(drawn)}</g>')
    return "\n".join((*parts, "</svg>", ""))


def _style(
    names: dict[str, str],
    classes: dict[tuple[int, ...], str],
    stills: list[Still],
    poster: int,
) -> str:
    total = sum(still.seconds for still in stills)
    rules = [
        "text{font:20px 'Fira Code',Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}",
        *(f".{name}{{{style}}}" for style, name in names.items()),
    ]
    for span, name in classes.items():
        seen = "visible" if poster in span else "hidden"
        rules.append(f".{name}{{visibility:{seen};animation:{name} {total:g}s step-end infinite}}")
        rules.append(f"@keyframes {name}{{{_keyframes(span, stills, total)}}}")
    rules.append("@media(prefers-reduced-motion:reduce){g{animation:none!important}}")
    return "\n".join(rules)


def _keyframes(span: tuple[int, ...], stills: list[Still], total: float) -> str:
    """When it is seen, in percent of the whole; it stays as it is until the next one."""
    marks: list[str] = []
    at, before = 0.0, None
    for number, still in enumerate(stills):
        seen = "visible" if number in span else "hidden"
        if seen != before:
            marks.append(f"{100 * at / total:.2f}%{{visibility:{seen}}}")
        before = seen
        at += still.seconds
    return "".join(marks)


def _caption(stills: list[Still], number: int, width: float, top: float) -> str:
    """What happens, in words, and how far the story is."""
    each = width / len(stills)
    bars = "".join(
        f'<rect x="{at * each + 2:.1f}" y="{top + 2:.1f}" width="{each - 4:.1f}" height="4"'
        f' fill="{_PAST if at <= number else _TO_COME}"/>'
        for at in range(len(stills))
    )
    words = escape(stills[number].caption)
    return f'{bars}<text x="12.2" y="{top + 31:.1f}" fill="{_CAPTION}">{words}</text>'


def _drawn(y: int, row: _Row, names: dict[str, str]) -> str:
    """A row where it belongs. A ground reaches a little below: no seam is seen between rows."""
    grounds = "".join(
        f'<rect class="{names[run.style]}" x="{run.x:g}" y="{y * CELL_HEIGHT:.1f}"'
        f' width="{run.width:g}" height="24.65"/>'
        for run in row
        if run.text is None
    )
    letters = "".join(
        f'<text class="{names[run.style]}" x="{run.x:g}" y="{y * CELL_HEIGHT + 18.5:.1f}"'
        f' textLength="{run.width:g}">{run.text}</text>'
        for run in row
        if run.text is not None
    )
    return grounds + letters


def _rows(svg: str, rows: int) -> list[_Row]:
    """What Textual's picture has in each row of the screen, grounds first."""
    styles = {name: style.strip() for name, style in _RULE.findall(svg)}
    # Behind it is the window that Textual draws around a screen.
    inner = svg[svg.index('<g transform="translate(9, 41)"') :]
    found: list[list[_Run]] = [[] for _ in range(rows)]
    for match in _RECT.finditer(inner):
        y = round((float(match["y"]) - 1.5) / CELL_HEIGHT)
        run = _Run(f"fill:{match['fill']}", float(match["x"]), float(match["width"]), None)
        found[y].append(run)
    for match in _TEXT.finditer(inner):
        y = round((float(match["y"]) - 20) / CELL_HEIGHT)
        text = match["text"].replace("&#160;", _BLANK)
        if text.strip(_BLANK):
            style = re.sub(r"\s*([:;])\s*", r"\1", styles[match["rule"]])
            before = CELL_WIDTH * (len(text) - len(text.lstrip(_BLANK)))
            around = CELL_WIDTH * (len(text) - len(text.strip(_BLANK)))
            x, width = float(match["x"]) + before, float(match["width"]) - around
            found[y].append(_Run(style, round(x, 1), round(width, 1), text.strip(_BLANK)))
    return [tuple(_merged(runs)) for runs in found]


def _merged(runs: Iterable[_Run]) -> list[_Run]:
    """Grounds of one colour that touch are one."""
    merged: list[_Run] = []
    for run in runs:
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.text is run.text is None
            and last.style == run.style
            and abs(last.x + last.width - run.x) < 0.5
        ):
            merged[-1] = _Run(last.style, last.x, round(run.x + run.width - last.x, 1), None)
        else:
            merged.append(run)
    return merged
