"""The events in memory stay a stretch of the log without gaps, whatever comes in which order."""

from datetime import UTC, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bgconsole.backend.protocol import ALL_EVENTS
from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import AuditEvent, EventType, Outcome
from bgconsole.tui.widgets.audit_request import PageRequest
from bgconsole.tui.widgets.audit_window import KEPT, AuditWindow

AT = datetime(2026, 11, 23, tzinfo=UTC)


def event(seq: int) -> AuditEvent:
    return AuditEvent(
        seq=seq,
        id=str(seq),
        at=AT,
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

    def __init__(self, seed: int, length: int, height: int) -> None:
        self._random = Random(seed)
        # Events that match a filter have gaps between them.
        self.log = [event(3 * one) for one in range(1, length + 1)]
        self.window = AuditWindow()
        self.window.resize(height)
        self._answers: list[tuple[PageRequest, AuditPage]] = []
        request = self.window.begin(ALL_EVENTS)
        page = self._read(request)
        self._delivered = len(self.log)
        self.seen = 0
        self.window.give(request, page)
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
            )
        )()
        if request is not None:
            self._ask(request)

    def _ask(self, request: PageRequest) -> None:
        self._answers.append((request, self._read(request)))

    def _read(self, request: PageRequest) -> AuditPage:
        if request.after is not None:
            found = [one for one in self.log if one.seq > request.after]
            part = found[: request.limit]
        else:
            found = [one for one in self.log if request.before is None or one.seq < request.before]
            part = found[-request.limit :]
        head = self.log[-1].seq if self.log else 0
        return AuditPage(tuple(reversed(part)), head, len(found) > len(part))


@given(st.integers(), st.integers(0, 900), st.integers(1, 40))
def test_no_event_is_lost_doubled_or_out_of_order(seed: int, length: int, height: int) -> None:
    world = World(seed, length, height)
    world.live_on(60)
    world.come_to_rest()
    request = world.window.follow()
    if request is not None:
        world.window.give(request, world._read(request))
    world.come_to_rest()
    assert world.window.in_view == world.log[-len(world.window.in_view) :]
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
