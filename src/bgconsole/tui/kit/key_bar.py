"""The bottom line: the keys that work now, for what has the focus; what is disabled stays, dim."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Protocol, runtime_checkable

from textual.app import App, RenderResult
from textual.binding import ActiveBinding, Binding
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input

from bgconsole.tui.kit.actions import action_of
from bgconsole.tui.kit.notices import notices_of
from bgconsole.tui.kit.render.text import EMPTY, line, safe_text, spread, words
from bgconsole.tui.terminal.theme import ACCENT

MOUSE: Final = "free_mouse"
"""The action that frees the mouse."""

_PLACE: Final = "place"
"""In the meta of a key's style: which of the keys shown it is."""

_TYPED = frozenset({"slash"})
"""Keys that go into a field, which Textual does not know of them."""

_NARROW: Final = 60
"""Below so many columns the keys that always work stand without their words."""

_GAP = words("  ")
_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "escape": "esc",
    "delete": "del",
    "space": "space",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


def key_name(key: str) -> str:
    """How a key is written on the screen ('ctrl+s' is '^S')."""
    first = key.split(",", 1)[0]
    if first.startswith("ctrl+"):
        return "^" + first.removeprefix("ctrl+").upper()
    if first[:1] == "f" and first[1:].isdigit():
        return first.upper()
    return _NAMES.get(first, first)


@runtime_checkable
class FreesMouse(Protocol):
    """An app that can leave the mouse to the terminal."""

    @property
    def mouse_is_free(self) -> bool:
        """Whether it is left now."""
        ...


@dataclass(frozen=True, slots=True)
class _Key:
    shown: Content
    enabled: bool
    detail: Content = EMPTY


class KeyBar(Widget):
    """Drawn from the active bindings, so that it never tells of a key that does nothing.

    A click on a key does what the key does, and says why where that cannot be done now. A notice
    takes the row, and as many more as it needs: it never covers what is read.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._drawn: list[ActiveBinding] = []

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def draw_notice(self) -> None:
        """There is another notice, or none any more."""
        rows = self.get_content_height(self.size, self.size, self.content_size.width)
        self.refresh(layout=rows != self.content_size.height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row, or those of the notice."""
        notice = notices_of(self).notice
        return 1 if notice is None else len(notice.rows(max(width, 1)))

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    async def on_click(self, event: Click) -> None:
        """Do what the key under the pointer does."""
        event.stop()
        app = notices_of(self)
        if app.notice is not None:
            app.show_notice(None)
            return
        place = event.style.meta.get(_PLACE)
        if isinstance(place, int) and place < len(self._drawn):
            pressed = self._drawn[place]
            await self.app.run_action(pressed.binding.action, pressed.node)

    def render(self) -> RenderResult:
        """Keys of the focus at the left, those that always work at the right."""
        width = self.content_size.width
        self._drawn = []
        notice = notices_of(self).notice
        return self._keys(width) if notice is None else notice.draw(width)

    def _keys(self, width: int) -> Content:
        left: list[_Key] = []
        right: list[Content] = []
        mouse = EMPTY
        for active in self._bindings_shown():
            binding, name = active.binding, action_name(active.binding)
            shown = _key(binding, active.enabled)
            if binding.show and isinstance(active.node, App):
                right.append(self._clicked(shown if width >= _NARROW else _bare(binding), active))
            elif name == MOUSE:
                mouse = self._clicked(shown, active) if active.enabled else EMPTY
            else:
                detail = self._clicked(_detail(active), active)
                left.append(_Key(self._clicked(shown, active), active.enabled, detail))
        return _row(width, left, right, mouse, always=self._is_mouse_free())

    def _bindings_shown(self) -> Iterable[ActiveBinding]:
        """Those that are shown, each action once."""
        seen: set[str] = set()
        typing = isinstance(self.screen.focused, Input)
        for active in self.screen.active_bindings.values():
            binding = active.binding
            shown = _is_shown(active) or action_name(binding) == MOUSE
            if shown and binding.action not in seen and not (typing and binding.key in _TYPED):
                seen.add(binding.action)
                yield active

    def _clicked(self, shown: Content, active: ActiveBinding) -> Content:
        if not self._drawn or self._drawn[-1] is not active:
            self._drawn.append(active)
        return shown.stylize(Style.from_meta({_PLACE: len(self._drawn) - 1}))

    def _is_mouse_free(self) -> bool:
        return isinstance(self.app, FreesMouse) and self.app.mouse_is_free


def _row(
    width: int, left: list[_Key], right: list[Content], mouse: Content, *, always: bool
) -> Content:
    """The key of the mouse where no other has to go for it, or `always`."""
    end = _GAP.join(right)
    if mouse:
        longer = _GAP.join([mouse, *right])
        every = sum(key.shown.cell_length + key.detail.cell_length + len(_GAP) for key in left)
        if always or every + longer.cell_length + len(_GAP) <= width:
            end = longer
    return spread(width, _fitting(left, width - end.cell_length - 2), end)


def action_name(binding: Binding) -> str:
    """The name of what a binding does, without namespace and parameters."""
    return binding.action.rpartition(".")[2].partition("(")[0]


def _is_shown(active: ActiveBinding) -> bool:
    action = action_of(active.node, active.binding.action)
    hidden = action is not None and action.shown is not None and not action.shown(active.node)
    return active.binding.show and not hidden


def _detail(active: ActiveBinding) -> Content:
    action = action_of(active.node, active.binding.action)
    if not active.enabled or action is None or action.detail is None:
        return EMPTY
    told = action.detail(active.node)
    return words(": ") + safe_text(told) if told else EMPTY


def _fitting(keys: list[_Key], width: int) -> Content:
    """With the details, where no key has to go for them; otherwise without."""
    told = [replace(key, shown=key.shown + key.detail) for key in keys]
    whole, plain = _whole(told, width), _whole(keys, width)
    shown = whole if len(whole) == len(plain) else plain
    return _GAP.join(key.shown for key in shown)


def _whole(keys: list[_Key], width: int) -> list[_Key]:
    """As many keys as fit, first those that work; none is cut in the middle of a word."""
    chosen: set[int] = set()
    room = width
    for place in sorted(range(len(keys)), key=lambda place: not keys[place].enabled):
        needed = keys[place].shown.cell_length + (len(_GAP) if chosen else 0)
        if needed > room:
            break
        room -= needed
        chosen.add(place)
    return [keys[place] for place in sorted(chosen)]


def _bare(binding: Binding) -> Content:
    return words(binding.key_display or key_name(binding.key), f"bold {ACCENT}")


def _key(binding: Binding, enabled: bool) -> Content:
    name = binding.key_display or key_name(binding.key)
    if not enabled:
        return line((f"{name} {binding.description}", "$behind"))
    return line((name, f"bold {ACCENT}"), " ", (binding.description, ""))
