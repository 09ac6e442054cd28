"""What a click on a key does that is named on the screen, whatever key the settings give it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

__all__ = ["Pressed", "key_of", "pressed_at"]


@dataclass(frozen=True, slots=True)
class Pressed:
    """An action, and the widget, screen or app that does it."""

    action: str
    node: DOMNode


def pressed_at(clicked: Widget, key: str) -> Pressed | None:
    """What `key` does where `clicked` names it: there, else at the focus, else somewhere near.

    Text on the screen names keys as the bindings have them from the start. What is disabled counts
    too: it says why.
    """
    screen = clicked.screen
    around = [node for node in clicked.ancestors_with_self if not isinstance(node, (Screen, App))]
    here = (_bound(node, key) for node in around)
    focused = (
        Pressed(active.binding.action, active.node)
        for active in screen.active_bindings.values()
        if key in _keys_at_first(active.node, active.binding.action)
    )
    near = (_bound(node, key) for place in around for node in _inside(place))
    # Letters are not active while a field would take them, and a click is no letter.
    outer: list[DOMNode] = list(screen.ancestors_with_self)
    rest = (_bound(node, key) for node in (*outer, *_inside(screen)))
    return next((found for found in chain(here, focused, near, rest) if found is not None), None)


def key_of(screen: Screen[object], action: str) -> str:
    """The key that does `action` now, "" where none does."""
    found = (active.binding for active in screen.active_bindings.values())
    return next((binding.key for binding in found if binding.action == action), "")


def _inside(near: DOMNode) -> Iterator[DOMNode]:
    nodes = near.walk_children()
    return (node for node in nodes if isinstance(node, Widget) and node.is_on_screen)


def _bound(node: DOMNode, key: str) -> Pressed | None:
    """What the key does by the bindings of this node alone."""
    found = (binding for name, binding in _bindings_of(node) if name == key)
    binding = next(found, None)
    return None if binding is None else Pressed(binding.action, node)


def _keys_at_first(node: DOMNode, action: str) -> set[str]:
    """The keys of an action as the classes of `node` have them."""
    return {key for key, binding in _bindings_of(node) if binding.action == action}


def _bindings_of(node: DOMNode) -> Iterator[tuple[str, Binding]]:
    """Its bindings with the keys that they have from the start."""
    for kind in type(node).__mro__:
        yield from BindingsMap(kind.__dict__.get("BINDINGS") or ())
