"""One connection of a client, who may be slow or hostile: waited for briefly, refused in words."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from bgconsole.server import problems
from bgconsole.server.edge import standing_headers
from bgconsole.server.problems import RequestError

HEAD_WITHIN: Final = 10.0
"""Seconds in which the head of a request must have come, from the connection or its first byte on.
Without an end to it, connections that say nothing would take all there are from everybody else."""

REST_WITHIN: Final = 10.0
"""Seconds in which the rest of a request's body must have come once the answer is given."""

TAKE_WITHIN: Final = 60.0
LEAST_TAKEN: Final = 4096
"""Bytes of what waits for a client that it must take in so many seconds."""

_CAN_ANSWER: Final = (h11.IDLE, h11.SEND_RESPONSE)


class ServerConnection(H11Protocol):
    """uvicorn's connection, with an end to every phase of it.

    uvicorn itself ends one that is idle between two requests. Here end: a head that does not come,
    the rest of a body behind the answer, and an answer that is not taken.
    """

    def __init__(self, *arguments: Any, lost: Callable[[], None], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._lost = lost
        self._head_due: asyncio.TimerHandle | None = None
        self._rest_due: asyncio.TimerHandle | None = None
        self._look_due: asyncio.TimerHandle | None = None
        self._untaken = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._await_head()
        else:
            self._head_came()
        if self.conn.their_state is not h11.SEND_BODY:
            self._rest_came()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        self._rest_came()
        self._taken()
        super().connection_lost(exc)
        self._lost()

    def on_response_complete(self) -> None:
        """The answer is given: what is left of the request's body has little time to come."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._await_taken()
        elif self.conn.their_state is h11.SEND_BODY and self._rest_due is None:
            self._rest_due = self.loop.call_later(REST_WITHIN, self._hang_up)

    def pause_writing(self) -> None:
        """More waits to be taken than should."""
        super().pause_writing()
        self._await_taken()

    def resume_writing(self) -> None:
        """Enough of it was taken."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._taken()

    def timeout_keep_alive_handler(self) -> None:
        """No further request came."""
        super().timeout_keep_alive_handler()
        self._await_taken()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP as everything is refused, and hang up."""
        if self.conn.our_state is not h11.IDLE:
            # Its body, or what follows it, is bad: whoever works on the request answers no more.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in _CAN_ANSWER:
            self.transport.write(self._refusal())
        self._hang_up()

    def _refusal(self) -> bytes:
        request_id = secrets.token_hex(8)
        refused = problems.of_request(RequestError(400, "This is not an HTTP request"), request_id)
        headers = [*refused.raw_headers, *standing_headers(request_id), (b"connection", b"close")]
        sent = (
            self.conn.send(h11.Response(status_code=400, headers=headers, reason=b"Bad Request")),
            self.conn.send(h11.Data(data=bytes(refused.body))),
            self.conn.send(h11.EndOfMessage()),
        )
        return b"".join(one or b"" for one in sent)

    def _await_head(self) -> None:
        """From the first byte on, whatever comes behind it."""
        if self._head_due is None:
            self._head_due = self.loop.call_later(HEAD_WITHIN, self._hang_up)

    def _head_came(self) -> None:
        due, self._head_due = self._head_due, None
        if due is not None:
            due.cancel()

    def _rest_came(self) -> None:
        due, self._rest_due = self._rest_due, None
        if due is not None:
            due.cancel()

    def _hang_up(self) -> None:
        self._head_due = None
        self.transport.close()
        self._await_taken()

    def _await_taken(self) -> None:
        """Look now and then whether the client goes on taking what waits for it."""
        if self._look_due is None and not self._is_lost():
            self._untaken = self.transport.get_write_buffer_size()
            self._look_due = self.loop.call_later(TAKE_WITHIN, self._look)

    def _look(self) -> None:
        self._look_due = None
        if self._untaken - self.transport.get_write_buffer_size() < LEAST_TAKEN:
            self.transport.abort()
        else:
            self._await_taken()

    def _taken(self) -> None:
        due, self._look_due = self._look_due, None
        if due is not None:
            due.cancel()

    def _is_lost(self) -> bool:
        return self not in self.connections
