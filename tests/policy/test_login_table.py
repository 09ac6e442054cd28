"""Every row of 'Normal User vs Break-Glass User' and of the table of who may log in."""

from dataclasses import replace

import pytest

from bgconsole.policy.login import Attempt, Method, PasswordCheck, Reason, decide
from bgconsole.policy.team import IdpState, Person, Role
from tests.policy.build import KEN, NED, OLGA, RAJ, TOM, ZOE, entra, oidc

NORMAL = KEN
LISTED = OLGA
SSO_ONLY = RAJ
UP, DOWN = IdpState.UP, IdpState.DOWN


def answer(person: Person, method: Method, *, enforced: bool, idp: IdpState) -> Reason | None:
    """The reason why `person` is refused, with OLGA on Entra's list; None when allowed."""
    provider = entra(LISTED, enforced=enforced, idp=idp)
    decision = decide(Attempt(person.email, person, (provider,), method))
    assert decision.allowed is (decision.reason is None)
    return decision.reason


@pytest.mark.parametrize(
    ("person", "enforced", "idp", "password", "sso"),
    [
        # SSO Enforcement OFF: can use password or SSO.
        (NORMAL, False, UP, None, None),
        (LISTED, False, UP, None, None),
        (NORMAL, False, IdpState.UNKNOWN, None, None),
        # SSO Enforcement ON: a normal user must use SSO, a break-glass user may use either.
        (NORMAL, True, UP, Reason.SSO_REQUIRED, None),
        (LISTED, True, UP, None, None),
        # IdP is down: a normal user cannot log in, a break-glass user can with a password.
        (NORMAL, True, DOWN, Reason.SSO_REQUIRED, Reason.IDP_DOWN),
        (LISTED, True, DOWN, None, Reason.IDP_DOWN),
        # Not enforced and the IdP is down: the password, for those who have one.
        (NORMAL, False, DOWN, None, Reason.IDP_DOWN),
        (LISTED, False, DOWN, None, Reason.IDP_DOWN),
        (SSO_ONLY, False, DOWN, Reason.NO_PASSWORD, Reason.IDP_DOWN),
        (SSO_ONLY, False, UP, Reason.NO_PASSWORD, None),
        (SSO_ONLY, True, UP, Reason.NO_PASSWORD, None),
        (SSO_ONLY, True, DOWN, Reason.NO_PASSWORD, Reason.IDP_DOWN),
    ],
)
def test_row(
    person: Person, enforced: bool, idp: IdpState, password: Reason | None, sso: Reason | None
) -> None:
    assert answer(person, Method.PASSWORD, enforced=enforced, idp=idp) is password
    assert answer(person, Method.SSO, enforced=enforced, idp=idp) is sso


@pytest.mark.parametrize("role", Role)
def test_any_role_may_be_a_break_glass_user(role: Role) -> None:
    """FAQ: 'Can Members be break-glass users?' Yes."""
    person = replace(TOM, role=role)
    decision = decide(Attempt(person.email, person, (entra(person, idp=DOWN),)))
    assert decision.allowed
    assert decision.is_break_glass


@pytest.mark.parametrize("idp", IdpState)
@pytest.mark.parametrize("person", [OLGA, KEN, RAJ, ZOE])
def test_the_measured_state_never_decides_a_password_login(person: Person, idp: IdpState) -> None:
    """A probe can be wrong."""
    unknown = decide(Attempt(person.email, person, (entra(OLGA),)))
    measured = decide(Attempt(person.email, person, (entra(OLGA, idp=idp),)))
    assert (measured.allowed, measured.reason, measured.trace) == (
        unknown.allowed,
        unknown.reason,
        unknown.trace,
    )


@pytest.mark.parametrize(
    ("person", "reason"), [(ZOE, Reason.NOT_A_MEMBER), (NED, Reason.NOT_A_MEMBER)]
)
@pytest.mark.parametrize("method", Method)
def test_accounts_outside_the_team_stay_outside(
    person: Person, reason: Reason, method: Method
) -> None:
    """Even when an entry was left on the list, and whatever is enforced."""
    for enforced in (False, True):
        provider = entra(person, enforced=enforced, idp=UP)
        decision = decide(Attempt(person.email, person, (provider,), method))
        assert not decision.allowed
        assert decision.reason is reason


def test_being_listed_does_not_replace_the_right_password() -> None:
    decision = decide(Attempt(OLGA.email, OLGA, (entra(OLGA),), password=PasswordCheck.WRONG))
    assert decision.reason is Reason.WRONG_PASSWORD
    assert not decision.via
    assert decision.is_break_glass, "a failure of somebody on a list is a break-glass failure"


