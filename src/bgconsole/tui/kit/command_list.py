"""Every action of a screen, for the command palette.

Made from the bindings, so that nothing is listed that has no key.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from textual.binding import ActiveBinding
from textual.dom import DOMNode
from textual.screen import Screen

from bgconsole.tui.kit.actions import why_not
from bgconsole.tui.kit.key_bar import action_name, key_name

_NOT_LISTED: Final = frozenset({"palette"})


@dataclass(frozen=True, slots=True)
class Command:
    """One action: what it does, its key, where it belongs, and why it cannot be done now."""

    what: str
    key: str
    action: str
    node: DOMNode
    place: str = ""
    reason: str | None = None
    enabled: bool = True
    open: Callable[[], Awaitable[DOMNode]] | None = None
    """Opens where the action is, and gives its node; None where that is in front."""

    @property
    def searched(self) -> str:
        """What a search looks through."""
        return f"{self.what} {self.place}".casefold()


@runtime_checkable
class HasMoreCommands(Protocol):
    """A screen with actions on tabs that are not in front."""

    def commands_elsewhere(self) -> tuple[Command, ...]:
        """What can be done there."""
        ...


def commands_of(screen: Screen[object]) -> tuple[Command, ...]:
    """What the keys of this screen and of what has the focus do, in the order of the help.

    Then what can be done on its other tabs.
    """
    found: dict[str, Command] = {}
    for active in screen.active_bindings.values():
        command = _command(active)
        if command is not None and command.action not in found:
            found[command.action] = command
    elsewhere = screen.commands_elsewhere() if isinstance(screen, HasMoreCommands) else ()
    return (*found.values(), *elsewhere)


def matching(commands: tuple[Command, ...], letters: str) -> tuple[Command, ...]:
    """The commands that have every word of `letters`; those that begin with them come first."""
    wanted = letters.casefold().split()
    found = [one for one in commands if all(word in one.searched for word in wanted)]
    begins = letters.strip().casefold()
    return tuple(sorted(found, key=lambda one: not one.searched.startswith(begins)))


def _command(active: ActiveBinding) -> Command | None:
    binding = active.binding
    what = binding.tooltip or binding.description
    name = action_name(binding)
    if not what or binding.system or not binding.id or name in _NOT_LISTED:
        return None
    return Command(
        what=what,
        key=binding.key_display or key_name(binding.key),
        action=binding.action,
        node=active.node,
        reason=None if active.enabled else why_not(active.node, binding.action),
        enabled=active.enabled,
    )
