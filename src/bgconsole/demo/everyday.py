"""The everyday of the sample team: logins, logouts and failures that change nothing.

Deterministic: the same present gives the same events. They are recorded, not acted out, since most
came by SSO; each says so in its metadata.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.sso_failures import FLOW_KEY
from bgconsole.demo.calendar import DAYS, QUIET, Calendar
from bgconsole.demo.people import EVERYBODY, KEN, MIA, NOOR, OLGA, RAJ, TOM, Colleague
from bgconsole.policy.audit import (
    BREAK_GLASS_FAILURE,
    BREAK_GLASS_KEY,
    BREAK_GLASS_LOGIN,
    DRILL_KEY,
    IDP_STATE_KEY,
    LOGIN_FAILED,
    PASSWORD_LOGIN,
    REASON_KEY,
    SSO_LOGIN,
    EventType,
    Outcome,
)
from bgconsole.policy.login import Reason
from bgconsole.policy.sso import Flow

ENFORCED_SINCE = 345
"""Days ago; before, everybody used a password."""

SAMPLE_KEY = "sample"
INVENTED = "invented"
"""In the metadata of events that only this history tells: nobody did what they record."""

_SEED = 2214
_SETTLED = 2
"""Days that somebody takes after joining until they sign in."""

_LISTED = (OLGA, MIA, RAJ, TOM)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event and when it happened."""

    at: datetime
    draft: EventDraft


def login(at: datetime, who: Colleague, *, sso: bool = True) -> Recorded:
    """An ordinary login."""
    return Recorded(
        at,
        EventDraft(
            EventType.LOGIN_SUCCESS,
            SSO_LOGIN if sso else PASSWORD_LOGIN,
            actor=who.email,
            source=who.source.label,
            provider="entra" if sso else None,
            metadata=_metadata("sso" if sso else "password")
            | ({FLOW_KEY: _flow(who).value} if sso else {}),
        ),
    )


def linked(at: datetime, who: Colleague) -> Recorded:
    """Their first login by SSO, which says who they are at the provider from then on."""
    return Recorded(
        at,
        EventDraft(
            EventType.IDENTITY_LINKED,
            "Identity linked",
            actor=who.email,
            source=who.source.label,
            target=who.email,
            provider="entra",
            metadata={SAMPLE_KEY: INVENTED},
        ),
    )


def refused(at: datetime, email: str, source: str, reason: Reason) -> Recorded:
    """A password login that failed, by somebody who was on no list."""
    return Recorded(
        at,
        EventDraft(
            EventType.LOGIN_FAILURE,
            LOGIN_FAILED,
            actor=email,
            source=source,
            outcome=Outcome.FAILURE,
            metadata=_metadata("password") | {REASON_KEY: reason.value},
        ),
    )


def logout(at: datetime, who: Colleague) -> Recorded:
    """Somebody left."""
    return Recorded(
        at,
        EventDraft(
            EventType.LOGOUT,
            "User logged out",
            actor=who.email,
            source=who.source.label,
            metadata={SAMPLE_KEY: INVENTED},
        ),
    )


def drill(at: datetime, who: Colleague, *, right: bool = True) -> Recorded:
    """A break-glass login that was an exercise; not `right`: with a password misremembered."""
    metadata = _metadata("password") | {BREAK_GLASS_KEY: True, DRILL_KEY: True}
    metadata |= {"via": ["entra"]} if right else {REASON_KEY: Reason.WRONG_PASSWORD.value}
    return Recorded(
        at,
        EventDraft(
            EventType.LOGIN_SUCCESS if right else EventType.LOGIN_FAILURE,
            BREAK_GLASS_LOGIN if right else BREAK_GLASS_FAILURE,
            actor=who.email,
            source=who.source.label,
            outcome=Outcome.SUCCESS if right else Outcome.FAILURE,
            provider="entra",
            metadata=metadata,
        ),
    )


def everyday(calendar: Calendar) -> Iterator[Recorded]:
    """Every event of the year that no change makes, in no order."""
    chance = random.Random(_SEED)  # noqa: S311 (sample data, the same every time)
    for days_ago in range(DAYS - 2, -1, -1):
        for event in _day(calendar, days_ago, chance):
            if event.at < calendar.now - QUIET:
                yield event
    yield from _drills(calendar)
    yield from _guessing(calendar)
    yield from _latest(calendar)


