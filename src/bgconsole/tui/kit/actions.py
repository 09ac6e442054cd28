"""What can be done in a part of the console: one table for each part.

Bindings, key bar, help, the list of all actions, clicks and the reasons why not are made from it.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from textual import actions
from textual.app import App
from textual.binding import Binding, BindingType
from textual.dom import DOMNode

if TYPE_CHECKING:
    # Only names here: the sign-in screen stands without them.
    from bgconsole.tui.model.session import Session
    from bgconsole.tui.model.workspace import Workspace

__all__ = [
    "Action",
    "HasActions",
    "WhyNot",
    "action_of",
    "first_of",
    "needs_editing",
    "needs_line",
    "why_not",
]

WhyNot = Callable[[Any], str | None]
"""Asked with the part; says in a sentence why it cannot be done now, or None where it can."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done, and how it is offered.

    `id` is the name by which settings change the key; keys that only move a cursor have none.
    `run` is the method to call without its `action_`, with parameters ('move(-1)') or with another
    part that does it ('screen.attempt'); that part's table then says why not.
    """

    id: str | None
    key: str
    label: str
    tooltip: str
    run: str
    why_not: WhyNot | None = None
    _: KW_ONLY
    offered: Callable[[Any], bool] | None = None
    """Where this is False, nothing shows the action, and the key is free for another part."""

    instead: str | Callable[[Any], str] = ""
    """Why the key does nothing where the action is not offered and no other part has the key."""

    detail: Callable[[Any], str] | None = None
    """What it would be about now ('− tom'): shown in the key bar where there is room."""

    in_bar: bool = True
    """Whether the key bar shows it; without a label it does not. The help shows all with an id."""

    shown: Callable[[Any], bool] | None = None
    """Where this is False, the key bar leaves it out; the key says why it does nothing."""

    elsewhere: bool = False
    """Whether the list of all actions offers it while another tab is in front."""

    key_display: str | None = None
    priority: bool = False
    """Whether it works in dialogs and fields too."""

    @property
    def binding(self) -> Binding:
        """The keys for Textual."""
        return Binding(
            self.key,
            self.run,
            self.label,
            show=self.in_bar,
            key_display=self.key_display,
            priority=self.priority,
            tooltip=self.tooltip,
            id=self.id,
        )


class HasActions:
    """A part of the console with a table; put it before the widget or screen among the bases.

    A table adds to those of the classes that it extends, and replaces what `run` is the same.
    """

    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]]

    def __init_subclass__(cls, **options: Any) -> None:
        """Make the bindings before Textual gathers them."""
        if "ACTIONS" in cls.__dict__:
            made: list[BindingType] = [action.binding for action in cls.ACTIONS]
            setattr(cls, "BINDINGS", made)  # noqa: B010 (Textual's name for it is a constant's)
        super().__init_subclass__(**options)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now stays in the key bar, dim; what is not offered does not."""
        found = _table(type(self)).get(("", action, parameters))
        if found is None:
            return True
        if found.offered is not None and not found.offered(self):
            return False
        return True if found.why_not is None or found.why_not(self) is None else None


def action_of(node: DOMNode, run: str) -> Action | None:
    """What the table of `node` says of `run`; None where it has no such line."""
    return _table(type(node)).get(actions.parse(run))


def why_not(node: DOMNode, run: str) -> str | None:
    """Why `run` of `node` cannot be done now; None where it can, or is not offered."""
    destination, name, parameters = actions.parse(run)
    others: dict[str, DOMNode] = {"screen": node.screen, "app": cast("App[Any]", node.app)}
    target = others.get(destination, node)
    found = _table(type(target)).get(("", name, parameters))
    if found is None or found.why_not is None:
        return None
    hidden = found.offered is not None and not found.offered(target)
    return None if hidden else found.why_not(target)


@cache
def _table(kind: type[object]) -> dict[tuple[str, str, tuple[object, ...]], Action]:
    """Every action of a class, by what it runs."""
    tables = (base.__dict__.get("ACTIONS", ()) for base in reversed(kind.__mro__))
    return {actions.parse(action.run): action for table in tables for action in table}


# Reasons that many parts have


class _OnWorkspace(Protocol):
    @property
    def session(self) -> "Session": ...
    @property
    def workspace(self) -> "Workspace": ...


def needs_editing(part: _OnWorkspace) -> str | None:
    """The person may change the team, and this console too."""
    return part.workspace.why_no_change


def needs_line(part: _OnWorkspace) -> str | None:
    """The backend can be asked."""
    return part.session.connection_state.why_not


def first_of(*reasons: WhyNot) -> WhyNot:
    """The first of these reasons that holds; the later ones may rely on those before."""

    def found(part: Any) -> str | None:
        return next((why for reason in reasons if (why := reason(part)) is not None), None)

    return found
