"""What can be done on the tabs of the main screen that are not in front."""

from collections.abc import Awaitable, Callable, Container
from functools import partial
from typing import Final

from textual.binding import Binding
from textual.dom import DOMNode

from bgconsole.tui.audit.pane import AuditPane
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.command_list import Command
from bgconsole.tui.kit.key_bar import key_name
from bgconsole.tui.main.opening import tab_kind
from bgconsole.tui.main.render.tabs import part_key
from bgconsole.tui.model.tab_id import TabId

Commands = tuple[Command, ...]
Open = Callable[[TabId], Awaitable[DOMNode]]

_NAMES: Final = {
    TabId.WHO: "Who gets in",
    TabId.MEMBERS: "Members",
    TabId.AUDIT: "Audit log",
    TabId.PROVIDERS: "Providers",
}


def commands_elsewhere(screen: DOMNode, parts: Container[TabId], open_part: Open) -> Commands:
    """Each with the key that opens its tab before its own."""
    return tuple(
        Command(
            what=binding.tooltip,
            key=f"{part_key(part)} {binding.key_display or key_name(binding.key)}",
            action=binding.action,
            node=screen,
            place=_NAMES[part],
            open=partial(open_part, part),
        )
        for part in _NAMES
        if part in parts
        for binding in _bindings_of(part)
    )


def _bindings_of(part: TabId) -> tuple[Binding, ...]:
    """What can be done on a part that need not be open yet."""
    kind = AuditPane if part is TabId.AUDIT else tab_kind(part)
    if kind is None:
        return ()
    table: tuple[Action, ...] = getattr(kind, "ACTIONS", ())
    if table:
        return tuple(action.binding for action in table if action.elsewhere)
    found = (binding for binding in kind.BINDINGS if isinstance(binding, Binding))
    return tuple(binding for binding in found if binding.action in kind.ELSEWHERE)
