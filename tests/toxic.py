"""A bad line between a client and a server: slow, narrow, cut at a byte, reset, silent, or gone."""

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

_CHUNK = 65536
_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER with no time left: closing sends a reset."""


class Way(Enum):
    """Which way bytes go."""

    REQUEST = auto()
    ANSWER = auto()


class Fault(Enum):
    """What happens to a connection that is cut."""

    CLOSE = auto()
    """Both ends see the end of the stream."""

    RESET = auto()
    """Both ends see 'connection reset by peer'."""

    STALL = auto()
    """Nothing passes any more, either way, and nobody is told."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection that brings one byte more than `after` this way is cut there."""

    way: Way
    after: int
    fault: Fault = Fault.CLOSE


@dataclass(eq=False)
class _Pair:
    """One connection: the client's end and the server's."""

    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    stalled: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self, fault: Fault) -> None:
        if fault is Fault.STALL:
            self.stalled.set()
            return
        for writer in self.writers:
            if fault is Fault.RESET:
                held: socket.socket | None = writer.get_extra_info("socket")
                if held is not None and held.fileno() >= 0:
                    held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            writer.close()


class Toxic:
    """The line. `latency` in seconds for each piece of data, `rate` in bytes a second, each way.

    While `down` is True, new connections are refused by closing them at once.
    """

    def __init__(self, host: str, port: int) -> None:
        self.latency = 0.0
        self.rate: float | None = None
        self.down = False
        self.connections = 0
        self.passed = dict.fromkeys(Way, 0)
        """Bytes that went through, since `count_anew` or a cut was asked for."""
        self._host, self._port = host, port
        self._cut: Cut | None = None
        self._pairs: set[_Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The server, through this line."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_cut(self) -> bool:
        """Whether the cut that was asked for has happened (or none was)."""
        return self._cut is None

    def count_anew(self) -> None:
        """Begin to count bytes at none."""
        self.passed = dict.fromkeys(Way, 0)

    def cut(self, cut: Cut | None) -> None:
        """Cut once, counting bytes from now on, whichever connection brings them; None: do not."""
        self.count_anew()
        self._cut = cut

    def break_now(self, fault: Fault = Fault.CLOSE) -> None:
        """Cut every connection there is."""
        for pair in tuple(self._pairs):
            pair.end(fault)
            self._pairs.discard(pair)

    def lead_to(self, port: int) -> None:
        """Lead new connections to another port of the same host."""
        self._port = port

    async def open(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End the line with every connection."""
        assert self._server is not None
        self._server.close()
        self.break_now(Fault.RESET)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        if self.down:
            writer.close()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.close()
            return
        pair = _Pair((writer, far_writer))
        self._pairs.add(pair)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(pair, Way.REQUEST, reader, far_writer))
                both.create_task(self._pass(pair, Way.ANSWER, far_reader, writer))
        except asyncio.CancelledError:
            # Only when the line ends: nobody waits for this.
            pass
        finally:
            self._pairs.discard(pair)
            for end in pair.writers:
                end.close()

    async def _pass(
        self, pair: _Pair, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                await self._delay(len(data))
                if pair.stalled.is_set():
                    await asyncio.Event().wait()
                cut, data = self._cut_of(way, data)
                self.passed[way] += len(data)
                if not writer.is_closing():
                    writer.write(data)
                    await writer.drain()
                if cut is not None:
                    self._pairs.discard(pair)
                    pair.end(cut.fault)
                    if cut.fault is not Fault.STALL:
                        return
            if pair.stalled.is_set():
                await asyncio.Event().wait()
        if not writer.is_closing() and not pair.stalled.is_set():
            writer.close()

    def _cut_of(self, way: Way, data: bytes) -> tuple[Cut | None, bytes]:
        """The cut that these bytes meet, and what of them still passes."""
        cut = self._cut
        if cut is None or cut.way is not way or self.passed[way] + len(data) <= cut.after:
            return None, data
        self._cut = None
        return cut, data[: cut.after - self.passed[way]]

    async def _delay(self, size: int) -> None:
        delay = self.latency + (size / self.rate if self.rate else 0.0)
        if delay:
            await asyncio.sleep(delay)


@asynccontextmanager
async def toxic(port: int, host: str = "127.0.0.1") -> AsyncGenerator[Toxic]:
    """A line to this port. It is a good one until it is told otherwise."""
    line = Toxic(host, port)
    await line.open()
    try:
        yield line
    finally:
        await line.close()
