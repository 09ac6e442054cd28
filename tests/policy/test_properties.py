"""What holds for every team and every attempt: the promises, as Hypothesis sees them."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bgconsole.policy.forecast import can_get_in, can_use_password, can_use_sso, consequence
from bgconsole.policy.login import (
    Attempt,
    CheckName,
    Method,
    PasswordCheck,
    Reason,
    attempt_for,
    decide,
)
from bgconsole.policy.team import IdpState, Provider, Team
from tests.policy.strategies import attempts, emails, entries, teams


@given(attempts)
def test_trace_ends_in_the_decision(attempt: Attempt) -> None:
    """The first failure is the reason; all passed means allowed."""
    decision = decide(attempt)
    failures = [check.check for check in decision.trace if not check.passed]
    assert decision.allowed is (not failures)
    assert decision.allowed is (decision.reason is None)
    if failures:
        of_check = {
            CheckName.ACCOUNT: Reason.UNKNOWN_ACCOUNT,
            CheckName.MEMBERSHIP: Reason.NOT_A_MEMBER,
            CheckName.THROTTLE: Reason.THROTTLED,
            CheckName.PASSWORD_SET: Reason.NO_PASSWORD,
            CheckName.ENFORCEMENT: Reason.SSO_REQUIRED,
            CheckName.PASSWORD_RIGHT: Reason.WRONG_PASSWORD,
            CheckName.SET_UP: Reason.SSO_UNCONFIGURED,
            CheckName.IDP: Reason.IDP_DOWN,
        }
        assert decision.reason is of_check[failures[0]]


@given(attempts)
def test_under_enforcement_a_password_is_allowed_exactly_when_a_list_says_so(
    attempt: Attempt,
) -> None:
    """Nobody gets in who should not, and the right people always get in."""
    attempt = replace(attempt, method=Method.PASSWORD)
    person = attempt.person
    fit = (
        person is not None
        and person.role is not None
        and person.has_password
        and attempt.wait == 0
        and attempt.password is not PasswordCheck.WRONG
    )
    enforced = [p for p in attempt.providers if p.enforced]
    listed = any(attempt.email in p.emails for p in enforced)
    decision = decide(attempt)
    assert decision.allowed is (fit and (not enforced or listed))
    assert decision.is_break_glass is listed
    assert bool(decision.via) is (decision.allowed and listed)


@given(attempts, st.sampled_from(IdpState))
def test_no_measured_state_changes_a_password_login(attempt: Attempt, state: IdpState) -> None:
    attempt = replace(attempt, method=Method.PASSWORD)
    measured = tuple(replace(p, idp=state) for p in attempt.providers)
    assert decide(replace(attempt, providers=measured)).reason is decide(attempt).reason


@given(attempts)
def test_methods_say_what_decide_would_say(attempt: Attempt) -> None:
    for outcome in decide(attempt).methods:
        asked = replace(attempt, method=outcome.method, provider=outcome.provider)
        assert decide(asked).allowed is outcome.allowed


@given(teams, emails)
def test_forecast_says_what_decide_would_say(team: Team, email: str) -> None:
    person = team.people.get(email)
    if person is None:
        assert not decide(attempt_for(team, email)).allowed
        return
    assert can_use_password(team, person) is decide(attempt_for(team, email)).allowed
    sso = decide(attempt_for(team, email, Method.SSO))
    assert not can_use_sso(team, person) or sso.allowed
    assert can_get_in(team, person) is (can_use_password(team, person) or can_use_sso(team, person))


@given(teams, st.booleans(), entries)
def test_consequence_counts_everybody_once(
    team: Team, enforced: bool, listed: tuple[str, ...]
) -> None:
    changed = replace(
        team.provider("entra") or Provider("entra", "Entra"), enforced=enforced, emails=listed
    )
    after = team.with_provider(changed)
    found = consequence(team, after, "entra")
    assert not set(found.loses) & set(found.gains)
    assert set(found.loses) | set(found.gains) | set(found.enters_when_down) <= set(team.members)
    assert found.members == len(team.members)
    for person in found.loses:
        assert can_use_password(team, person)
        assert not can_use_password(after, person)
