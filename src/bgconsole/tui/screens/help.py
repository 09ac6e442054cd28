"""The help: every key that works on the screen below, made from its bindings."""

from itertools import zip_longest
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen

from bgconsole.tui.render.signs import FULL
from bgconsole.tui.render.text import EMPTY, fit, line, lines, words
from bgconsole.tui.theme import ACCENT, DIM
from bgconsole.tui.widgets.key_bar import KeyBar, key_name
from bgconsole.tui.widgets.pane import Pane

_SIGNS = (
    (FULL.passes, "saved, passes, success"), (FULL.fails, "refused, fails, down"),
    (FULL.added, "added, not saved"), (FULL.removed, "removed, not saved"),
    (FULL.bad, "no longer valid; care"), (FULL.unsaved, "unsaved draft"),
    (FULL.on, "on, chosen"), (FULL.off, "off"), (FULL.glass, "break-glass use"),
)  # fmt: skip
_KEY_COLUMN = 7
_KEYS_WIDTH = 44


class HelpScreen(ModalScreen[None]):
    """Lists keys with what they do; what is disabled now is dim."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "leave", "close", id="help.leave", tooltip="Back"),
    ]

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        signs = [line((f"{sign:<3}", ""), (meaning, DIM)) for sign, meaning in _SIGNS]
        rows = zip_longest(_keys(below), signs, fillvalue=EMPTY)
        self._content = lines(*(fit(key, _KEYS_WIDTH) + sign for key, sign in rows))

    def compose(self) -> ComposeResult:
        """Keys, and beside them the signs."""
        with VerticalScroll(classes="dialog") as box:
            box.border_title = "Keys"
            yield Pane(lambda _width: self._content)
        yield KeyBar()

    def action_leave(self) -> None:
        """Back to the screen."""
        self.dismiss()


def _keys(below: Screen[object]) -> tuple[Content, ...]:
    rows: dict[str, Content] = {}
    for active in below.active_bindings.values():
        binding = active.binding
        told = binding.tooltip or binding.description
        if not told or binding.system or binding.action in rows or not binding.id:
            continue
        name = binding.key_display or key_name(binding.key)
        key = fit(words(name, f"bold {ACCENT}"), _KEY_COLUMN)
        rows[binding.action] = key + words(told, "" if active.enabled else DIM)
    return tuple(rows.values())
