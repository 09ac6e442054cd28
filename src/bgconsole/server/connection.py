"""One connection of a client, who may be slow or hostile: waited for briefly, refused in words."""

import asyncio
import secrets
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from bgconsole.server import problems
from bgconsole.server.edge import standing_headers
from bgconsole.server.problems import RequestError

HEAD_WITHIN: Final = 10.0
"""Seconds in which the head of a request must have come, from the connection or its first byte on.
Without an end to it, connections that say nothing would take all there are from everybody else."""

_CAN_ANSWER: Final = (h11.IDLE, h11.SEND_RESPONSE)


class Connection(H11Protocol):
    """uvicorn's connection, which waits for the next request but not for the rest of a head."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._await_head()
        else:
            self._head_came()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP as everything is refused, and hang up."""
        if self.conn.our_state is not h11.IDLE:
            # Its body, or what follows it, is bad: whoever works on the request answers no more.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in _CAN_ANSWER:
            self.transport.write(self._refusal())
        self.transport.close()

    def _refusal(self) -> bytes:
        request_id = secrets.token_hex(8)
        refused = problems.of_request(RequestError(400, "This is no HTTP request"), request_id)
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

    def _hang_up(self) -> None:
        self._head_due = None
        self.transport.close()
