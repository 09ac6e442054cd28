"""Which enforced providers are down, who can sign in all the same, and when the list was used."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bgconsole.backend.values import ProviderDetail
from bgconsole.policy.audit import AuditEvent, EventType
from bgconsole.policy.coverage import Access, Column, Condition, column
from bgconsole.policy.idp_words import IdpWord
from bgconsole.policy.refused_login import refused_login
from bgconsole.policy.team import IdpState, Person, Team
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.state import ConsoleState


@dataclass(frozen=True, slots=True)
class Outage:
    """An enforced provider whose IdP is measured down.

    `entering` can sign in now by whatever way, `shut_out` cannot; `untried` could by another
    provider, by which they have never signed in. `waiting` could not even with this provider's
    enforcement off. `they_see` is the answer to every password that is refused.
    """

    detail: ProviderDetail
    entering: tuple[Person, ...]
    shut_out: tuple[Person, ...]
    waiting: tuple[Person, ...]
    untried: tuple[Person, ...] = ()
    they_see: str = ""

    @property
    def members(self) -> int:
        """How many the team has."""
        return len(self.entering) + len(self.shut_out) + len(self.untried)


def outages(state: ConsoleState) -> tuple[Outage, ...]:
    """Every outage there is, on what is saved and measured; the worst first.

    The worst is the one with the fewest usable people on its list, then the oldest.
    """
    team = state.saved_team()
    down = [p for p in state.providers if p.enforced and p.word is IdpWord.DOWN]
    found = [_outage(team, detail) for detail in down]
    return tuple(sorted(found, key=lambda one: (_usable(team, one.detail.slug), _since(one))))


def _outage(team: Team, detail: ProviderDetail) -> Outage:
    condition = Condition(detail.slug, IdpState.DOWN)
    now = column(team, condition)
    provider = team.provider(detail.slug)
    off = team if provider is None else team.with_provider(replace(provider, enforced=False))
    without = column(off, condition)
    return Outage(
        detail,
        entering=_of(team, now, lambda access: access.gets_in),
        shut_out=_of(team, now, lambda access: not access.has_way),
        waiting=_of(team, without, lambda access: not access.has_way),
        untried=_of(team, now, lambda access: access.is_untried),
        they_see=refused_login(team.providers, short_name).remedy,
    )


def _of(team: Team, found: Column, holds: Callable[[Access], bool]) -> tuple[Person, ...]:
    return tuple(p for p in team.members if holds(found.access[p.email]))


def _usable(team: Team, slug: str) -> int:
    provider = team.provider(slug)
    return 0 if provider is None else len(team.usable(provider))


def _since(outage: Outage) -> float:
    since = outage.detail.idp.since
    return 0.0 if since is None else since.timestamp()


@dataclass(frozen=True, slots=True)
class Usage:
    """How break-glass access was used, as the audit log tells; `today` is the day in UTC.

    `last` is the last break-glass login of all, None with `known` when there never was one.
    `events` are the logins and attempts since the outage began, newest first; empty without one.
    """

    today: date
    last: AuditEvent | None = None
    known: bool = False
    events: tuple[AuditEvent, ...] = ()

    def used_at(self, email: str) -> datetime | None:
        """When `email` came in last since the outage began."""
        return next((e.at for e in self._logins if e.actor == email), None)

    @property
    def before(self) -> AuditEvent | None:
        """The login before the last one, in this outage."""
        logins = self._logins
        return logins[1] if len(logins) > 1 and logins[0] == self.last else None

    def failures_before(self, login: AuditEvent) -> int:
        """How often the same person was refused in this outage, up to that login."""
        mine = [e for e in self.events if e.actor == login.actor and e.seq < login.seq]
        own = 0
        for event in mine:
            if event.type is not EventType.LOGIN_FAILURE:
                break
            own += 1
        return own

    @property
    def _logins(self) -> list[AuditEvent]:
        return [e for e in self.events if e.type is EventType.LOGIN_SUCCESS]
