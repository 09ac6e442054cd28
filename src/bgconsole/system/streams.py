"""The standard streams as a process may find them: closed, full, or with nobody who reads them."""

import asyncio
import os
import select
import sys
from collections.abc import Coroutine
from typing import Any, Final, TextIO, TypeVar

T = TypeVar("T")

_LOOKS: Final = 0.2
"""Seconds between two looks whether somebody still reads."""


def silence(*streams: TextIO | None) -> None:
    """Let everything written to these go nowhere.

    What still waits in them is flushed when the interpreter ends; where that fails, it would end
    with code 120 whatever the program said.
    """
    for stream in streams:
        descriptor = _descriptor(stream)
        if descriptor is not None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, descriptor)
            os.close(nowhere)


def fill_closed() -> None:
    """Put nothing in the place of standard streams that are closed.

    A database or a file of tokens would take their numbers otherwise, and what is meant for people
    would be written into it; and without a stderr, complaints would go to the output.
    """
    while True:
        descriptor = os.open(os.devnull, os.O_RDWR)
        if descriptor > 2:
            os.close(descriptor)
            break
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", closefd=False)


def tell(line: str) -> None:
    """Write a line on stderr; where that cannot be, there is nobody to tell."""
    if sys.stderr is not None:
        try:
            print(line, file=sys.stderr, flush=True)
        except OSError:
            silence(sys.stderr)


def demand_reader(stream: TextIO) -> None:
    """Raises BrokenPipeError when nobody reads `stream` any more."""
    descriptor = _descriptor(stream)
    if descriptor is not None and _is_unread(descriptor):
        raise BrokenPipeError


async def while_read(stream: TextIO, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`. Raises BrokenPipeError as soon as nobody reads `stream` any more."""
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_unread(stream))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise BrokenPipeError
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _unread(stream: TextIO) -> None:
    """Wait until nobody reads `stream` any more."""
    descriptor = _descriptor(stream)
    if descriptor is None:
        await asyncio.Event().wait()
        return
    # Nothing wakes the loop when only errors are waited for, on every system alike.
    while not _is_unread(descriptor):  # noqa: ASYNC110
        await asyncio.sleep(_LOOKS)


def _is_unread(descriptor: int) -> bool:
    """Whether the other end of a pipe or socket is closed."""
    poll = select.poll()
    # No event is asked for: these two are always told.
    poll.register(descriptor, 0)
    return any(events & (select.POLLERR | select.POLLHUP) for _, events in poll.poll(0))


def _descriptor(stream: TextIO | None) -> int | None:
    try:
        return None if stream is None else stream.fileno()
    except (OSError, ValueError):
        return None
