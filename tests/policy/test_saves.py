"""What no sequence of changes can bring about: a sixth entry, or a lock-out nobody signed for.

A small machine keeps the protocol's contract (`save_settings`, `reset_member`, `remove_member`)
by the policy's functions alone.
"""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bgconsole.policy.entries import MAX_ENTRIES, check_addition
from bgconsole.policy.forecast import can_use_password
from bgconsole.policy.guard import Override, at_risk, check_lock_out, newly_locked_out
from bgconsole.policy.login import attempt_for, decide
from bgconsole.policy.settings import Delta, Settings
from bgconsole.policy.team import Person, Provider, Team
from tests.policy.strategies import SLUGS, emails, people

OVERRIDE = Override(SLUGS, "tested")


class Saves(RuleBasedStateMachine):
    """Changes of lists, switches and people, with and without an override."""

    def __init__(self) -> None:
        super().__init__()
        self.team = Team.of((), ())
        self.excused: set[str] = set()

    @initialize(everybody=st.lists(people, min_size=4, max_size=10, unique_by=lambda p: p.email))
    def begin(self, everybody: list[Person]) -> None:
        self.team = Team.of(everybody, [Provider(slug, slug.title()) for slug in SLUGS])

    @rule(
        slug=st.sampled_from(SLUGS),
        enforced=st.none() | st.booleans(),
        add=st.lists(emails, max_size=6),
        remove=st.lists(emails, max_size=2),
        overridden=st.booleans(),
    )
    def save(
        self, slug: str, enforced: bool | None, add: list[str], remove: list[str], overridden: bool
    ) -> None:
        """All or nothing: every added email is checked on the list as it grows."""
        stored = self.team.provider(slug)
        assert stored is not None
        result = Settings(stored.enforced, stored.emails).apply(Delta(enforced, (), tuple(remove)))
        for email in add:
            if check_addition(email, result.emails, self.team.people.get(email)) is not None:
                return
            result = result.apply(Delta(add=(email,)))
        changed = replace(stored, enforced=result.enforced, emails=result.emails)
        self.commit(self.team.with_provider(changed), frozenset({slug}), overridden)

    @rule(email=emails, overridden=st.booleans())
    def take_password(self, email: str, overridden: bool) -> None:
        person = self.team.people.get(email)
        if person is not None:
            changed = {**self.team.people, email: replace(person, has_password=False)}
            self.commit(Team(changed, self.team.providers), frozenset(), overridden)

    @rule(email=emails, overridden=st.booleans())
    def remove_member(self, email: str, overridden: bool) -> None:
        """Ends the membership and its entries on every list."""
        person = self.team.people.get(email)
        if person is not None:
            changed = {**self.team.people, email: replace(person, role=None)}
            left = tuple(
                replace(p, emails=tuple(e for e in p.emails if e != email))
                for p in self.team.providers
            )
            self.commit(Team(changed, left), frozenset(), overridden)

    def commit(self, after: Team, touched: frozenset[str], overridden: bool) -> None:
        locked = newly_locked_out(self.team, after, touched)
        if check_lock_out(locked, OVERRIDE if overridden else None) is not None:
            assert not overridden
            return
        had_a_way = any(can_use_password(self.team, p) for p in self.team.members)
        has_a_way = any(can_use_password(after, p) for p in after.members)
        enforced = any(p.enforced for p in after.providers)
        assert not (had_a_way and not has_a_way and enforced) or overridden
        self.team = after
        self.excused |= {p.slug for p in locked}
        self.excused &= {p.slug for p in at_risk(after)}

    @invariant()
    def never_over_five(self) -> None:
        assert all(len(p.emails) <= MAX_ENTRIES for p in self.team.providers)

    @invariant()
    def nobody_is_listed_twice(self) -> None:
        assert all(len(set(p.emails)) == len(p.emails) for p in self.team.providers)

    @invariant()
    def no_enforced_provider_is_without_usable_entries_unless_overridden(self) -> None:
        assert {p.slug for p in at_risk(self.team)} <= self.excused

    def teardown(self) -> None:
        for person in self.team.people.values():
            assert decide(attempt_for(self.team, person.email)).allowed is can_use_password(
                self.team, person
            )


TestSaves = Saves.TestCase
TestSaves.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
