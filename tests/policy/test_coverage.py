"""Everybody against a condition: who still gets in, who loses it, and why."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bgconsole.policy.coverage import (
    Access,
    Column,
    Condition,
    OnList,
    Outcome,
    column,
    compared,
    entries,
)
from bgconsole.policy.forecast import can_get_in, can_use_password, surely_gets_in
from bgconsole.policy.login import SSO_UNTRIED, Method, Reason, attempt_for, decide
from bgconsole.policy.team import IdpState, Team
from tests.policy.build import KEN, OLGA, RAJ, TOM, entra, oidc, team
from tests.policy.strategies import SLUGS, teams

ENTRA_DOWN = Condition("entra", IdpState.DOWN)
ENTRA_UP = Condition("entra", IdpState.UP)
ALL_DOWN = Condition(None, IdpState.DOWN)

conditions = st.builds(
    Condition, st.none() | st.sampled_from(SLUGS), st.sampled_from([IdpState.UP, IdpState.DOWN])
)


def outcomes(before: Team, after: Team, condition: Condition) -> dict[Outcome, list[str]]:
    """Who is in which group, by first name."""
    found = compared(after.members, column(before, condition), column(after, condition))
    return {group.outcome: [person.name for person in group.people] for group in found}


def test_enforcement_shuts_out_whoever_is_not_listed_once_the_idp_is_down() -> None:
    off, on = team(entra(OLGA, KEN, enforced=False)), team(entra(OLGA, KEN))
    assert outcomes(off, on, ENTRA_DOWN) == {
        Outcome.STAYS: ["Olga", "Ken"],
        Outcome.LOSES: ["Tom"],
        Outcome.CANNOT: ["Raj"],
    }
    assert outcomes(off, on, ENTRA_UP) == {
        Outcome.STAYS: ["Olga", "Ken"],
        Outcome.UNTRIED: ["Tom", "Raj"],
    }


def test_sso_counts_as_a_way_in_once_a_person_has_signed_in_by_it() -> None:
    everybody = tuple(replace(one, linked=frozenset({"entra"})) for one in (OLGA, TOM, RAJ))
    off, on = (team(entra(OLGA, enforced=on), people=everybody) for on in (False, True))
    assert outcomes(off, on, ENTRA_UP) == {Outcome.STAYS: ["Olga", "Tom", "Raj"]}
    assert column(on, ENTRA_UP).untried == 0
    elsewhere = team(entra(OLGA), oidc(enforced=False), people=everybody)
    assert outcomes(elsewhere, elsewhere, ENTRA_DOWN) == {
        Outcome.STAYS: ["Olga"],
        Outcome.UNTRIED: ["Tom", "Raj"],
    }


def test_what_was_not_tried_yet_can_be_lost_and_become_sure() -> None:
    open_now = team(entra(OLGA), oidc(enforced=False))
    shut = team(entra(OLGA), oidc(enforced=False, configured=False))
    assert outcomes(open_now, shut, ENTRA_DOWN) == {
        Outcome.STAYS: ["Olga"],
        Outcome.LOSES: ["Ken", "Tom", "Raj"],
    }
    off = team(entra(OLGA, enforced=False), oidc(enforced=False))
    assert outcomes(open_now, off, ENTRA_DOWN)[Outcome.GAINS] == ["Ken", "Tom"]


def test_a_list_that_takes_one_for_another() -> None:
    assert outcomes(team(entra(OLGA, KEN)), team(entra(OLGA, TOM)), ENTRA_DOWN) == {
        Outcome.STAYS: ["Olga"],
        Outcome.LOSES: ["Ken"],
        Outcome.GAINS: ["Tom"],
        Outcome.CANNOT: ["Raj"],
    }


def test_ways_and_reasons() -> None:
    on = column(team(entra(OLGA, RAJ), oidc(enforced=False)), ENTRA_DOWN).access
    assert on[OLGA.email] == Access(("entra",), (), None, ("oidc",))
    assert on[TOM.email] == Access((), (), Reason.SSO_REQUIRED, ("oidc",))
    assert on[RAJ.email] == Access(("entra",), (), Reason.NO_PASSWORD, ("oidc",))


def test_nobody_comes_in_by_an_sso_that_is_not_set_up() -> None:
    """Enforced all the same: only the list lets anybody in, whether the IdP is up or down."""
    locked = team(entra(OLGA, configured=False))
    for condition in (ENTRA_UP, ENTRA_DOWN):
        found = column(locked, condition)
        assert [email for email, one in found.access.items() if one.gets_in] == [OLGA.email]
        assert found.entering == 1


def test_other_idps_are_as_they_were_measured() -> None:
    for state, untried in [(IdpState.DOWN, 0), (IdpState.UNKNOWN, 3), (IdpState.UP, 3)]:
        both = team(entra(OLGA), oidc(enforced=False, idp=state))
        found = column(both, ENTRA_DOWN)
        assert (found.entering, found.untried) == (1, untried)
        found = column(both, ALL_DOWN)
        assert (found.entering, found.untried) == (1, 0)


def test_why_a_group_is_refused_is_counted() -> None:
    on = column(team(entra(OLGA)), ENTRA_DOWN)
    (_stay, cannot) = compared(team(entra(OLGA)).members, on, on)
    assert cannot.refused == {Reason.SSO_REQUIRED: 2, Reason.NO_PASSWORD: 1}


def test_entries_by_what_they_are_worth() -> None:
    before = team(entra(OLGA, KEN, RAJ), oidc(TOM, enforced=False))
    after = team(entra(OLGA, TOM, RAJ), oidc(TOM, enforced=False))
    assert entries(before, after) == {
        OLGA.email: OnList.SAVED,
        KEN.email: OnList.REMOVED,
        RAJ.email: OnList.BAD,
        TOM.email: OnList.ADDED,
    }
    assert entries(before, before)[TOM.email] is OnList.DORMANT


@given(teams, conditions)
def test_every_answer_is_that_of_a_real_login(given_team: Team, condition: Condition) -> None:
    assumed = condition.applied(given_team)
    found = column(given_team, condition)
    assert set(found.access) == {person.email for person in given_team.members}
    assert found.entering == sum(surely_gets_in(assumed, p) for p in assumed.members)
    assert found.entering + found.untried == sum(can_get_in(assumed, p) for p in assumed.members)
    for person in assumed.members:
        mine = found.access[person.email]
        password = decide(attempt_for(assumed, person.email))
        assert mine.refused is password.reason
        assert mine.password is password.allowed is can_use_password(assumed, person)
        assert mine.gets_in is surely_gets_in(assumed, person)
        assert mine.has_way is can_get_in(assumed, person)
        for slug in (*mine.sso, *mine.untried):
            by_sso = replace(attempt_for(assumed, person.email, Method.SSO), provider=slug)
            answer = decide(by_sso)
            assert answer.allowed
            assert (SSO_UNTRIED in answer.warnings) is (slug in mine.untried)


@given(teams, teams, conditions)
def test_everybody_is_in_exactly_one_group(one: Team, other: Team, condition: Condition) -> None:
    before = Team(one.people, other.providers)
    was, now = column(before, condition), column(one, condition)
    groups = compared(one.members, was, now)
    everybody = [person.email for group in groups for person in group.people]
    assert sorted(everybody) == sorted(person.email for person in one.members)
    sizes = {group.outcome: len(group.people) for group in groups}
    assert now.entering == sizes.get(Outcome.STAYS, 0) + sizes.get(Outcome.GAINS, 0)
    assert now.untried == sizes.get(Outcome.UNTRIED, 0)
    held = sum(one.has_way for one in was.access.values())
    assert held >= sizes.get(Outcome.STAYS, 0) + sizes.get(Outcome.LOSES, 0)
    assert all(sizes.values())


@given(teams, conditions)
def test_a_draft_that_changes_nothing_takes_from_nobody(
    given_team: Team, condition: Condition
) -> None:
    same = column(given_team, condition)
    groups = compared(given_team.members, same, column(given_team, condition))
    changes = {Outcome.LOSES, Outcome.GAINS}
    assert not {group.outcome for group in groups} & changes


@given(teams, st.sampled_from(SLUGS))
def test_an_idp_that_goes_down_lets_nobody_in(given_team: Team, slug: str) -> None:
    up = column(given_team, Condition(slug, IdpState.UP))
    down = column(given_team, Condition(slug, IdpState.DOWN))
    assert _entering(down) <= _entering(up)
    assert _entering(column(given_team, ALL_DOWN)) <= _entering(down)


def _entering(found: Column) -> set[str]:
    return {email for email, one in found.access.items() if one.gets_in}
