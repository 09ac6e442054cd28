"""The signals that would end the console with the terminal as it is, and those of job control."""

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

_Handler = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None

ENDING: Final = tuple(
    signal.Signals[name]
    for name in (
        *("SIGHUP", "SIGTERM", "SIGINT", "SIGQUIT", "SIGABRT", "SIGALRM", "SIGVTALRM", "SIGPROF"),
        *("SIGUSR1", "SIGUSR2", "SIGXCPU", "SIGIO", "SIGPWR", "SIGSTKFLT"),
    )
    if name in signal.Signals.__members__
)
"""End a process unless it handles them.

Left out are those that a fault in the code raises, such as SIGSEGV: Python only notes that one
came, and would be back in the fault at once, for ever.
"""

_ALWAYS_TAKEN: Final = frozenset({signal.SIGHUP, signal.SIGTERM})
_STOPPED_IN_BACKGROUND: Final = (signal.SIGTTIN, signal.SIGTTOU)


class Replaced:
    """Handlers of signals, to be put back as they were."""

    def __init__(self) -> None:
        self._before: dict[signal.Signals, _Handler] = {}

    def set(self, number: signal.Signals, handler: _Handler) -> None:
        """Handle a signal like this from now on."""
        before = signal.signal(number, handler)
        self._before.setdefault(number, before)

    def put_back(self) -> None:
        """Handle each as before."""
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        self._before.clear()


def take_ending(handler: Callable[[int, FrameType | None], None]) -> Replaced:
    """Have `handler` called for each signal that would end the console.

    What was ignored when the console was started stays so, but for a hang-up: the terminal is gone
    then, whatever `nohup` says.
    """
    taken = Replaced()
    for number in ENDING:
        if number in _ALWAYS_TAKEN or signal.getsignal(number) is not signal.SIG_IGN:
            taken.set(number, handler)
    return taken


def stopped_in_background() -> Replaced:
    """Let the system stop this process while it uses a terminal from the background."""
    taken = Replaced()
    for number in _STOPPED_IN_BACKGROUND:
        taken.set(number, signal.SIG_DFL)
    return taken
