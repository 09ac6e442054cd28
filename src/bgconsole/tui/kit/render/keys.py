"""Keys named in running text: a click on one does what the key does."""

from typing import Final

from textual.content import Content
from textual.style import Style

from bgconsole.tui.kit.render.text import line
from bgconsole.tui.terminal.theme import ACCENT, DIM

PRESSES: Final = "presses"
"""What the style of such a text has in its `meta`: the key, as bindings have it from the start."""

WAY_KEYS: Final = (2, 3, 4, 5, 9, 10, 11, 12)
"""Function keys of the ways in by SSO, in their order; those between have another meaning."""

_NAMED: Final = {"esc": "escape", "/": "slash", "?": "question_mark", "↑": "up", "↓": "down"}


def key_hint(key: str, told: str = "", style: str = DIM) -> Content:
    """'^S saves': a key as it is written, with what it does; a click on either does it."""
    return presses(key, line((key, ACCENT), (told, style)))


def presses(key: str, content: Content) -> Content:
    """`content`, on which a click does what the key does; `key` as it is written on the screen."""
    return content.stylize(Style.from_meta({PRESSES: _as_bound(key)}))


def _as_bound(key: str) -> str:
    if len(key) > 1 and key[0] == "^":
        return f"ctrl+{key[1:].lower()}"
    if key[:1] == "F" and key[1:].isdigit():
        return key.lower()
    return _NAMED.get(key, key)
