"""Asking until there is an answer to go by, as often as that is safe; else saying what is known.

A read may be sent again, a login never. A change carries a key by which the server does it once:
when its answer is lost it is asked for again with that key, until it is known whether it was done.
"""

import asyncio
from http import HTTPStatus
from typing import Final, TypeVar

from bgconsole.backend.errors import BackendError, NotAllowedError, UnreachableError
from bgconsole.backend.remote.answer import Answer, UnreadableError, decoded, error_of
from bgconsole.backend.remote.faults import (
    Delivery,
    FaultError,
    elsewhere,
    garbled,
    outcome_unknown,
)
from bgconsole.backend.remote.line import Line
from bgconsole.backend.remote.link import Link
from bgconsole.backend.remote.request import Kind, Request
from bgconsole.backend.retrying import REQUEST
from bgconsole.backend.wire import Problem
from bgconsole.policy.refusals import Code

T = TypeVar("T")

_TRIES: Final = 3
_BUDGET: Final = {Kind.READ: 3.0, Kind.CHANGE: 10.0, Kind.ONCE: 3.0}
"""Seconds after which nothing is tried again, of what is known not to be done."""

_GATEWAY: Final = range(500, 600)


class Asking:
    """Asks over `link`, and tells `line` how that goes."""

    def __init__(self, link: Link, line: Line) -> None:
        self.link = link
        self.line = line

    async def answer(self, request: Request) -> Answer:
        """The server's answer, which is no refusal. Raises BackendErrors."""
        try:
            return await self._tried(request)
        except FaultError as fault:
            if request.kind is Kind.CHANGE and fault.delivery is Delivery.LOST:
                return await self._found_out(request, fault)
            raise self._given_up(request, fault) from fault

    async def value(self, request: Request, kind: type[T]) -> T:
        """The value that the server answers with. Raises BackendErrors."""
        return self.read(request, await self.answer(request), kind)

    def read(self, request: Request, answer: Answer, kind: type[T]) -> T:
        """The value in an answer to `request`. Raises BackendErrors."""
        try:
            return answer.value(kind)
        except UnreadableError as error:
            raise self._given_up(request, self.unreadable(answer)) from error

    async def done(self, request: Request) -> None:
        """What needs no answer but that it was done. Raises BackendErrors."""
        answer = await self.answer(request)
        if answer.status != HTTPStatus.NO_CONTENT:
            raise self._given_up(request, self.unreadable(answer))

    def _given_up(self, request: Request, fault: FaultError) -> BackendError:
        if request.kind is Kind.CHANGE and fault.delivery is Delivery.GARBLED:
            return outcome_unknown(self.link.url, fault.error.refusal)
        return fault.error

    async def _tried(self, request: Request) -> Answer:
        loop = asyncio.get_running_loop()
        start = loop.time()
        for count in range(_TRIES):
            try:
                return await self._once(request)
            except FaultError as fault:
                pause = REQUEST.pause(count + 1, fault.wait or 0.0)
                late = loop.time() - start + pause > _BUDGET[request.kind]
                if late or count == _TRIES - 1 or not _repeatable(request.kind, fault):
                    raise
            await self.link.pause(pause)
        raise AssertionError

    async def _found_out(self, request: Request, lost: FaultError) -> Answer:
        loop = asyncio.get_running_loop()
        end = loop.time() + self.link.patience.finding_out
        count = 0
        fault = lost
        with self.line.checking():
            while loop.time() + (pause := REQUEST.pause(count + 1, fault.wait or 0.0)) < end:
                await self._wait_in_doubt(pause)
                count += 1
                try:
                    return await self._once(request)
                except FaultError as again:
                    fault = again
                except NotAllowedError as error:
                    # This answers who asks, not what became of the change.
                    if error.code is Code.LOGIN_FAILED:
                        raise
                    raise outcome_unknown(self.link.url) from error
                except UnreachableError as error:
                    raise outcome_unknown(self.link.url) from error
        raise outcome_unknown(self.link.url) from fault

    async def _wait_in_doubt(self, seconds: float) -> None:
        try:
            await self.link.pause(seconds)
        except UnreachableError as error:
            raise outcome_unknown(self.link.url) from error

    async def _once(self, request: Request) -> Answer:
        try:
            answer = await self.link.send(request)
            if answer.status < 300:
                self.line.up()
                return answer
            error = self.refused(answer)
        except FaultError as fault:
            if fault.error.code is Code.UNREACHABLE or fault.delivery is not Delivery.DECLINED:
                self.line.down(fault.error.refusal.message)
            raise
        self.line.up()
        raise error

    def refused(self, answer: Answer) -> BackendError:
        """What an answer above 2xx says. Raises FaultError where that is nothing to go by."""
        if answer.status < 400:
            raise elsewhere(self.link.url, answer.location)
        if not answer.is_problem:
            raise self._unexpected(answer)
        try:
            error = error_of(decoded(answer.body, Problem), answer.wait)
        except UnreadableError as unreadable:
            raise self._unexpected(answer) from unreadable
        if isinstance(error, UnreachableError):
            doubtful = error.code is Code.OUTCOME_UNKNOWN or answer.status == 500
            delivery = Delivery.LOST if doubtful else Delivery.DECLINED
            raise FaultError(delivery, error, answer.wait)
        return error

    def unreadable(self, answer: Answer) -> FaultError:
        """`answer` is no value that the contract knows."""
        return garbled(self.link.url, server=answer.version, own=self.link.version)

    def _unexpected(self, answer: Answer) -> FaultError:
        """An error that no bgconsole server put in words: a proxy's, or another program's."""
        fault = garbled(
            self.link.url,
            server=answer.version,
            own=self.link.version,
            what=f"HTTP {answer.status}",
        )
        if answer.status in _GATEWAY:
            return FaultError(Delivery.LOST, fault.error, answer.wait)
        return FaultError(Delivery.UNDONE, fault.error)


def _repeatable(kind: Kind, fault: FaultError) -> bool:
    match fault.delivery:
        case Delivery.UNDONE:
            return fault.error.code is Code.UNREACHABLE
        case Delivery.DECLINED:
            return kind is not Kind.ONCE and fault.wait is not None
        case Delivery.LOST:
            return kind is Kind.READ
        case Delivery.GARBLED:
            return False
