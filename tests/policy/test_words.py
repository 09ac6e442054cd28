"""The vocabulary: codes, labels and words that other programs and the specification fix."""

from dataclasses import replace

import pytest

from bgconsole.policy import audit
from bgconsole.policy.audit import AuditEvent, EventType
from bgconsole.policy.login import Reason
from bgconsole.policy.refusals import Code, refusal
from tests.policy.test_chain import EVENT

EVENTS = """
auth.login.success auth.login.failure auth.logout auth.reauth.success auth.reauth.failure
session.revoked sso.enforcement.enabled sso.enforcement.disabled break_glass.user.added
break_glass.user.removed break_glass.guard.overridden provider.added provider.changed
provider.removed member.added member.role_changed member.removed member.reset
member.password_set member.unpaused idp.down idp.up audit.exported audit.checkpoint
system.recovered system.clock_stepped
"""
CODES = """
invalid_email duplicate limit_reached unknown_account no_password not_a_member
not_enforced would_lock_out last_owner version_conflict forbidden signed_out
reauth_required login_failed throttled password_too_short password_common
already_initialised unknown_provider unknown_member newer_schema unreachable unavailable
"""


REASONS = """invalid_email unknown_account not_a_member no_password wrong_password sso_required
sso_unconfigured throttled idp_down"""


def test_event_types_of_the_specification() -> None:
    """'Events Logged' and 'Viewing Break-Glass Events'."""
    assert EventType("auth.login.success").label == "Login Success"
    assert EventType("auth.login.failure").label == "Login Failure"
    assert audit.BREAK_GLASS_KEY == "isBreakGlassAccess"
    assert audit.BREAK_GLASS_LOGIN == "Break-glass user logged in via password"
    assert audit.BREAK_GLASS_FAILURE == "Break-glass login attempt failed"


def test_event_types_of_the_design() -> None:
    assert set(EVENTS.split()) <= {kind.value for kind in EventType}


def test_every_event_type_has_a_label_of_its_own() -> None:
    labels = [kind.label for kind in EventType]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("metadata", "is_break_glass", "reason"),
    [
        ({}, False, None),
        ({"isBreakGlassAccess": True}, True, None),
        ({"isBreakGlassAccess": False, "reasonCode": "sso_required"}, False, "sso_required"),
        ({"isBreakGlassAccess": "true", "reasonCode": 5}, False, None),
        ({"isBreakGlassAccess": 1}, False, None),
    ],
)
def test_event_tells_break_glass_and_reason(
    metadata: dict[str, object], is_break_glass: bool, reason: str | None
) -> None:
    event: AuditEvent = replace(EVENT, metadata=metadata)
    assert event.is_break_glass is is_break_glass
    assert event.reason == reason


def test_codes_of_the_design() -> None:
    assert set(CODES.split()) <= {code.value for code in Code}


def test_reason_codes_of_the_design() -> None:
    assert {reason.value for reason in Reason} == set(REASONS.split())


@pytest.mark.parametrize("code", Code)
def test_every_refusal_has_words_for_people(code: Code) -> None:
    said = refusal(code)
    assert said.message
    assert said.message[0].isupper()
    assert said.message.isprintable()
    assert not said.message.endswith(".")
    without_remedy = {Code.INVALID_EMAIL, Code.INVALID_VALUE}
    assert bool(said.remedy) is (code not in without_remedy)


def test_more_exact_words_replace_the_general_ones() -> None:
    said = refusal(Code.INVALID_VALUE, "The name is empty", "Give it a name")
    assert (said.message, said.remedy) == ("The name is empty", "Give it a name")
