"""Readiness hints and the forecast: what could be better, and what a change does to people."""

from dataclasses import replace

import pytest

from bgconsole.policy.change_warnings import NOT_LISTED, own_warning
from bgconsole.policy.forecast import can_get_in, can_use_password, consequence, with_idp
from bgconsole.policy.impact_words import by_name
from bgconsole.policy.login import attempt_for, decide
from bgconsole.policy.readiness import enforcement_hints, hints
from bgconsole.policy.team import IdpState, Person, Provider, Role
from tests.policy.build import KEN, OLGA, PEOPLE, RAJ, TOM, ZOE, entra, oidc, team

MORE = tuple(
    Person(f"m{n}@harbor.example", f"M{n}", Role.MEMBER, has_password=True) for n in range(4)
)


def advice(provider: Provider) -> tuple[str, ...]:
    return hints(team(provider, people=(*PEOPLE, *MORE)), provider)


@pytest.mark.parametrize("provider", [entra(OLGA, KEN), entra(OLGA, KEN, TOM), entra(OLGA, TOM)])
def test_two_or_three_with_an_admin_need_no_advice(provider: Provider) -> None:
    """'Add 2-3 users per provider', 'Use owner/admin accounts'."""
    assert advice(provider) == ()


def test_entries_gone_bad_do_not_count_as_ready() -> None:
    assert advice(entra(OLGA, RAJ)) == ("Only one usable: 2–3 is recommended",)


def test_nobody_usable_is_the_first_thing_said() -> None:
    assert advice(entra(RAJ)) == ("No usable break-glass user on this list: add somebody",)


@pytest.mark.parametrize("count", [4, 5])
def test_more_than_three_gets_a_hint(count: int) -> None:
    assert advice(entra(OLGA, *MORE[: count - 1])) == (f"{count} usable: 2–3 is recommended",)


def test_list_without_an_owner_or_admin_gets_a_warning() -> None:
    assert advice(entra(*MORE[:2])) == (
        "No owner or admin among them: nobody could fix the SSO settings",
    )


def test_admin_whose_entry_went_bad_fixes_nothing() -> None:
    assert "No owner or admin" in advice(entra(RAJ, *MORE[:2]))[0]


def test_dormant_list_needs_no_advice() -> None:
    assert advice(entra(enforced=False)) == ()


def test_consequence_of_enforcing_names_who_loses_and_who_still_gets_in() -> None:
    before = team(entra(OLGA, TOM, enforced=False))
    found = consequence(before, team(entra(OLGA, TOM)), "entra")
    assert found.members == 4
    assert found.loses == (KEN,)
    assert found.gains == ()
    assert found.enters_when_down == (OLGA, TOM)


def test_consequence_of_enforcing_with_an_empty_list() -> None:
    before = team(entra(enforced=False))
    found = consequence(before, team(entra()), "entra")
    assert found.loses == (OLGA, KEN, TOM)
    assert found.enters_when_down == ()


def test_consequence_of_turning_enforcement_off() -> None:
    found = consequence(team(entra(OLGA)), team(entra(OLGA, enforced=False)), "entra")
    assert found.gains == (KEN, TOM)
    assert found.enters_when_down == (OLGA, KEN, TOM)


def test_another_provider_that_is_up_keeps_a_way_in() -> None:
    up = oidc(enforced=False, idp=IdpState.UP)
    found = consequence(team(entra(OLGA), up), team(entra(OLGA), up), "entra")
    assert found.enters_when_down == (OLGA,)
    assert found.untried_when_down == (KEN, TOM, RAJ)
    linked = tuple(replace(one, linked=frozenset({"oidc"})) for one in (OLGA, KEN, RAJ))
    known = team(entra(OLGA), up, people=linked)
    assert consequence(known, known, "entra").enters_when_down == linked


def test_provider_that_is_not_set_up_is_no_way_in() -> None:
    """How few can get in at all, while SSO is not set up."""
    harbor = team(entra(OLGA, configured=False, idp=IdpState.UP))
    assert [p for p in harbor.members if can_get_in(harbor, p)] == [OLGA]


def test_with_idp_changes_nothing_else() -> None:
    harbor = team(entra(OLGA), oidc(KEN))
    down = with_idp(harbor, "entra", IdpState.DOWN)
    assert down.providers == (entra(OLGA, idp=IdpState.DOWN), oidc(KEN))
    assert with_idp(harbor, "unknown", IdpState.DOWN) == harbor


@pytest.mark.parametrize("person", [OLGA, KEN, TOM, RAJ, ZOE])
@pytest.mark.parametrize("enforced", [False, True])
def test_forecast_and_login_agree(person: Person, enforced: bool) -> None:
    harbor = team(entra(OLGA, RAJ, ZOE, enforced=enforced))
    allowed = decide(attempt_for(harbor, person.email)).allowed
    assert can_use_password(harbor, person) is allowed


NO_WAY_BACK = "You are not on this list and SSO is not set up: no way back in"
DOWN = "You are not on this list and SSO is down: no way back in for now"


@pytest.mark.parametrize(
    ("providers", "told"),
    [
        ((entra(KEN, enforced=False),), None),
        ((entra(OLGA),), None),
        ((entra(KEN), oidc(OLGA)), None),
        ((entra(KEN, configured=False), oidc(enforced=False, configured=False)), NO_WAY_BACK),
        ((entra(KEN), oidc(enforced=False, configured=False)), NOT_LISTED),
        ((entra(KEN, configured=False), oidc(enforced=False)), NOT_LISTED),
        ((entra(KEN, idp=IdpState.DOWN), oidc(enforced=False, configured=False)), DOWN),
    ],
)
def test_whoever_is_not_listed_is_told_what_is_true_of_sso(
    providers: tuple[Provider, ...], told: str | None
) -> None:
    assert own_warning(team(*providers), OLGA.email) == told


def test_a_save_that_leaves_no_owner_a_way_in_says_so() -> None:
    listed = (KEN, TOM)
    assert enforcement_hints(team(entra(*listed)), entra(*listed)) == (
        "No owner gets in: put one on a list or have one use SSO",
    )
    members = (TOM, *MORE[:1])
    found = team(entra(*members), people=(*PEOPLE, *MORE))
    assert enforcement_hints(found, entra(*members)) == (
        "No owner or admin gets in: put one on a list or have one use SSO",
    )
    linked = replace(OLGA, linked=frozenset({"entra"}))
    found = team(entra(*listed), people=(linked, KEN, TOM))
    assert enforcement_hints(found, entra(*listed)) == ()
    assert enforcement_hints(found, entra(enforced=False)) == ()


def test_of_many_people_the_first_are_named() -> None:
    many = [replace(TOM, email=f"p{number}@harbor.example") for number in range(1200)]
    told = by_name(many, 1300, "lose password login")
    assert told.startswith("1200 of 1300 people lose password login: p0@harbor.example, p1@")
    assert told.endswith("p19@harbor.example and 1,180 more")