@pytest.mark.parametrize("enforced", [False, True])
def test_break_glass_is_what_the_list_let_through(enforced: bool) -> None:
    """A password while nothing is enforced is no break-glass access, listed or not."""
    decision = decide(Attempt(OLGA.email, OLGA, (entra(OLGA, enforced=enforced),)))
    assert decision.allowed
    assert decision.is_break_glass is enforced
    assert decision.via == (("entra",) if enforced else ())


def test_failure_of_a_normal_user_is_no_break_glass_failure() -> None:
    decision = decide(Attempt(KEN.email, KEN, (entra(OLGA),)))
    assert not decision.is_break_glass


def test_sso_is_never_break_glass() -> None:
    decision = decide(Attempt(OLGA.email, OLGA, (entra(OLGA, idp=UP),), Method.SSO))
    assert decision.allowed
    assert not decision.is_break_glass
    assert not decision.via


def test_a_list_of_a_provider_that_is_not_enforced_lets_nobody_past_another() -> None:
    """The list stays when enforcement goes off, dormant."""
    providers = (entra(OLGA), oidc(KEN, enforced=False))
    assert decide(Attempt(KEN.email, KEN, providers)).reason is Reason.SSO_REQUIRED


def test_one_enforced_list_is_enough() -> None:
    """Any-of: listed on Entra while both are enforced."""
    decision = decide(Attempt(OLGA.email, OLGA, (entra(OLGA), oidc(KEN))))
    assert decision.allowed
    assert decision.via == ("entra",)
    both = decide(Attempt(OLGA.email, OLGA, (entra(OLGA), oidc(KEN, OLGA))))
    assert both.via == ("entra", "oidc")


def test_sso_lets_in_through_any_provider_that_is_up() -> None:
    providers = (entra(idp=DOWN), oidc(idp=UP, enforced=False))
    assert decide(Attempt(KEN.email, KEN, providers, Method.SSO)).allowed
    through_entra = decide(Attempt(KEN.email, KEN, providers, Method.SSO, provider="entra"))
    assert through_entra.reason is Reason.IDP_DOWN


def test_sso_of_a_team_without_providers_lets_nobody_in() -> None:
    assert not decide(Attempt(KEN.email, KEN, (), Method.SSO)).allowed


@pytest.mark.parametrize("idp", IdpState)
def test_sso_that_is_not_set_up_lets_nobody_in(idp: IdpState) -> None:
    providers = (entra(OLGA, configured=False, idp=idp), oidc(idp=DOWN))
    decision = decide(Attempt(OLGA.email, OLGA, providers[:1], Method.SSO))
    assert decision.reason is Reason.SSO_UNCONFIGURED
    assert [way.allowed for way in decision.methods if way.method is Method.SSO] == [False]
    through_both = decide(Attempt(OLGA.email, OLGA, providers, Method.SSO))
    assert through_both.reason is Reason.IDP_DOWN, "one is set up, and down"


def test_degraded_lets_in() -> None:
    provider = entra(idp=IdpState.DEGRADED)
    assert decide(Attempt(KEN.email, KEN, (provider,), Method.SSO)).allowed


@pytest.mark.parametrize(
    ("method", "linked", "idp", "warned"),
    [
        (Method.SSO, (), UP, True),
        (Method.SSO, ("oidc",), UP, True),
        (Method.SSO, ("entra",), UP, False),
        (Method.SSO, (), DOWN, False),
        (Method.PASSWORD, (), UP, False),
    ],
)
def test_warns_of_sso_that_the_person_never_tried(
    method: Method, linked: tuple[str, ...], idp: IdpState, warned: bool
) -> None:
    person = replace(OLGA, linked=frozenset(linked))
    decision = decide(Attempt(person.email, person, (entra(OLGA, idp=idp),), method))
    assert decision.warnings == (("sso_untried",) if warned else ())


def test_methods_name_every_way_in() -> None:
    decision = decide(Attempt(KEN.email, KEN, (entra(OLGA, idp=DOWN), oidc(KEN, idp=UP))))
    found = [(m.method, m.provider, m.allowed) for m in decision.methods]
    assert found == [
        (Method.PASSWORD, None, True),
        (Method.SSO, "entra", False),
        (Method.SSO, "oidc", True),
    ]


def test_no_method_is_open_to_an_unknown_account() -> None:
    decision = decide(Attempt("no@harbor.example", None, (entra(idp=UP),)))
    assert not any(method.allowed for method in decision.methods)
