"""Work that must not be stopped half-way, and a moment at which none is under way.

A process that ^Z stops in the middle of a transaction would keep its lock on the database, and keep
everybody else out, until somebody continues it.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final


class Gate:
    """Counts what is under way, and can be closed while nothing is."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0

    @contextmanager
    def inside(self) -> Generator[None]:
        """Work that must not be stopped; waits while the gate is closed."""
        with self._changed:
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def closed(self, seconds: float) -> Generator[bool]:
        """Keep work from beginning; False where some is still under way after so many seconds."""
        with self._changed:
            yield self._changed.wait_for(lambda: self._inside == 0, seconds)


TRANSACTIONS: Final = Gate()
"""Of all databases of this process."""
