"""An app that tells its keys, lists its actions, and says why one cannot be done now."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.widget import Widget

from bgconsole.tui import notices
from bgconsole.tui.reasons import reason_for
from bgconsole.tui.terminal.driver import ConsoleDriver
from bgconsole.tui.terminal.thin_app import ThinApp

if TYPE_CHECKING:
    # Only a name here: actions are listed when they are asked for.
    from bgconsole.tui.offers import Offer


class GuidedApp(ThinApp):
    """The same on every screen: help, all actions, jump mode, reasons, back to the shell."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "help", id="help", tooltip="This list of keys"),
        Binding(
            "ctrl+p",
            "palette",
            "all actions",
            id="palette",
            tooltip="Every action, by a few letters",
        ),
        Binding("ctrl+o", "jump", "jump", id="jump", show=False, tooltip="Go anywhere in two keys"),
        Binding("ctrl+l", "redraw", "redraw", id="redraw", show=False, tooltip="Draw all afresh"),
        Binding(
            "ctrl+z",
            "suspend_process",
            "suspend",
            id="suspend",
            show=False,
            tooltip="Back to the shell; fg continues here",
            priority=True,
        ),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done here stays in the lists of keys, dim."""
        return None if self.disabled_reason(action) is not None else True

    def disabled_reason(self, action: str) -> str | None:
        """Why the console cannot be suspended here."""
        if action != "suspend_process" or (self._driver is not None and self._driver.can_suspend):
            return None
        return "No shell could continue the console here: it is all that runs. ^Q leaves it"

    def action_suspend_process(self) -> None:
        """Give the terminal back to the shell, until that continues the console."""
        if isinstance(self._driver, ConsoleDriver):
            self._driver.suspend()

    def action_help(self) -> None:
        """Show the keys of the screen."""
        from bgconsole.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    async def run_action(
        self,
        action: str | tuple[str, str, tuple[Any, ...]],
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """As every app; where an action cannot be done now, say why."""
        done = await super().run_action(action, default_namespace, namespaces)
        if not done and isinstance(action, str):
            name = action.partition("(")[0].rpartition(".")[2]
            # The key is answered then: what stands around may have it for something else.
            return self._say_why(default_namespace or self, name)
        return done

    def _say_why(self, node: DOMNode, action: str) -> bool:
        reason = reason_for(node, action)
        if reason is None:
            return False
        notices.tell(self, notices.Tone.CARE, reason)
        return True

    async def action_palette(self) -> None:
        """Show every action; do the one that is chosen."""
        from bgconsole.tui.offers import offers_elsewhere, offers_of
        from bgconsole.tui.screens.palette import PaletteScreen

        offers = (*offers_of(self.screen), *offers_elsewhere(self.screen))
        self.push_screen(PaletteScreen(offers), self._do)

    async def _do(self, offer: "Offer | None") -> None:
        if offer is None:
            return
        from bgconsole.tui.screens.parts import PartedScreen

        node = offer.node
        if offer.part is not None and isinstance(node, PartedScreen):
            node = await node.open_part(offer.part)
        await self.run_action(offer.action, node)

    def action_jump(self) -> None:
        """Show a letter beside everything that takes keys, and go to the one that is pressed."""
        from bgconsole.tui.jumping import targets_of
        from bgconsole.tui.screens.jump import JumpScreen

        self.push_screen(JumpScreen(targets_of(self.screen)), self._jump)

    def _jump(self, chosen: Widget | None) -> None:
        if chosen is not None:
            self.set_focus(chosen)
