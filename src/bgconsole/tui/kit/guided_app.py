"""An app that tells its keys, lists its actions, and says why one cannot be done now."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.containers import ScrollableContainer
from textual.dom import DOMNode
from textual.events import Click, Event, Key, MouseDown, Paste
from textual.timer import Timer
from textual.widget import Widget

from bgconsole.tui.kit import notices
from bgconsole.tui.kit.actions import Action, HasActions, action_of, why_not
from bgconsole.tui.kit.clicks import key_of, pressed_at
from bgconsole.tui.kit.key_bar import MOUSE, KeyBar, key_name
from bgconsole.tui.kit.render.keys import PRESSES
from bgconsole.tui.terminal.driver import ConsoleDriver
from bgconsole.tui.terminal.thin_app import ThinApp

if TYPE_CHECKING:
    # Only a name here: actions are listed when they are asked for.
    from bgconsole.tui.kit.command_list import Command


class GuidedApp(HasActions, ThinApp):
    """The same on every screen: help, all actions, jump mode, mouse, reasons, back to the shell."""

    notice: notices.Notice | None = None
    """What the key bars show in the place of the keys."""

    _notice_ends: Timer | None = None
    _focused_before: Widget | None = None

    ACTIONS = (
        Action("help", "question_mark,f1", "help", "What break-glass is, and the keys", "help"),
        Action("palette", "ctrl+p", "all actions", "Every action, by a few letters", "palette"),
        Action("jump", "ctrl+o", "jump", "Go anywhere in two keys", "jump", in_bar=False),
        # Dialogs may be garbled too, and hold back the app's other keys.
        Action("redraw", "ctrl+l", "redraw", "Draw everything again", "redraw",
               in_bar=False, priority=True),
        Action("suspend", "ctrl+z", "suspend", "Back to the shell; fg continues here",
               "suspend_process", lambda app: app.why_no_shell, in_bar=False, priority=True),
        Action("mouse", "f2", "mouse", "Free the mouse to select text, or take its clicks again",
               MOUSE, lambda app: app.why_no_clicks, in_bar=False),
    )  # fmt: skip

    @property
    def why_no_shell(self) -> str | None:
        """Why the console cannot be suspended here."""
        if self._driver is not None and self._driver.can_suspend:
            return None
        return "No shell could continue the console here: it is all that runs. ^Q leaves it"

    @property
    def why_no_clicks(self) -> str | None:
        """Why no clicks can be read here."""
        if isinstance(self._driver, ConsoleDriver) and self._driver.can_read_mouse:
            return None
        return "This terminal tells of no clicks: its mouse is free"

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
        if isinstance(event, (Key, Paste)) and self.notice and self.notice.passing:
            self.show_notice(None)
        await super().on_event(event)

    def show_notice(self, notice: notices.Notice | None) -> None:
        """Show it for a while in the place of the one before; None shows the keys again."""
        if self._notice_ends is not None:
            self._notice_ends.stop()
        self.notice = notice
        self._notice_ends = None if notice is None else self.set_timer(notices.SHOWN, self._shown)
        for screen in self.screen_stack:
            for bar in screen.query(KeyBar):
                bar.draw_notice()

    def _shown(self) -> None:
        self.show_notice(None)

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
            # The key is answered then: what stands around may have it for something else.
            return self._say_why(default_namespace or self, action)
        return done

    def _say_why(self, node: DOMNode, action: str) -> bool:
        reason = why_not(node, action)
        if reason is None:
            return False
        notices.explain(node, reason)
        return True

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """As every app; it comes last, and says of a key that does nothing why."""
        done = await super()._check_bindings(key, priority)
        if not done and not priority:
            self._say_of_no_use(key)
        return done

    def _say_of_no_use(self, key: str) -> None:
        for node, bindings in self.screen._modal_binding_chain:  # pyright: ignore[reportPrivateUsage]
            for bound, binding in bindings:
                action = action_of(node, binding.action) if bound == key else None
                if action is not None and action.instead:
                    told = action.instead
                    notices.explain(node, told if isinstance(told, str) else told(node))
                    return
        told = f"{key_name(key)} does nothing here"
        has_help = not self.screen.is_modal
        help_key = key_name(key_of(self.screen, "help"))
        notices.explain(self, f"{told}: {help_key} helps" if has_help else told)

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
