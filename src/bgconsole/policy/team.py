"""The values of a team: people, providers and their break-glass entries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A membership's role."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"

    @property
    def administers(self) -> bool:
        """Whether the role may see and change the team's settings."""
        return self is not Role.MEMBER


class IdpState(StrEnum):
    """What was last measured of an identity provider; never decides a real login."""

    UNKNOWN = "unknown"
    UP = "up"
    DEGRADED = "degraded"
    """It answers, but something that signing in needs is wrong or about to be."""

    DOWN = "down"


class EntryProblem(StrEnum):
    """Why an entry on a list does not let its person in."""

    UNKNOWN_ACCOUNT = "unknown_account"
    NO_PASSWORD = "no_password"
    NOT_A_MEMBER = "not_a_member"
    PAUSED = "paused"
    """It lets them in from known sources only, so the entry is usable all the same."""

    @property
    def bars(self) -> bool:
        """Whether the entry lets its person in from nowhere."""
        return self is not EntryProblem.PAUSED


@dataclass(frozen=True, slots=True)
class Person:
    """An account as the rules see it. `role` is None for an account outside the team."""

    email: str
    name: str
    role: Role | None
    has_password: bool
    linked: frozenset[str] = frozenset()
    """The slugs of the providers by which this person has signed in."""

    paused: bool = False
    """After too many failures the password counts at known sources only, and at the database."""

    @property
    def problem(self) -> EntryProblem | None:
        """Why this person could not use a break-glass entry, or None."""
        if not self.has_password:
            return EntryProblem.NO_PASSWORD
        if self.role is None:
            return EntryProblem.NOT_A_MEMBER
        return None

    @property
    def told_problem(self) -> EntryProblem | None:
        """As `problem`, and a pause, which leaves the entry usable."""
        return self.problem or (EntryProblem.PAUSED if self.paused else None)


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider with its switch and its list, as the rules see it.

    `emails` keeps the order in which people were added. `configured` is whether SSO itself is set
    up, so that anybody could sign in through it; `proven` whether somebody has signed in
    by it.
    """

    slug: str
    name: str
    enforced: bool = False
    emails: tuple[str, ...] = ()
    configured: bool = False
    idp: IdpState = IdpState.UNKNOWN
    proven: bool = False

    @property
    def lets_in(self) -> bool:
        """Whether SSO through it lets its people in, as far as was measured."""
        return self.configured and self.idp is not IdpState.DOWN


@dataclass(frozen=True, slots=True)
class Team:
    """All that a rule about more than one person needs."""

    people: Mapping[str, Person]
    providers: tuple[Provider, ...]

    @classmethod
    def of(cls, people: Iterable[Person], providers: Iterable[Provider]) -> "Team":
        """A team of these people, found by email."""
        return cls({person.email: person for person in people}, tuple(providers))

    @property
    def members(self) -> tuple[Person, ...]:
        """Everybody with a membership, in the order given."""
        return tuple(p for p in self.people.values() if p.role is not None)

    def provider(self, slug: str) -> Provider | None:
        """The provider called `slug`, or None."""
        return next((p for p in self.providers if p.slug == slug), None)

    def with_provider(self, changed: Provider) -> "Team":
        """The same team with one provider replaced."""
        return Team(
            self.people, tuple(changed if p.slug == changed.slug else p for p in self.providers)
        )

    def without_provider(self, slug: str) -> "Team":
        """The same team without one provider."""
        return Team(self.people, tuple(p for p in self.providers if p.slug != slug))

    def with_person(self, changed: Person) -> "Team":
        """The same team with one person replaced."""
        return Team({**self.people, changed.email: changed}, self.providers)

    def usable(self, provider: Provider) -> tuple[str, ...]:
        """The emails on the provider's list that would let their person in."""
        return tuple(email for email in provider.emails if self.entry_problem(email) is None)

    def paused(self, provider: Provider) -> tuple[str, ...]:
        """Those of the usable emails that are paused: they let in from known sources only."""
        return tuple(email for email in self.usable(provider) if self.people[email].paused)

    def usable_anywhere(self) -> frozenset[str]:
        """The emails that a password would let in past enforcement, on whichever list."""
        return frozenset(e for p in self.providers if p.enforced for e in self.usable(p))

    def entry_problem(self, email: str) -> EntryProblem | None:
        """Why the entry of `email` does not count as usable, or None."""
        person = self.people.get(email)
        return EntryProblem.UNKNOWN_ACCOUNT if person is None else person.problem
