"""An app that tells its keys, lists its actions, and says why one cannot be done now."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer
from textual.dom import DOMNode
from textual.events import Click, Event, MouseDown
from textual.widget import Widget

from bgconsole.tui.kit import notices
from bgconsole.tui.kit.clicks import key_of, pressed_at
from bgconsole.tui.kit.key_bar import MOUSE, key_name
from bgconsole.tui.kit.reasons import reason_for
from bgconsole.tui.kit.render.keys import PRESSES
from bgconsole.tui.terminal.driver import ConsoleDriver
from bgconsole.tui.terminal.thin_app import ThinApp

if TYPE_CHECKING:
    # Only a name here: actions are listed when they are asked for.
    from bgconsole.tui.kit.command_list import Command


class GuidedApp(ThinApp):
    """The same on every screen: help, all actions, jump mode, mouse, reasons, back to the shell."""

    _focused_before: Widget | None = None

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
        Binding(
            "ctrl+l",
            "redraw",
            "redraw",
            id="redraw",
            show=False,
            tooltip="Draw everything again",
            # Dialogs may be garbled too, and hold back the app's other keys.
            priority=True,
        ),
        Binding(
            "ctrl+z",
            "suspend_process",
            "suspend",
            id="suspend",
            show=False,
            tooltip="Back to the shell; fg continues here",
            priority=True,
        ),
        Binding(
            "f2",
            MOUSE,
            "mouse",
            id="mouse",
            show=False,
            tooltip="Free the mouse to select text, or take its clicks again",
        ),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done here stays in the lists of keys, dim."""
        return None if self.disabled_reason(action) is not None else True

    def disabled_reason(self, action: str) -> str | None:
        """Why the console cannot be suspended here, or clicks be read."""
        driver = self._driver
        if action == "suspend_process" and (driver is None or not driver.can_suspend):
            return "No shell could continue the console here: it is all that runs. ^Q leaves it"
        if action == MOUSE and not (isinstance(driver, ConsoleDriver) and driver.can_read_mouse):
            return "This terminal tells of no clicks: its mouse is free"
        return None

    def action_suspend_process(self) -> None:
        """Give the terminal back to the shell, until that continues the console."""
        if isinstance(self._driver, ConsoleDriver):
            self._driver.suspend()

    def action_help(self) -> None:
        """Show the keys of the screen."""
        from bgconsole.tui.kit.help_screen import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    async def on_event(self, event: Event) -> None:
        """As every app; notes what has the keys before a click may move them elsewhere."""
        if isinstance(event, MouseDown) and not event.is_forwarded:
            self._focused_before = self.focused
        await super().on_event(event)

    async def on_click(self, event: Click) -> None:
        """Do what a key that is named in the text does, as if it was pressed before the click."""
        key = event.style.meta.get(PRESSES)
        if not isinstance(key, str) or event.widget is None:
            return
        before = self._focused_before
        scrolled = isinstance(self.focused, ScrollableContainer)
        if scrolled and before is not None and before.is_attached:
            # The click was for the key, not for what scrolls the text.
            self.set_focus(before, scroll_visible=False)
        pressed = pressed_at(event.widget, key)
        if pressed is not None:
            await self.run_action(pressed.action, pressed.node)

    @property
    def mouse_is_free(self) -> bool:
        """Whether the terminal selects text with the mouse, as it does for other programs."""
        return not (isinstance(self._driver, ConsoleDriver) and self._driver.reads_mouse)

    def action_free_mouse(self) -> None:
        """Let the terminal have the mouse, or take its clicks again."""
        driver = self._driver
        if not isinstance(driver, ConsoleDriver):
            return
        driver.read_mouse(wanted=not driver.reads_mouse)
        self.screen.refresh_bindings()
        if driver.reads_mouse:
            notices.tell(self, notices.Tone.DONE, "Mouse clicks come to the console again")
        else:
            key = key_name(key_of(self.screen, MOUSE))
            what = "The mouse is free: select and copy text as your terminal does"
            notices.tell(self, notices.Tone.DONE, what, f"{key} brings the clicks back")

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
        from bgconsole.tui.kit.command_list import commands_of
        from bgconsole.tui.kit.palette_dialog import PaletteScreen

        self.push_screen(PaletteScreen(commands_of(self.screen)), self._do)

    async def _do(self, command: "Command | None") -> None:
        if command is not None:
            node = command.node if command.open is None else await command.open()
            await self.run_action(command.action, node)

    def action_jump(self) -> None:
        """Show a letter beside everything that takes keys, and go to the one that is pressed."""
        from bgconsole.tui.kit.jump_dialog import JumpScreen
        from bgconsole.tui.kit.jumping import targets_of

        self.push_screen(JumpScreen(targets_of(self.screen)), self._jump)

    def _jump(self, chosen: Widget | None) -> None:
        if chosen is not None:
            self.set_focus(chosen)
