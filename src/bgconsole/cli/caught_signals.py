"""Signals that are noted while something waits, instead of ending or stopping the process."""

import os
import select
import signal
from collections.abc import Sequence
from types import FrameType
from typing import Any


class CaughtSignals:
    """Signals that are noted, and end a wait; their own handlers are kept meanwhile.

    `first` are those that count before all others.
    """

    def __init__(self, first: Sequence[signal.Signals]) -> None:
        self._first = first
        self._handlers: dict[signal.Signals, Any] = {}
        self._caught: list[signal.Signals] = []
        self._pipe: tuple[int, int] | None = None
        self._wakeup_before = -1

    def catch(self, *numbers: signal.Signals) -> None:
        """Note these from now on; those that this process ignores stay ignored."""
        if self._pipe is None:
            self._pipe = os.pipe()
            os.set_blocking(self._pipe[1], False)
            self._wakeup_before = signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        for number in numbers:
            if number not in self._handlers and signal.getsignal(number) is not signal.SIG_IGN:
                self._handlers[number] = signal.signal(number, self._note)

    def release(self) -> None:
        """Give every signal its own handler back."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()
        if self._pipe is not None:
            signal.set_wakeup_fd(self._wakeup_before)
            for end in self._pipe:
                os.close(end)
            self._pipe = None

    def taken(self) -> tuple[signal.Signals, ...]:
        """What was caught since this was asked last; those of `first` come first, in its order."""
        caught, self._caught = self._caught, []
        return tuple(sorted(caught, key=self._place))

    def forget(self, number: signal.Signals) -> None:
        """Let one go that was caught."""
        self._caught = [caught for caught in self._caught if caught is not number]

    def wait_for(self, descriptor: int) -> bool:
        """Wait until it can be read, or a signal was caught; whether it can be read."""
        woken = () if self._pipe is None else self._pipe[:1]
        ready, _, _ = select.select([descriptor, *woken], [], [])
        for one in woken:
            if one in ready:
                os.read(one, 64)
        return descriptor in ready and not self._caught

    def _place(self, number: signal.Signals) -> int:
        return self._first.index(number) if number in self._first else len(self._first)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._caught.append(signal.Signals(number))