def _day(calendar: Calendar, days_ago: int, chance: random.Random) -> Iterator[Recorded]:
    there = [p for p in EVERYBODY if _is_there(p, days_ago)]
    enforced = calendar.at(ENFORCED_SINCE, "10:00:00")
    count = chance.randint(0, 1) if calendar.is_weekend(days_ago) else chance.randint(3, 8)
    for who in chance.sample(there, min(count, len(there))):
        at = calendar.midnight(days_ago) + _between(chance, 6.5, 17)
        sso = at > enforced
        fumble = chance.random()
        if who.sso_only and not sso:
            continue
        if fumble < 0.06:
            yield _fumbled(at - _between(chance, 0.01, 0.05), who, sso=sso)
        yield login(at, who, sso=sso)
        if chance.random() < 0.25:
            yield logout(at + _between(chance, 0.5, 6), who)


def _fumbled(at: datetime, who: Colleague, *, sso: bool) -> Recorded:
    """A try with a password before the right way in, or with a wrong one."""
    if sso and who in _LISTED:
        return login(at, who)
    reason = Reason.SSO_REQUIRED if sso else Reason.WRONG_PASSWORD
    if who.sso_only:
        reason = Reason.NO_PASSWORD
    return refused(at, who.email, who.source.label, reason)


def _is_there(who: Colleague, days_ago: int) -> bool:
    settled = who.joined - _SETTLED >= days_ago
    return settled and (who.left is None or who.left < days_ago) and who is not NOOR


def _drills(calendar: Calendar) -> Iterator[Recorded]:
    """Quarterly, as the specification recommends."""
    for days_ago in (300, 210, 120, 30):
        yield drill(calendar.at(days_ago, "09:14:02"), MIA)
        yield drill(calendar.at(days_ago, "09:16:40"), OLGA)
        if days_ago == 120:
            yield drill(calendar.at(days_ago, "09:20:51"), RAJ, right=False)
        yield drill(calendar.at(days_ago, "09:21:13"), RAJ)
        yield logout(calendar.at(days_ago, "09:40:00"), MIA)
        yield logout(calendar.at(days_ago, "09:41:30"), OLGA)
        yield logout(calendar.at(days_ago, "09:43:10"), RAJ)


def _guessing(calendar: Calendar) -> Iterator[Recorded]:
    """One night somebody tried names from outside, and was slowed down."""
    begun = calendar.at(73, "02:11:40")
    for number, name in enumerate(("admin", "root", "admin", "admin", "admin", "olga.brandt")):
        at = begun + timedelta(seconds=7 * number)
        yield refused(at, f"{name}@harbor.example", "203.0.113.77", Reason.UNKNOWN_ACCOUNT)
    yield refused(begun + timedelta(minutes=1), KEN.email, "203.0.113.77", Reason.SSO_REQUIRED)


def _latest(calendar: Calendar) -> Iterator[Recorded]:
    """What surrounds the last outage of the sample history, up to just now."""
    by_sso = [p for p in EVERYBODY if p.sso_only and p.left is None]
    yield login(calendar.before(minutes=96), by_sso[0])
    yield login(calendar.before(minutes=41, seconds=8), by_sso[-1])
    yield login(calendar.before(minutes=6, seconds=31), KEN)


def _metadata(method: str) -> dict[str, object]:
    return {
        "method": method,
        BREAK_GLASS_KEY: False,
        IDP_STATE_KEY: {"entra": "up", "oidc": "unknown"},
        SAMPLE_KEY: INVENTED,
    }


def _flow(who: Colleague) -> Flow:
    """Some work over SSH, where no browser is."""
    return Flow.DEVICE if who.desk % 4 == 0 else Flow.BROWSER


def _between(chance: random.Random, low: float, high: float) -> timedelta:
    """A random length of so many hours."""
    return timedelta(
        seconds=int(chance.uniform(low, high) * 3600), microseconds=chance.randrange(10**6)
    )
