"""Keys on their way to what has the focus: they wait until it is known which field they are for."""

from collections.abc import Awaitable, Callable
from typing import Final, Protocol, runtime_checkable

from textual.app import App
from textual.events import Event, Key, Paste
from textual.timer import Timer
from textual.widgets import Input

from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.terminal.bursts import BurstKey
from bgconsole.tui.terminal.keyboard import LayoutKey
from bgconsole.tui.terminal.typing_ahead import LONGEST_WAIT, TypingAhead

_TABS: Final = frozenset({"tab", "shift+tab"})


@runtime_checkable
class NamesField(Protocol):
    """What takes commands, and names the field for text that is typed while it has the focus."""

    text_goes_to: Input | None


class KeyQueue:
    """Hands keys and pastes to `deliver`, one after another, text only where a field has the focus.

    A key that may move the focus holds up those behind it until `answered`, or for a while.
    """

    def __init__(self, app: App[int], deliver: Callable[[Event], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._ahead = TypingAhead()
        self._is_shown = False
        self._patience: Timer | None = None
        self._paste_refused = False

    async def begin(self) -> None:
        """Give the first screen's field what was typed before it was shown, and nothing else text.

        Letters are commands where there is no field, and nobody means a screen not yet seen.
        """
        self._is_shown = True
        if not isinstance(self._app.focused, Input):
            self._ahead.drop_text()
        await self._hand_on()

    async def take_in(self, event: Key | Paste) -> None:
        """One more came."""
        self._ahead.take_in(event)
        await self._hand_on()

    def put_back(self, event: Key) -> None:
        """Nobody took it where it was pressed, and there is another screen by now."""
        self._ahead.put_back(Key(event.key, event.character))

    def drop(self) -> None:
        """Forget the keys that were not handed on."""
        self._ahead.drop()

    def is_opening(self) -> bool:
        """Whether the screen in front has no parts yet that keys could be about; then they wait."""
        if not self._is_shown:
            return True
        if not self._app.screen_stack or self._app.screen.is_mounted:
            return False
        if not self._ahead.waiting:
            self._wait()
            self._app.screen.call_later(self.answered)
        return True

    def unhandled(self, event: Key) -> None:
        """A tab has been everywhere when it comes here, and does now what it does."""
        if event.key in _TABS and self._ahead.waiting:
            self._app.call_later(self.answered)

    async def answered(self, *, drops: bool = False) -> None:
        """The key that may move the focus is answered, and the focus is where it goes.

        `drops`: those behind it were meant for a field that it did not go to.
        """
        if drops:
            self._ahead.drop()
        if self._patience is not None:
            self._patience.stop()
        self._ahead.waiting = False
        await self._hand_on()

    async def _hand_on(self) -> None:
        while not self.is_opening() and (event := self._ahead.next()) is not None:
            await self._give(event)
            if isinstance(event, Key) and self._moves_on(event.key):
                self._wait()

    def _wait(self) -> None:
        self._ahead.waiting = True
        self._patience = self._app.set_timer(LONGEST_WAIT, self.answered)

    async def _give(self, event: Key | Paste) -> None:
        """Give it to what has the focus: text to fields, commands to everything else."""
        self._go_to_field(event)
        if isinstance(self._app.focused, Input):
            self._paste_refused = self._paste_refused and not isinstance(event, Paste)
            await self._deliver(event)
        elif isinstance(event, (Paste, BurstKey)):
            self._refuse_paste()
        else:
            await self._deliver(event.as_command() if isinstance(event, LayoutKey) else event)

    def _go_to_field(self, event: Key | Paste) -> None:
        """Move to the field that what has the focus names for text, if this is some."""
        focused = self._app.focused
        field = focused.text_goes_to if isinstance(focused, NamesField) else None
        if field is not None and (isinstance(event, Paste) or event.is_printable):
            self._app.set_focus(field)

    def _refuse_paste(self) -> None:
        """Say where pasted text goes, once until a field has got some."""
        if not self._paste_refused:
            self._paste_refused = True
            message = "Pasted text goes into a field"
            tell(self._app, Tone.CARE, message, "Move to one and paste again")

    def _moves_on(self, key: str) -> bool:
        """Whether the key may give the focus to another field than the one it is typed in."""
        return key in _TABS or (key == "enter" and isinstance(self._app.focused, FormField))
