"""The trace: every check in its order with its result, as the specification's login steps do."""

from dataclasses import replace

import pytest

from bgconsole.policy.login import (
    Attempt,
    CheckName,
    Method,
    PasswordCheck,
    Reason,
    attempt_for,
    decide,
)
from bgconsole.policy.team import IdpState, Person
from tests.policy.build import KEN, OLGA, RAJ, ZOE, entra, oidc, team

PASSWORD_ORDER = [
    CheckName.ACCOUNT,
    CheckName.MEMBERSHIP,
    CheckName.THROTTLE,
    CheckName.PASSWORD_SET,
    CheckName.ENFORCEMENT,
    CheckName.PASSWORD_RIGHT,
]


def detail(attempt: Attempt, name: CheckName) -> str:
    """What the trace says at one check."""
    return next(check.detail for check in decide(attempt).trace if check.check is name)


@pytest.mark.parametrize("person", [OLGA, KEN, RAJ, ZOE, None])
def test_every_check_is_listed_in_order_whatever_fails(person: Person | None) -> None:
    attempt = Attempt("x@harbor.example", person, (entra(),), wait=9, password=PasswordCheck.WRONG)
    assert [check.check for check in decide(attempt).trace] == PASSWORD_ORDER


def test_steps_of_the_specification_for_a_break_glass_user() -> None:
    """'Is this email in the break-glass list? Is user a team member? Login succeeds.'"""
    decision = decide(Attempt(OLGA.email, OLGA, (entra(OLGA),), password=PasswordCheck.RIGHT))
    assert decision.allowed
    assert all(check.passed for check in decision.trace)
    assert [check.detail for check in decision.trace] == [
        "found",
        "owner",
        "no wait",
        "has a password",
        "on Microsoft Entra ID",
        "right",
    ]


def test_steps_of_the_specification_for_a_normal_user() -> None:
    """'System detects SSO is enforced': that, and not the password, is the reason."""
    attempt = Attempt(KEN.email, KEN, (entra(OLGA),), password=PasswordCheck.WRONG)
    assert decide(attempt).reason is Reason.SSO_REQUIRED
    assert detail(attempt, CheckName.ENFORCEMENT) == "not on Microsoft Entra ID"


def test_several_enforced_providers_are_told_apart() -> None:
    attempt = Attempt(OLGA.email, OLGA, (oidc(KEN), entra(OLGA)))
    found = detail(attempt, CheckName.ENFORCEMENT)
    assert found == "on Microsoft Entra ID, not on Generic OIDC"


def test_providers_that_are_not_enforced_are_not_in_the_detail() -> None:
    attempt = Attempt(OLGA.email, OLGA, (entra(OLGA), oidc(KEN, enforced=False)))
    assert detail(attempt, CheckName.ENFORCEMENT) == "on Microsoft Entra ID"
    free = Attempt(OLGA.email, OLGA, (entra(OLGA, enforced=False),))
    assert detail(free, CheckName.ENFORCEMENT) == "not enforced"


@pytest.mark.parametrize(
    ("attempt", "reason"),
    [
        # Each has every later fault as well, so that the order itself is what is tested.
        (Attempt("x@harbor.example", None, (entra(),), wait=30), Reason.UNKNOWN_ACCOUNT),
        (Attempt(ZOE.email, replace(ZOE, has_password=False), (entra(),), wait=30),
         Reason.NOT_A_MEMBER),
        (Attempt(RAJ.email, RAJ, (entra(),), wait=30), Reason.THROTTLED),
        (Attempt(RAJ.email, RAJ, (entra(),)), Reason.NO_PASSWORD),
        (Attempt(KEN.email, KEN, (entra(),)), Reason.SSO_REQUIRED),
        (Attempt(KEN.email, KEN, (entra(KEN),)), Reason.WRONG_PASSWORD),
    ],
)  # fmt: skip
def test_first_failure_is_the_reason(attempt: Attempt, reason: Reason) -> None:
    assert decide(replace(attempt, password=PasswordCheck.WRONG)).reason is reason


def test_throttle_says_how_long() -> None:
    attempt = Attempt(OLGA.email, OLGA, (entra(OLGA),), wait=30)
    assert detail(attempt, CheckName.THROTTLE) == "wait 30 s"


def test_simulation_assumes_the_password() -> None:
    attempt = attempt_for(team(entra(OLGA)), OLGA.email)
    assert detail(attempt, CheckName.PASSWORD_RIGHT) == "assumed"
    assert decide(attempt).allowed


def test_simulation_of_an_unknown_email() -> None:
    decision = decide(attempt_for(team(entra(OLGA)), "nobody@harbor.example"))
    assert decision.reason is Reason.UNKNOWN_ACCOUNT


@pytest.mark.parametrize(
    ("states", "passed", "said"),
    [
        ((IdpState.UP, IdpState.DOWN), True, "Microsoft Entra ID up"),
        (
            (IdpState.UNKNOWN, IdpState.UP),
            True,
            "Microsoft Entra ID unknown, Generic OIDC up",
        ),
        ((IdpState.DOWN, IdpState.DOWN), False, "Microsoft Entra ID, Generic OIDC down"),
    ],
)
def test_sso_names_what_is_up_or_down(
    states: tuple[IdpState, IdpState], passed: bool, said: str
) -> None:
    providers = (entra(idp=states[0]), oidc(idp=states[1]))
    last = decide(Attempt(KEN.email, KEN, providers, Method.SSO)).trace[-1]
    assert (last.check, last.passed, last.detail) == (CheckName.IDP, passed, said)


def test_sso_does_not_ask_for_passwords_or_waits() -> None:
    decision = decide(Attempt(RAJ.email, RAJ, (entra(idp=IdpState.UP),), Method.SSO, wait=99))
    assert [check.check for check in decision.trace] == [
        CheckName.ACCOUNT,
        CheckName.MEMBERSHIP,
        CheckName.SET_UP,
        CheckName.IDP,
    ]
    assert decision.allowed
