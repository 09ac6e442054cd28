"""What the people of the sample team did in their year: real operations, each at its moment."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from bgconsole.backend.identity import Caller
from bgconsole.demo.calendar import DAYS, Calendar
from bgconsole.demo.everyday import ENFORCED_SINCE
from bgconsole.demo.people import (
    DOV,
    EVERYBODY,
    KEN,
    MIA,
    NILS,
    NOOR,
    OLGA,
    RAJ,
    SVEN,
    TOM,
    UMA,
    Colleague,
)
from bgconsole.demo.stage import REGISTERED, SampleStage
from bgconsole.policy.audit import AuditFilter
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import IdpState, Role

_FIRST_REDEEMED = timedelta(minutes=25)
_REDEEMED_APART = timedelta(minutes=17)


@dataclass(frozen=True, slots=True)
class SampleChange:
    """Something that is done on the stage at a moment."""

    at: datetime
    act: Callable[[SampleStage], Awaitable[None]]


def sample_history(calendar: Calendar) -> Iterator[SampleChange]:
    """Every change of the year, in no order."""
    at = calendar.at
    yield SampleChange(at(DAYS, "08:55:12"), SampleStage.found)
    yield from _joining(calendar)
    yield SampleChange(at(352, "13:20:05"), _set_up)
    yield SampleChange(at(ENFORCED_SINCE, "10:02:47"), _edit(OLGA, True, add=(OLGA, MIA, DOV)))
    yield SampleChange(at(ENFORCED_SINCE, "16:31:09"), _edit(MIA, add=(RAJ,)))
    yield SampleChange(at(270, "14:06:33"), _edit(OLGA, add=(TOM,)))
    yield SampleChange(at(250, "09:48:20"), _promote)
    yield SampleChange(at(200, "15:11:54"), _give_token)
    yield SampleChange(at(140, "16:40:18"), _leave(MIA, DOV))
    yield SampleChange(at(88, "16:12:37"), _leave(KEN, SVEN))
    yield SampleChange(at(61, "11:29:03"), _leave(MIA, UMA))
    yield SampleChange(at(19, "10:37:26"), _lose_password)
    for days_ago in (275, 184, 92, 2):
        yield SampleChange(at(days_ago, "15:25:44"), _export)
    yield from _outage_by_night(calendar)
    yield from _latest_outage(calendar)


def _joining(calendar: Calendar) -> Iterator[SampleChange]:
    """People are added by the day on which they came, and choose their passwords one by one."""
    newcomers = [p for p in EVERYBODY if p not in (OLGA, NOOR)]
    newcomers.sort(key=lambda p: -p.joined)
    for days_ago, group in groupby(newcomers, key=lambda p: p.joined):
        people = tuple(group)
        invited = calendar.at(days_ago, "09:31:15")
        yield SampleChange(invited, partial(SampleStage.invite, by=OLGA, people=people))
        redeeming = [p for p in people if not p.sso_only]
        for number, who in enumerate(redeeming):
            redeemed = invited + _FIRST_REDEEMED + number * _REDEEMED_APART
            yield SampleChange(redeemed, partial(SampleStage.redeem, who=who))
    # Her code still waits to be redeemed.
    yield SampleChange(
        calendar.before(minutes=19 * 60), partial(SampleStage.invite, by=NILS, people=(NOOR,))
    )


def _outage_by_night(calendar: Calendar) -> Iterator[SampleChange]:
    """The first use in earnest: enforcement was turned off until the morning."""
    at = partial(calendar.at, 160)
    yield SampleChange(at("02:41:07"), _goes_down)
    yield SampleChange(at("02:42:19"), partial(SampleStage.fail, who=KEN))
    yield SampleChange(at("02:43:02"), partial(SampleStage.fail, who=OLGA))
    yield SampleChange(at("02:43:26"), _break_glass(OLGA, _turn_off))
    yield SampleChange(at("03:32:33"), _comes_up)
    yield SampleChange(at("08:15:20"), _edit(NILS, True))


def _latest_outage(calendar: Calendar) -> Iterator[SampleChange]:
    """Less than three hours ago: two came in past it, and nothing had to be changed."""
    before = calendar.before
    yield SampleChange(before(minutes=168, seconds=40), _goes_down)
    yield SampleChange(before(minutes=166, seconds=9), partial(SampleStage.fail, who=KEN))
    yield SampleChange(before(minutes=164, seconds=51), partial(SampleStage.fail, who=MIA))
    yield SampleChange(before(minutes=164, seconds=12), _break_glass(MIA))
    yield SampleChange(before(minutes=159, seconds=33), _break_glass(OLGA))
    yield SampleChange(before(minutes=131, seconds=5), _comes_up)


async def _set_up(stage: SampleStage) -> None:
    async with stage.signed_in(MIA) as caller:
        await stage.backend.change_provider(caller, "entra", REGISTERED)


async def _promote(stage: SampleStage) -> None:
    async with stage.signed_in(OLGA) as caller:
        await stage.backend.set_role(caller, KEN.email, Role.ADMIN)


async def _give_token(stage: SampleStage) -> None:
    async with stage.signed_in(MIA) as caller:
        await stage.backend.create_token(caller, DAYS)


async def _lose_password(stage: SampleStage) -> None:
    """Raj's code was never redeemed: his entry has gone bad."""
    async with stage.signed_in(OLGA) as caller:
        await stage.backend.reset_member(caller, RAJ.email)


async def _export(stage: SampleStage) -> None:
    async with stage.signed_in(MIA) as caller:
        page = await stage.backend.audit_page(caller, limit=1)
        await stage.backend.record_export(caller, AuditFilter(break_glass=True), page.head // 40)


async def _turn_off(stage: SampleStage, caller: Caller) -> None:
    await stage.backend.apply_delta(caller, "entra", Delta(enforced=False))


async def _nothing(stage: SampleStage, caller: Caller) -> None:
    pass


async def _goes_down(stage: SampleStage) -> None:
    stage.measured("entra", IdpState.DOWN, "Discovery timed out after 5 s")


async def _comes_up(stage: SampleStage) -> None:
    stage.measured("entra", IdpState.UP, "Discovery answers again, 38 ms")


def _edit(
    by: Colleague, enforced: bool | None = None, *, add: tuple[Colleague, ...] = ()
) -> Callable[[SampleStage], Awaitable[None]]:
    delta = Delta(enforced, tuple(who.email for who in add))

    async def act(stage: SampleStage) -> None:
        async with stage.signed_in(by) as caller:
            await stage.backend.apply_delta(caller, "entra", delta)

    return act


def _leave(by: Colleague, who: Colleague) -> Callable[[SampleStage], Awaitable[None]]:
    async def act(stage: SampleStage) -> None:
        async with stage.signed_in(by) as caller:
            await stage.backend.remove_member(caller, who.email)

    return act


def _break_glass(
    who: Colleague, then: Callable[[SampleStage, Caller], Awaitable[None]] = _nothing
) -> Callable[[SampleStage], Awaitable[None]]:
    async def act(stage: SampleStage) -> None:
        async with stage.by_password(who) as caller:
            await then(stage, caller)

    return act
