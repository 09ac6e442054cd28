"""Throttle, passwords, sessions and permissions: the numbers and the roles."""

from datetime import UTC, datetime, timedelta

import pytest

from bgconsole.policy import throttle
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
        (5, 30, 30),
        (6, 60, 30),
        (7, 120, 30),
        (8, 240, 30),
        (11, 1920, 30),
        (12, 3600, 30),
        (100, 3600, 30),
        (10**9, 3600, 30),
    ],
)
def test_waits(failures: int, network: int, local: int) -> None:
    """Four failures are free; then 30 s, doubling to 1 h; the local console waits 30 s at most."""
    assert throttle.wait_after(failures, local=False) == network
    assert throttle.wait_after(failures, local=True) == local


def test_throttle_limits() -> None:
    assert throttle.PAUSE_AFTER == 100
    assert throttle.KNOWN_SOURCE_DAYS == 400
    assert throttle.UNKNOWN_EMAIL_HOURS == 24


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
