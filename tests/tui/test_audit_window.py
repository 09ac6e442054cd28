"""The events in memory stay a stretch of the log without gaps, whatever comes in which order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import ALL_EVENTS, AuditEvent, EventType, Outcome
from bgconsole.tui.audit.request import PageRequest, Place
from bgconsole.tui.audit.window import KEPT, AuditWindow

AT = datetime(2026, 11, 23, tzinfo=UTC)


def event(seq: int) -> AuditEvent:
    return AuditEvent(
        seq=seq,
        id=str(seq),
        at=AT + timedelta(hours=2 * seq),
        type=EventType.LOGOUT,
        outcome=Outcome.SUCCESS,
        actor="a",
        target=None,
        provider=None,
        description="",
        metadata={},
        source="",
        prev_hash="",
        hash="",
    )


class World:
    """A log that grows, a follower that is late, a backend that answers late and out of order."""

    def __init__(self, seed: int, length: int, height: int, *, by_day: bool = False) -> None:
        self._random = Random(seed)
        # Events that match a filter have gaps between them.
        self.log = [event(3 * one) for one in range(1, length + 1)]
        self.window = AuditWindow()
        self.window.resize(height, by_day=by_day)
        self._answers: list[tuple[PageRequest, AuditPage, AuditPage | None]] = []
        request = self.window.begin(ALL_EVENTS)
        answer = self.answer(request)
        self._delivered = len(self.log)
        self.seen = 0
        self.window.give(*answer)
        self.check()

    def live_on(self, steps: int) -> None:
        """Let this happen, checking after each step."""
        for _ in range(steps):
            self._random.choice(
                (self._happen, self._hear, self._answer, self._answer, self._press, self._fetch)
            )()
            self.check()

    def come_to_rest(self) -> None:
        """Deliver everything that is under way."""
        while self._answers or self._delivered < len(self.log) or self._fetch():
            self._hear()
            self._answer()
            self.check()

    def check(self) -> None:
        """What must always hold."""
        window = self.window
        seqs = [one.seq for one in window.events]
        if seqs:
            assert seqs == list(range(seqs[0], seqs[-1] + 1, 3))
        assert len(seqs) <= KEPT
        assert window.top <= window.cursor < window.top + max(len(window.in_view), 1)
        shown = [row.event for row in window.rows]
        assert not seqs or window.current in shown
        assert window.unseen >= 0
        self.seen = max([self.seen, *(one.seq for one in window.in_view)])
        assert not (window.following and window.unseen)

    def _happen(self) -> None:
        newest = self.log[-1].seq if self.log else 0
        self.log += [event(newest + 3 * one) for one in range(1, self._random.choice((1, 5, 150)))]

    def _hear(self) -> None:
        until = self._random.randint(self._delivered, len(self.log))
        self.window.live(self.log[self._delivered : until])
        self._delivered = until

    def _answer(self) -> None:
        if self._answers:
            self.window.give(*self._answers.pop(self._random.randrange(len(self._answers))))

    def _fetch(self) -> bool:
        wanted = self.window.neighbours()
        for request in wanted:
            self._ask(request)
        return bool(wanted)

    def _press(self) -> None:
        window = self.window
        request = self._random.choice(
            (
                lambda: window.move(self._random.choice((-3, -1, 1))),
                lambda: window.turn_page(self._random.choice((-1, 1))),
                lambda: window.resize(self._random.randint(1, 40)),
                window.to_oldest,
                window.follow,
                window.pause,
                self._go,
                lambda: window.mark(AT),
            )
        )()
        if request is not None:
            self._ask(request)

    def _go(self) -> PageRequest | None:
        """To an event in view or before it: past the unseen they are not counted exactly."""
        known = [one for one in self.log if one.seq <= self.seen]
        return self.window.go_to(self._random.choice(known).seq) if known else None

    def _ask(self, request: PageRequest) -> None:
        self._answers.append(self.answer(request))

    def answer(self, request: PageRequest) -> tuple[PageRequest, AuditPage, AuditPage | None]:
        """What a backend would answer."""
        if request.place is not Place.AROUND:
            return request, self._read(request), None
        beyond = replace(request, place=Place.NEWER)
        return request, self._read(request), self._read(beyond)

    def _read(self, request: PageRequest) -> AuditPage:
        if request.after is not None:
            found = [one for one in self.log if one.seq > request.after]
            part = found[: request.limit]
        else:
            found = [one for one in self.log if request.before is None or one.seq < request.before]
            part = found[-request.limit :]
        head = self.log[-1].seq if self.log else 0
        return AuditPage(tuple(reversed(part)), head, len(found) > len(part))


@given(st.integers(), st.integers(0, 900), st.integers(1, 40), st.booleans())
def test_no_event_is_lost_doubled_or_out_of_order(
    seed: int, length: int, height: int, by_day: bool
) -> None:
    world = World(seed, length, height, by_day=by_day)
    world.live_on(60)
    world.come_to_rest()
    request = world.window.follow()
    if request is not None:
        world.window.give(*world.answer(request))
    world.come_to_rest()
    assert world.window.in_view == world.log[len(world.log) - len(world.window.in_view) :]
    assert world.window.current == (world.log[-1] if world.log else None)


@given(st.integers(), st.integers(0, 900), st.integers(1, 40))
def test_what_is_unseen_is_what_came_after_the_newest_that_was_in_view(
    seed: int, length: int, height: int
) -> None:
    world = World(seed, length, height)
    world.live_on(60)
    world.come_to_rest()
    assert world.window.unseen == (
        0 if world.window.following else sum(one.seq > world.seen for one in world.log)
    )


def test_an_event_gone_to_is_in_the_middle_of_what_was_around_it() -> None:
    world = World(1, 900, 20)
    request = world.window.go_to(3 * 400)
    assert request is not None
    world.window.give(*world.answer(request))
    assert world.window.current == world.log[399]
    shown = world.window.in_view
    assert shown == world.log[389:409]
    assert not world.window.following


def test_a_day_stands_above_its_first_event_and_above_the_first_in_view() -> None:
    world = World(1, 100, 24, by_day=True)
    rows = world.window.rows
    assert rows[0].day is not None
    assert len(rows) <= 24
    for above, below in pairwise(rows):
        if below.event is not None and above.event is not None:
            assert above.event.at.date() == below.event.at.date()
        if above.day is not None:
            assert below.event is not None
            assert below.event.at.date() == above.day


def test_a_mark_stays_below_its_event_and_a_second_one_takes_it_away() -> None:
    world = World(1, 10, 24)
    world.window.mark(AT)
    world.window.live([event(33)])
    rows = world.window.rows
    assert [row.mark is not None for row in rows] == [*[False] * 10, True, False]
    world.window.move(-1)
    world.window.mark(AT)
    assert all(row.mark is None for row in world.window.rows)
