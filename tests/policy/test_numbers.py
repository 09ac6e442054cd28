"""Throttle, passwords, sessions and permissions: the numbers and the roles."""

from datetime import UTC, datetime, timedelta

import pytest

from bgconsole.policy import clock, sessions, throttle
from bgconsole.policy.passwords import check_length, check_strength, normalised
from bgconsole.policy.permissions import Capability, allows, may_change_role
from bgconsole.policy.sessions import (
    CODE_LIFETIME,
    SESSION_LIFETIME,
    is_idle,
    needs_proof,
)
from bgconsole.policy.team import Role


@pytest.mark.parametrize(
    ("failures", "network", "local"),
    [
        (0, 0, 0),
        (4, 0, 0),
        (5, 30, 2),
        (6, 60, 2),
        (7, 120, 2),
        (8, 240, 2),
        (11, 1920, 2),
        (12, 3600, 2),
        (100, 3600, 2),
        (10**9, 3600, 2),
    ],
)
def test_waits(failures: int, network: int, local: int) -> None:
    """Four failures are free; then 30 s, doubling to 1 h; at the local keyboard 2 s at most."""
    assert throttle.wait_after(failures, local=False) == network
    assert throttle.wait_after(failures, local=True) == local


def test_throttle_limits() -> None:
    assert throttle.PAUSE_AFTER == 100
    assert throttle.KNOWN_SOURCE_DAYS == 400
    assert throttle.UNKNOWN_EMAIL_HOURS == 24


NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("burst", [1, 2, 20])
@pytest.mark.parametrize("step", [1, 180])
def test_an_allowance_takes_its_burst_at_once_and_then_one_each_step(burst: int, step: int) -> None:
    allowance = throttle.Allowance(burst, step)
    due, now = None, NOW
    for _ in range(burst):
        assert allowance.wait(due, now) == 0
        due = allowance.after_failure(due, now)
    for _ in range(3):
        assert allowance.wait(due, now) == step
        now += timedelta(seconds=step)
        assert allowance.wait(due, now) == 0
        due = allowance.after_failure(due, now)
    assert allowance.wait(due, now + timedelta(seconds=burst * step)) == 0


def test_no_hour_sees_more_failures_than_an_allowance_says() -> None:
    for allowance in (throttle.SOURCE_ALLOWANCE, throttle.STRANGERS_ALLOWANCE):
        due, now, taken = None, NOW, 0
        while now < NOW + timedelta(hours=1):
            if allowance.wait(due, now):
                now += timedelta(seconds=allowance.wait(due, now))
                continue
            due = allowance.after_failure(due, now)
            taken += 1
        assert taken <= allowance.per_hour


@pytest.mark.parametrize("ahead", [timedelta(seconds=61), timedelta(hours=1), timedelta(days=3650)])
def test_a_stamp_from_the_future_counts_as_expired(ahead: timedelta) -> None:
    assert throttle.expired(NOW + ahead, NOW)
    assert not throttle.pause_stands(NOW + ahead, NOW)
    assert not throttle.is_known_source(NOW + ahead, NOW)
    assert sessions.is_idle(NOW + ahead, NOW)
    assert sessions.needs_proof(NOW + ahead, NOW)
    assert not sessions.is_noted(NOW + ahead, NOW)
    assert clock.has_ended(NOW + timedelta(hours=1) + ahead, NOW, 3600)


def test_clocks_of_two_servers_may_differ_a_little() -> None:
    ahead = NOW + timedelta(seconds=clock.CLOCK_TOLERANCE)
    assert not throttle.expired(ahead, NOW)
    assert throttle.pause_stands(ahead, NOW)
    assert throttle.is_known_source(ahead, NOW)
    assert not sessions.is_idle(ahead, NOW)
    assert not sessions.needs_proof(ahead, NOW)
    assert not clock.has_ended(ahead + timedelta(hours=1), NOW, 3600)


def test_a_wait_is_never_longer_than_it_could_have_been() -> None:
    assert throttle.seconds_until(NOW + timedelta(days=3650), NOW, 30) == 30
    assert throttle.seconds_until(NOW - timedelta(days=1), NOW, 30) == 0
    assert throttle.SOURCE_ALLOWANCE.wait(NOW + timedelta(days=3650), NOW) == 180


@pytest.mark.parametrize("char", ["a", "é", "e\u0301", "漢", "🔥", " "])
@pytest.mark.parametrize(
    ("length", "code"),
    [
        (0, "password_too_short"),
        (14, "password_too_short"),
        (15, None),
        (128, None),
        (1024, None),
        (1025, "password_too_long"),
    ],
)
def test_password_length_is_in_code_points_as_composed(
    char: str, length: int, code: str | None
) -> None:
    """Not in bytes, not in how the keyboard composed it."""
    refusal = check_length(char * length)
    assert (refusal and refusal.code) == code


def test_password_is_the_same_however_it_was_composed() -> None:
    assert normalised("pâté e\u0301tranger") == normalised("pa\u0302te\u0301 étranger")
    assert normalised("Pass") != normalised("pass")
    assert normalised(" pass ") == " pass "


def test_megabyte_of_marks_is_refused_at_once() -> None:
    """Ordering combining marks takes quadratic time: this one would take ten minutes."""
    flood = "a" + "\u0301\u0316" * 500_000
    refusal = check_length(flood)
    assert refusal is not None
    assert refusal.code == "password_too_long"
    assert normalised(flood) == flood


@pytest.mark.parametrize(("score", "code"), [(0, "password_common"), (2, "password_common")])
def test_password_easy_to_guess_is_refused(score: int, code: str) -> None:
    refusal = check_strength(score)
    assert refusal is not None
    assert refusal.code == code


@pytest.mark.parametrize("score", [3, 4])
def test_password_hard_to_guess_is_taken(score: int) -> None:
    assert check_strength(score) is None


def test_sessions() -> None:
    """12 hours, locked after 15 idle minutes, proof good for 5 minutes; codes for a day."""
    now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert not is_idle(now - timedelta(minutes=15), now)
    assert is_idle(now - timedelta(minutes=15, seconds=1), now)
    assert not needs_proof(now - timedelta(minutes=5), now)
    assert needs_proof(now - timedelta(minutes=5, seconds=1), now)
    assert timedelta(hours=12).total_seconds() == SESSION_LIFETIME
    assert timedelta(hours=24).total_seconds() == CODE_LIFETIME


@pytest.mark.parametrize(
    ("role", "granted"),
    [
        (Role.OWNER, set(Capability)),
        (Role.ADMIN, set(Capability) - {Capability.MAKE_ADMINS}),
        (Role.MEMBER, {Capability.SIGNED_IN}),
    ],
)
def test_roles(role: Role, granted: set[Capability]) -> None:
    """Owner and admin see and change everything; a member sees their own access."""
    assert {c for c in Capability if allows(role, c)} == granted


@pytest.mark.parametrize("other", [Role.OWNER, Role.ADMIN])
def test_only_an_owner_makes_or_unmakes_owners_and_admins(other: Role) -> None:
    for was, becomes in [(None, other), (Role.MEMBER, other), (other, Role.MEMBER), (other, None)]:
        assert may_change_role(Role.OWNER, was, becomes)
        assert not may_change_role(Role.ADMIN, was, becomes)
        assert not may_change_role(Role.MEMBER, was, becomes)


def test_admins_invite_and_remove_members_and_members_nobody() -> None:
    for was, becomes in [(None, Role.MEMBER), (Role.MEMBER, None)]:
        assert may_change_role(Role.ADMIN, was, becomes)
        assert not may_change_role(Role.MEMBER, was, becomes)
