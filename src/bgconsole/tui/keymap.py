"""Keys that users choose: every binding of the console by its id, and what a keymap may say.

Imports every screen: asked for only where a settings file has keys, and by tests.
"""

import importlib
import pkgutil
import string
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.keys import Keys, _character_to_key  # pyright: ignore[reportPrivateUsage]
from textual.screen import ModalScreen, Screen

import bgconsole.tui
from bgconsole.files.settings import KeyFault

__all__ = ["Bound", "bindings", "check"]

_MODIFIERS: Final = frozenset({"ctrl", "shift", "alt", "super", "meta", "hyper"})
_NAMED: Final = frozenset(key.value for key in Keys) | frozenset(
    _character_to_key(character) for character in string.punctuation
)


@dataclass(frozen=True, slots=True)
class Bound:
    """One binding, and the class of the app, screen or widget where it holds."""

    place: type[DOMNode]
    binding: Binding


def bindings() -> tuple[Bound, ...]:
    """Every binding of every part of the console, by the class that it is written in."""
    for module in pkgutil.walk_packages(bgconsole.tui.__path__, "bgconsole.tui."):
        importlib.import_module(module.name)
    return tuple(
        Bound(kind, binding)
        for kind in sorted(
            set(_ours(DOMNode)), key=lambda kind: (kind.__qualname__, kind.__module__)
        )
        for own in [kind.__dict__.get("BINDINGS")]
        if own
        for found in BindingsMap(own).key_to_bindings.values()
        for binding in found
    )


def _ours(kind: type[DOMNode]) -> Iterable[type[DOMNode]]:
    for below in kind.__subclasses__():
        if below.__module__.startswith("bgconsole."):
            yield below
        yield from _ours(below)


def check(keys: Mapping[str, str]) -> KeyFault | None:
    """What is wrong with the first entry of a keymap that is, or None."""
    every = bindings()
    known = {bound.binding.id for bound in every if bound.binding.id}
    for name, value in keys.items():
        if name not in known:
            return KeyFault(name, f'no binding is called "{name}"', _near(name, known))
        wrong = next((key for key in _split(value) if not _is_key(key)), None)
        if wrong is not None:
            return KeyFault(
                name,
                f'"{wrong}" is no key',
                'Name keys as "f4", "ctrl+s", "delete" or "W", several with commas between them',
            )
    return _untypable(keys, every) or _shared(keys, every)


def _near(name: str, known: set[str]) -> str:
    near = get_close_matches(name, known, n=1)
    help_ = "docs/keys.md lists the names of all keys"
    return f'Did you mean "{near[0]}"? {help_}' if near else help_


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",")] if value != "," else [value]


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+") if key != "+" else [key]
    if not set(modifiers) <= _MODIFIERS or len(modifiers) != len(set(modifiers)):
        return False
    return last in _NAMED or (len(last) == 1 and last.isprintable() and not last.isspace())


def _untypable(keys: Mapping[str, str], every: tuple[Bound, ...]) -> KeyFault | None:
    """A letter that works before every field would be in nobody's password any more."""
    first = {bound.binding.id for bound in every if bound.binding.priority}
    for name, value in keys.items():
        letter = next((key for key in _split(value) if len(key) == 1), None)
        if name in first and letter is not None:
            message = f'"{letter}" could not be typed any more: {name} works in fields too'
            return KeyFault(name, message, 'Choose a key such as "f4" or "ctrl+t"')
    return None


def _shared(keys: Mapping[str, str], every: tuple[Bound, ...]) -> KeyFault | None:
    """A key that would mean two things at one place: on one screen or part, or everywhere."""
    taken: defaultdict[str, list[tuple[Bound, str]]] = defaultdict(list)
    for bound in every:
        own = keys.get(bound.binding.id or "")
        for key in _split(own) if own is not None else [bound.binding.key]:
            taken[_name(key)].append((bound, key))
    for name in keys:
        for found in taken.values():
            mine = [bound for bound, _ in found if bound.binding.id == name]
            for one in mine:
                for other, key in found:
                    if _gives_way(other, keys):
                        continue
                    if _differ(one, other) and _meet(one.place, other.place):
                        called = other.binding.id or other.binding.description or "another binding"
                        return KeyFault(
                            name,
                            f'"{key}" is the key of {called} too',
                            "Choose another key, or give that one another as well",
                        )
    return None


def _gives_way(bound: Bound, keys: Mapping[str, str]) -> bool:
    """A key that only the demo has takes none from the console's own."""
    name = bound.binding.id or ""
    return name.startswith("demo.") and name not in keys


def _name(key: str) -> str:
    return _character_to_key(key) if len(key) == 1 else key


def _differ(one: Bound, other: Bound) -> bool:
    return (one.binding.id or one.binding.action) != (other.binding.id or other.binding.action)


def _meet(one: type[DOMNode], other: type[DOMNode]) -> bool:
    """Whether both may be there for a key at the same time.

    A part that has the focus takes keys before its screen does; which parts stand on which screen
    is not known here, so that each is taken to stand on any but a dialog.
    """
    from bgconsole.tui.app import ConsoleApp

    if ConsoleApp in {one, other} or issubclass(one, other) or issubclass(other, one):
        return True
    if issubclass(one, Screen) == issubclass(other, Screen):
        return False
    return not issubclass(one, ModalScreen) and not issubclass(other, ModalScreen)
