"""What a change does to people, in sentences: the same in the console, the command line and HTTP.

Each change says who loses password login, who gains it, whose sessions end and who is left, also
where that is nobody.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bgconsole.policy.forecast import listed_elsewhere
from bgconsole.policy.impact import (
    Impact,
    PersonImpact,
    surely_in,
)
from bgconsole.policy.naming import FULL_NAMES, Naming
from bgconsole.policy.team import Person

SHUT_OUT: Final = "cannot get in any more"
LOSE_PASSWORD: Final = "lose password login"
LOSES_PASSWORD: Final = "loses password login"
GET_PASSWORD_BACK: Final = "can use a password again"

_NAMED: Final = 20
"""People who are named in a sentence; of more than these the first."""

_NOBODY_LOSES: Final = "Nobody loses password login"
_NOBODY_GAINS: Final = "Nobody gains password login"


class Fact(StrEnum):
    """What a sentence is about."""

    SHUT_OUT = "shut_out"
    LOSES = "loses"
    KEEPS = "keeps"
    GAINS = "gains"
    SESSIONS = "sessions"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One effect of a change. `people` are the emails of those named after the words, if any.

    `count` is '2 of 14 people', where the words count them.
    """

    fact: Fact
    words: str
    people: tuple[str, ...] = ()
    count: str = ""

    def __str__(self) -> str:
        """'2 of 14 people lose password login: ada@example.com, …', without a full stop."""
        return f"{self.words}: {', '.join(self.people)}" if self.people else self.words


def sentences(impact: Impact, me: str = "", naming: Naming = FULL_NAMES) -> tuple[Sentence, ...]:
    """What a change does to people. `me` makes it: the session that does so is not ended."""
    return (
        *_losing(impact),
        *_keeping(impact, naming),
        *_gaining(impact, naming),
        *_sessions(impact, me, naming),
        *left(impact, naming),
    )


def nobody_loses(impact: Impact) -> str:
    """'Nobody loses password login; 12 people could not use it before either'."""
    without = len(impact.consequence.without)
    if not without:
        return _NOBODY_LOSES
    return f"{_NOBODY_LOSES}; {_people(without)} could not use it before either"


def _losing(impact: Impact) -> Iterator[Sentence]:
    before = len(impact.before.members)
    loses, out = impact.all_losing, impact.all_shut_out
    lose = LOSES_PASSWORD if len(loses) == 1 else LOSE_PASSWORD
    if loses and {one.email for one in loses} == {one.email for one in out}:
        yield _counted(Fact.SHUT_OUT, loses, before, f"{lose} and {SHUT_OUT}")
        return
    if out:
        yield _counted(Fact.SHUT_OUT, out, before, SHUT_OUT)
    if loses:
        yield _counted(Fact.LOSES, loses, before, lose)
    else:
        yield Sentence(Fact.LOSES, nobody_loses(impact))


def _keeping(impact: Impact, naming: Naming) -> Iterator[Sentence]:
    """Who leaves a list and still uses a password: being on one enforced list is enough."""
    before, after = impact.before.provider(impact.slug), impact.after.provider(impact.slug)
    if before is None or not any(p.enforced for p in impact.after.providers):
        return
    stay = frozenset(after.emails) if after is not None and after.enforced else frozenset[str]()
    gone = (email for email in before.emails if email not in stay)
    for emails, providers in listed_elsewhere(impact.after, impact.slug, gone):
        yield Sentence(Fact.KEEPS, naming.through(emails, "keep password login", providers))


def _gaining(impact: Impact, naming: Naming) -> Iterator[Sentence]:
    if impact.gains:
        yield _counted(Fact.GAINS, impact.gains, impact.members, GET_PASSWORD_BACK)
    elif impact.ends_enforcement:
        still = [p for p in impact.after.providers if p.enforced]
        why = f": SSO stays enforced for {naming.providers(still)}" if still else ""
        yield Sentence(Fact.GAINS, _NOBODY_GAINS + why)


def _sessions(impact: Impact, me: str, naming: Naming) -> Iterator[Sentence]:
    told: list[str] = []
    if isinstance(impact, PersonImpact):
        if impact.ends_everything:
            told.append(f"All sessions and tokens of {naming.person(impact.person.email)} end")
    elif impact.all_losing:
        mine = any(one.email == me for one in impact.all_losing)
        told.append("Their password sessions end" + (", except your current one" if mine else ""))
    for provider, people in impact.sso_sessions:
        words = f"Sessions opened by SSO with {naming.provider(provider)} end"
        yield Sentence(Fact.SESSIONS, words, _emails(people))
    if not told and not impact.sso_sessions:
        told.append("No session ends")
    for words in told:
        yield Sentence(Fact.SESSIONS, words)


def left(impact: Impact, naming: Naming = FULL_NAMES) -> Iterator[Sentence]:
    """Who can get in afterwards, while the identity providers that are enforced are down."""
    team, members = impact.after, len(impact.after.members)
    enforced = [p for p in team.providers if p.enforced]
    if not enforced:
        can = [one for one in team.members if one.problem is None]
        cannot = [one for one in team.members if one.problem is not None]
        yield Sentence(Fact.LEFT, counted(can, members, "can use a password"))
        if cannot:
            yield _counted(Fact.LEFT, cannot, members, "cannot use one")
        return
    down = [p for p in enforced if p.slug == impact.slug] or enforced
    if [p.slug for p in down] == [impact.slug]:
        entering = impact.consequence.enters_when_down
    else:
        entering = surely_in(team, (p.slug for p in down))
    are = "is" if len(down) == 1 else "are"
    what = f"can still get in if {naming.providers(down)} {are} down"
    yield _counted(Fact.LEFT, entering, members, what)


def counted(people: Sequence[Person], members: int, what: str) -> str:
    """'2 of 14 people lose password login'."""
    return f"{_count(people, members)} {what}"


def by_name(people: Sequence[Person], members: int, what: str) -> str:
    """'2 of 14 people lose password login: ada@example.com, …'."""
    names = ", ".join(one.email for one in people[:_NAMED])
    more = f" and {len(people) - _NAMED:,} more" if len(people) > _NAMED else ""
    return f"{counted(people, members, what)}: {names}{more}"


def enforcement_end(impact: Impact) -> tuple[str, ...]:
    """What a provider's removal does to enforcement; nothing where it was not enforced."""
    gone = impact.before.provider(impact.slug)
    if gone is None or not gone.enforced:
        return ()
    left = ", ".join(p.name for p in impact.after.providers if p.enforced)
    return (
        f"SSO enforcement for {gone.name} ends; "
        + (f"it stays for {left}" if left else "nothing else is enforced"),
    )


def _counted(fact: Fact, people: Sequence[Person], members: int, what: str) -> Sentence:
    count = _count(people, members)
    return Sentence(fact, f"{count} {what}", _emails(people), count)


def _count(people: Sequence[Person], members: int) -> str:
    return f"{len(people)} of {members} people"


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _emails(people: Iterable[Person]) -> tuple[str, ...]:
    return tuple(person.email for person in people)
