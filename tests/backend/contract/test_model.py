"""Random walks: every backend does, step by step, what the pure rules say."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bgconsole.backend.errors import BackendError
from bgconsole.backend.identity import Caller
from bgconsole.backend.values import MemberAddition, Simulation
from bgconsole.policy.entries import MAX_ENTRIES, check_addition
from bgconsole.policy.guard import Override, at_risk, check_lock_out, newly_locked_out
from bgconsole.policy.login import Attempt, Method, PasswordCheck, decide
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Person, Provider, Role, Team
from tests.backend.deployments import DEPLOYMENTS, LOCAL
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, network

NAMES = "abcdefg"
EMAILS = st.sampled_from([f"{name}@acme.test" for name in NAMES] + [OWNER, "nobody@acme.test"])
SLUGS = st.sampled_from(["entra", "oidc"])
OVERRIDES = st.sampled_from([None, None, Override(("entra", "oidc"), "a reason")])

LONG = os.environ.get("LONG_TESTS") == "1"
"""The long form: 100,000 steps."""


class Walk(RuleBasedStateMachine):
    """A team on a backend, and the same team as plain values."""

    deployment = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.world = self.run(self._world())
        self.overridden: set[str] = set()
        self.attempts = 0
        owner = Person(OWNER, "", Role.OWNER, has_password=True)
        providers = (Provider("entra", "Microsoft Entra ID"), Provider("oidc", "Generic OIDC"))
        self.team = Team.of([owner], providers)

    async def _world(self) -> World:
        return World(DEPLOYMENTS[self.deployment](self.folder))

    def run(self, work: Any) -> Any:
        """Wait for a call."""
        return self.runner.run(work)

    def answer(self, work: Awaitable[object]) -> Code | None:
        """The code that a call was refused with, or None."""

        async def ask() -> Code | None:
            try:
                await work
            except BackendError as error:
                return error.code
            return None

        return self.run(ask())

    def teardown(self) -> None:
        self.run(self.world.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    @initialize()
    def found(self) -> None:
        """The team, and people of every kind."""
        self.run(self.world.found())
        self.run(self.world.add(*NAMES[:5]))
        self.run(self.world.add(*NAMES[5:], password=None))
        for number, name in enumerate(NAMES):
            self._become(Person(f"{name}@acme.test", "", Role.MEMBER, number < 5))

    def _become(self, person: Person) -> None:
        self.team = Team({**self.team.people, person.email: person}, self.team.providers)

    def _locked(self, after: Team, touched: frozenset[str], override: Override | None) -> bool:
        fallen = newly_locked_out(self.team, after, touched)
        if check_lock_out(fallen, override) is not None:
            return True
        self.overridden |= {p.slug for p in fallen}
        return False

    @rule(
        slug=SLUGS,
        enforced=st.sampled_from([None, True, False]),
        add=st.lists(EMAILS, max_size=3, unique=True),
        remove=st.lists(EMAILS, max_size=2, unique=True),
        override=OVERRIDES,
    )
    def change(
        self,
        slug: str,
        enforced: bool | None,
        add: list[str],
        remove: list[str],
        override: Override | None,
    ) -> None:
        """Add, remove and switch in one step."""
        delta = Delta(enforced, tuple(add), tuple(remove))
        expected = self._expect(slug, delta, override)
        call = self.world.backend.apply_delta(self.world.owner, slug, delta, override)
        assert self.answer(call) is expected

    def _expect(self, slug: str, delta: Delta, override: Override | None) -> Code | None:
        provider = self.team.provider(slug)
        assert provider is not None
        if any(email not in provider.emails for email in delta.remove):
            return Code.UNKNOWN_MEMBER
        on = provider.enforced if delta.enforced is None else delta.enforced
        both = set(delta.add) & set(delta.remove)
        delta = Delta(
            delta.enforced,
            tuple(email for email in delta.add if email not in both),
            tuple(email for email in delta.remove if email not in both),
        )
        if delta.add and not on:
            return Code.NOT_ENFORCED
        listed = [email for email in provider.emails if email not in delta.remove]
        refusals = []
        for email in delta.add:
            refused = check_addition(email, listed, self.team.people.get(email))
            if refused is None:
                listed.append(email)
            else:
                refusals.append(refused.code)
        if refusals:
            return refusals[0]
        if on == provider.enforced and set(listed) == set(provider.emails):
            return None
        after = self.team.with_provider(replace(provider, enforced=on, emails=tuple(listed)))
        if self._locked(after, frozenset({slug}), override):
            return Code.WOULD_LOCK_OUT
        self.team = after
        return None

    @rule(email=EMAILS, override=OVERRIDES)
    def reset(self, email: str, override: Override | None) -> None:
        """Take a password away."""
        person = self.team.people.get(email)
        if person is not None and person.role is Role.OWNER:
            return
        expected = None
        if person is None or person.role is None:
            expected = Code.UNKNOWN_MEMBER
        else:
            becomes = replace(person, has_password=False)
            after = Team({**self.team.people, email: becomes}, self.team.providers)
            if self._locked(after, frozenset(), override):
                expected = Code.WOULD_LOCK_OUT
            else:
                self.team = after
        call = self.world.backend.reset_member(self.world.owner, email, override)
        assert self.answer(call) is expected

    @rule(email=EMAILS)
    def set_password(self, email: str) -> None:
        """Give a member without a password one."""
        person = self.team.people.get(email)
        if person is None or person.role is None or person.has_password:
            return
        issued = self.run(self.world.backend.reset_member(self.world.owner, email))
        call = self.world.backend.redeem(Caller(CONSOLE), email, issued.code, PASSWORD)
        assert self.answer(call) is None
        self._become(replace(person, has_password=True))

    @rule(email=EMAILS, override=OVERRIDES)
    def leave(self, email: str, override: Override | None) -> None:
        """End a membership; its entries go too."""
        person = self.team.people.get(email)
        expected = None
        if person is None or person.role is None:
            expected = Code.UNKNOWN_MEMBER
        elif person.role is Role.OWNER:
            expected = Code.LAST_OWNER
        else:
            outside = {**self.team.people, email: replace(person, role=None)}
            if self._locked(Team(outside, self.team.providers), frozenset(), override):
                expected = Code.WOULD_LOCK_OUT
            else:
                without = (
                    replace(p, emails=tuple(e for e in p.emails if e != email))
                    for p in self.team.providers
                )
                self.team = Team(outside, tuple(without))
        call = self.world.backend.remove_member(self.world.owner, email, override)
        assert self.answer(call) is expected

    @rule(email=EMAILS, keep=st.booleans())
    def come_back(self, email: str, keep: bool) -> None:
        """Add somebody who is outside the team, afresh or with the password of before."""
        person = self.team.people.get(email)
        if person is None:
            return
        expected = Code.DUPLICATE if person.role is not None else None
        addition = MemberAddition(email, keep_password=keep)
        assert self.answer(self.world.backend.add_members(self.world.owner, [addition])) is expected
        if expected is None:
            kept = person.has_password and keep
            self._become(replace(person, role=Role.MEMBER, has_password=kept))

    @rule(email=EMAILS, right=st.booleans())
    def log_in(self, email: str, right: bool) -> None:
        """Try to come in by password, each time from somewhere else."""
        self.attempts += 1
        check = PasswordCheck.RIGHT if right else PasswordCheck.WRONG
        person = self.team.people.get(email)
        expected = decide(Attempt(email, person, self.team.providers, password=check))
        source = network(
            f"10.{self.attempts >> 16}.{self.attempts >> 8 & 255}.{self.attempts & 255}"
        )
        password = PASSWORD if right else "not the password at all"
        call = self.world.backend.sign_in(Caller(source), email, password)
        assert self.answer(call) is (None if expected.allowed else Code.LOGIN_FAILED)
        (event,) = self.run(self.world.newest())
        assert event.actor == email
        assert event.reason == (None if expected.reason is None else expected.reason.value)
        assert event.is_break_glass == expected.is_break_glass

    @rule(email=EMAILS, method=st.sampled_from(Method), enforced=st.booleans())
    def simulate(self, email: str, method: Method, enforced: bool) -> None:
        """Ask the simulator."""
        supposed = tuple(replace(p, enforced=enforced) for p in self.team.providers)
        question = Simulation(email, method, enforced=tuple((p.slug, enforced) for p in supposed))
        answered = self.run(self.world.backend.simulate(self.world.owner, question))
        person = self.team.people.get(email)
        assert answered == decide(Attempt(email, person, supposed, method))

    @invariant()
    def same_team(self) -> None:
        """What is stored is what the rules made of it; every promise about lists holds."""
        if not self.world.sessions:
            return
        details = self.run(self.world.backend.providers(self.world.owner))
        stored = tuple((d.slug, d.enforced, d.settings.emails) for d in details)
        assert stored == tuple((p.slug, p.enforced, p.emails) for p in self.team.providers)
        people = {m.email: m.person for m in self.run(self.world.backend.members(self.world.owner))}
        assert people == dict(self.team.people)
        assert all(len(p.emails) <= MAX_ENTRIES for p in self.team.providers)
        assert {p.slug for p in at_risk(self.team)} <= self.overridden


@pytest.mark.timeout(900)
@pytest.mark.parametrize("deployment", sorted(DEPLOYMENTS))
def test_a_random_walk_never_leaves_the_rules(deployment: str) -> None:
    class OnDeployment(Walk):
        pass

    OnDeployment.deployment = deployment
    # Through a server the same rules are at work: a few walks show that nothing is lost on the way.
    short = (10, 30) if deployment in LOCAL else (3, 25)
    examples, steps = (1000, 100) if LONG else short
    run_state_machine_as_test(
        OnDeployment,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None),
    )
