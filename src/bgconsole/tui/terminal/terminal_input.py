"""From the bytes of a terminal to Textual's events: keys, pastes, the mouse, and nothing else."""

from collections.abc import Iterator
from typing import Final

from textual.events import Key, Paste
from textual.message import Message

from bgconsole.tui.terminal.bursts import BurstKey, is_burst
from bgconsole.tui.terminal.capabilities import Terminal
from bgconsole.tui.terminal.keys import control_keys, typed_key
from bgconsole.tui.terminal.mouse import Mouse
from bgconsole.tui.terminal.sequences import Recogniser
from bgconsole.tui.terminal.tokens import Control, OldMouse, Pasted, Token, Typed

__all__ = ["TerminalInput"]

_ESCAPE: Final = Typed("\x1b")


class TerminalInput:
    """What one terminal sends. Times are in seconds of any steady clock."""

    def __init__(self, terminal: Terminal) -> None:
        self._is_st = terminal.has_st_keys
        self._recogniser = Recogniser(terminal.keyboard_encoding, has_old_mouse=not self._is_st)
        self._mouse = Mouse()

    def feed(self, data: bytes, now: float) -> list[Message]:
        """The events that `data` completes."""
        tokens = self._recogniser.feed(data, now)
        events = self._events(tokens)
        if not is_burst(tokens):
            return events
        return [BurstKey.of(event) if isinstance(event, Key) else event for event in events]

    def tick(self, now: float) -> list[Message]:
        """The events that are certain since nothing came until now."""
        return self._events(self._recogniser.tick(now))

    def wait(self, now: float) -> float | None:
        """Seconds until `tick` is due, None while it is not."""
        return self._recogniser.wait(now)

    def _events(self, tokens: list[Token]) -> list[Message]:
        return [event for token in tokens for event in self._of(token)]

    def _of(self, token: Token) -> Iterator[Message]:
        match token:
            case Typed():
                yield typed_key(token)
            case Pasted():
                yield Paste(token.text)
            case OldMouse():
                yield from self._moved(token)
            case _:
                keys = control_keys(token, is_st=self._is_st)
                if token.alt and not keys:
                    # Escape, and right behind it something that is not a key.
                    yield typed_key(_ESCAPE)
                if keys is None:
                    yield from self._moved(token)
                else:
                    yield from keys

    def _moved(self, token: Control | OldMouse) -> Iterator[Message]:
        event = self._mouse.event(token)
        if event is not None:
            yield event
