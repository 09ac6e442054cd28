"""What would let somebody in: every remedy named does, and none is left out that would."""

from dataclasses import replace

import pytest

from bgconsole.policy.remedies import Remedy, Step, gets_in, remedies
from bgconsole.policy.team import IdpState, Person, Provider, Role, Team

ENTRA = Provider(
    "entra", "Entra", enforced=True, emails=("a@x.test",), configured=True, idp=IdpState.DOWN
)
OIDC = Provider("oidc", "OIDC")


def _team(*people: Person, entra: Provider = ENTRA, oidc: Provider = OIDC) -> Team:
    return Team.of(people, (entra, oidc))


def _person(role: Role | None = Role.MEMBER, *, has_password: bool = True) -> Person:
    return Person("k@x.test", "K", role, has_password)


def _steps(found: tuple[Remedy, ...]) -> list[tuple[Step, ...]]:
    return [remedy.steps for remedy in found]


def test_who_gets_in_needs_no_remedy() -> None:
    team = _team(_person(), entra=replace(ENTRA, emails=("k@x.test",)))
    assert gets_in(team, "k@x.test")
    assert remedies(team, "k@x.test", "entra") == ()


def test_the_list_the_switch_or_the_idp_lets_in_who_has_a_password() -> None:
    found = remedies(_team(_person()), "k@x.test", "entra")
    assert _steps(found) == [(Step.ADD_TO_LIST,), (Step.TURN_OFF,), (Step.IDP_BACK,)]


def test_without_a_password_two_steps_are_needed() -> None:
    found = remedies(_team(_person(has_password=False)), "k@x.test", "entra")
    assert _steps(found) == [
        (Step.SET_PASSWORD, Step.ADD_TO_LIST),
        (Step.SET_PASSWORD, Step.TURN_OFF),
        (Step.IDP_BACK,),
    ]


def test_a_full_list_is_not_offered() -> None:
    full = replace(ENTRA, emails=tuple(f"{letter}@x.test" for letter in "abcde"))
    found = remedies(_team(_person(), entra=full), "k@x.test", "entra")
    assert _steps(found) == [(Step.TURN_OFF,), (Step.IDP_BACK,)]


def test_turning_one_of_two_off_helps_nobody_while_the_other_is_enforced() -> None:
    team = _team(_person(), oidc=replace(OIDC, enforced=True))
    assert (Step.TURN_OFF,) not in _steps(remedies(team, "k@x.test", "entra"))


def test_somebody_outside_the_team_has_to_join_first() -> None:
    outside = _person(None)
    found = remedies(_team(outside), "k@x.test", "entra")
    assert _steps(found) == [(Step.JOIN, Step.ADD_TO_LIST), (Step.JOIN, Step.TURN_OFF)]
    free = _team(outside, entra=replace(ENTRA, enforced=False))
    assert _steps(remedies(free, "k@x.test", "entra")) == [(Step.JOIN,)]


@pytest.mark.parametrize("slug", ["none", "entra"])
def test_an_email_nobody_has_is_beyond_these_steps(slug: str) -> None:
    assert remedies(_team(_person()), "nobody@x.test", slug) == ()
