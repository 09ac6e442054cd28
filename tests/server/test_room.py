"""Who gives way to whom, where there is no room for all connections."""

from hypothesis import given
from hypothesis import strategies as st

from bgconsole.server.room import Room, RoomPlace


def filled(room: Room, *sources: str) -> list[str]:
    """Let one in from each of these; the sources whose connections were ended, in order."""
    ended: list[str] = []
    for source in sources:
        place = room.enter(source)
        if place is not None:
            place.give_up = lambda source=source: ended.append(source)
    return ended


def test_a_newcomer_takes_the_place_of_the_stranger_who_has_the_most() -> None:
    room = Room(4)
    ended = filled(room, "a", "b", "b", "c")
    assert not ended
    assert room.enter("d") is not None
    assert ended == ["b"]


def test_who_has_the_most_takes_no_more() -> None:
    room = Room(3)
    filled(room, "a", "b", "b")
    assert room.enter("b") is None
    assert room.enter("a") is not None


def test_where_each_has_one_the_oldest_goes() -> None:
    room = Room(3)
    ended = filled(room, "a", "b", "c")
    assert room.enter("d") is not None
    assert ended == ["a"]


def test_nobody_takes_the_place_of_a_known_source() -> None:
    room = Room(3)
    room.know("a")
    ended = filled(room, "a", "a", "x")
    assert room.enter("y") is not None
    assert ended == ["x"]
    room.know("y")
    assert room.enter("z") is None
    assert room.enter("a") is None


def test_a_known_source_gets_in_however_many_it_has() -> None:
    room = Room(3)
    room.know("a")
    filled(room, "a", "a", "x")
    assert room.enter("a") is not None


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from(["enter", "leave", "know"])),
        max_size=60,
    )
)
def test_it_never_counts_wrong(steps: list[tuple[str, str]]) -> None:
    room = Room(4)
    open_: dict[RoomPlace, None] = {}
    for source, step in steps:
        if step == "enter":
            place = room.enter(source)
            if place is not None:
                open_[place] = None
                place.give_up = lambda place=place: open_.pop(place)
        elif step == "know":
            room.know(source)
        else:
            mine = [place for place in open_ if place.source == source]
            for place in mine[:1]:
                del open_[place]
                room.leave(place)
                room.leave(place)
        assert len(open_) <= 4
        assert room._count == len(open_)
        strangers = [place.source for place in open_ if place.source not in room._known]
        assert room._most == max(map(strangers.count, strangers), default=0)
