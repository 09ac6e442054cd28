"""Strangers' connections are taken up at a pace, one source after the other."""

from dataclasses import dataclass, field

from bgconsole.server.arrivals import BURST, PATIENCE, PER_SECOND, Arrival, Arrivals


@dataclass
class Door:
    """Arrivals by a clock that the test moves; who was taken up and who was hung up on."""

    now: float = 100.0
    up: list[str] = field(default_factory=list[str])
    down: list[str] = field(default_factory=list[str])

    arrivals: Arrivals = field(init=False)

    def __post_init__(self) -> None:
        self.arrivals = Arrivals(lambda: self.now)

    def come(self, source: str, count: int = 1) -> None:
        for _ in range(count):
            one = Arrival(
                lambda: self.up.append(source), lambda: self.down.append(source), self.now
            )
            self.arrivals.add(source, one)


def test_a_burst_is_taken_up_at_once_and_the_rest_at_the_pace() -> None:
    door = Door()
    door.come("a", BURST + 100)
    assert door.arrivals.serve() > 0
    assert len(door.up) in {BURST, BURST + 1}
    before = len(door.up)
    door.now += 20 / PER_SECOND
    door.arrivals.serve()
    assert 19 <= len(door.up) - before <= 21
    door.now += 1
    assert len(door.up) < BURST + 100
    door.arrivals.serve()
    assert len(door.up) == BURST + 100
    assert not door.arrivals


def test_the_sources_take_turns() -> None:
    door = Door()
    door.come("flood", 1000)
    door.come("person")
    door.arrivals.serve()
    assert "person" in door.up[:2]


def test_one_whose_client_has_given_up_costs_nobody_a_turn() -> None:
    door = Door()
    door.come("gone", 5000)
    door.arrivals.serve()
    door.now += PATIENCE + 1
    door.come("person")
    door.arrivals.serve()
    assert door.up[-1] == "person"
    assert len(door.down) + len(door.up) == 5001


def test_in_the_end_all_are_hung_up_on() -> None:
    door = Door()
    door.come("a", 3)
    door.come("b")
    door.arrivals.clear()
    assert sorted(door.down) == ["a", "a", "a", "b"]
    assert not door.arrivals
