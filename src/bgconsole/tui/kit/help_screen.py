"""The help: what this is for, and every key that works on the screen below."""

from functools import partial

from textual.app import App, ComposeResult
from textual.binding import ActiveBinding
from textual.screen import Screen

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.key_bar import key_name
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.help import KeyGroup, KeyHelp, help_page


class HelpScreen(Dialog[None]):
    """Lists keys with what they do; what is disabled now is dim."""

    HEADING = "Help"
    READS = True
    ACTIONS = (Action("help.leave", "escape,question_mark,q", "close", "Back", "leave"),)

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        self._groups = _groups(below)

    def body(self) -> ComposeResult:
        """What break-glass is, keys, and below them the signs."""
        yield Pane(partial(help_page, self._groups))


def _groups(below: Screen[object]) -> tuple[KeyGroup, ...]:
    """The keys of what has the focus, of the screen, and of the whole console."""
    here: dict[str, KeyHelp] = {}
    screen: dict[str, KeyHelp] = {}
    everywhere: dict[str, KeyHelp] = {}
    for active in below.active_bindings.values():
        binding = active.binding
        if binding.system or not binding.id or not (binding.tooltip or binding.description):
            continue
        group = here
        if isinstance(active.node, App):
            group = everywhere
        elif active.node is below:
            group = screen
        group.setdefault(binding.action, _help(active))
    return (
        KeyGroup("Here", tuple(here.values())),
        KeyGroup("On this screen", tuple(screen.values())),
        KeyGroup("Everywhere", tuple(everywhere.values())),
    )


def _help(active: ActiveBinding) -> KeyHelp:
    binding = active.binding
    return KeyHelp(
        key=binding.key_display or key_name(binding.key),
        what=binding.tooltip or binding.description,
        enabled=active.enabled,
    )
