"""Failed sign-ins at a provider: what is recorded, and what the person sees."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import sso_attempts
from bgconsole.backend.local import transaction as transactions
from bgconsole.backend.local.accounts import StoredProvider
from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import account, session
from bgconsole.backend.local.sso_attempts import SsoAttempt
from bgconsole.backend.local.transaction import Transaction
from bgconsole.policy.audit import LOGIN_FAILED, REASON_KEY, EventType, Outcome
from bgconsole.policy.login import Method, Reason
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.sso import SsoPurpose, SsoReason

if TYPE_CHECKING:
    from bgconsole.openid.errors import OpenIdError

FLOW_KEY = "flow"
CHECK_KEY = "check"
STEP_KEY = "step"
"""What the audit log tells of a sign-in at a provider besides."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why, exactly. `check` is what failed of the token, `step` where it stopped; `email` is the
    one that the provider vouched for, if it came to that.
    """

    reason: SsoReason | Reason
    check: str | None = None
    step: str | None = None
    detail: str | None = None
    email: str | None = None


def of_openid(error: "OpenIdError") -> Failure:
    """What stopped at the provider."""
    return Failure(error.reason, error.check, error.step.value, error.message)


def put_on_record(
    parts: Parts, caller: Caller, attempt: SsoAttempt, stored: StoredProvider, failure: Failure
) -> NotAllowedError:
    """End the sign-in, record it, and return the error for the person."""
    with transactions.begin(parts.database, parts.clock()) as tx:
        if sso_attempts.end(tx, attempt):
            record(tx, caller, attempt, stored, failure)
        tx.commit()
    return told(stored, failure)


def record(
    tx: Transaction, caller: Caller, attempt: SsoAttempt, stored: StoredProvider, failure: Failure
) -> None:
    """Put a failed sign-in, or a failed proof, on record."""
    proves = attempt.purpose is SsoPurpose.REAUTHENTICATE
    metadata: dict[str, object] = {
        "method": Method.SSO.value,
        FLOW_KEY: attempt.flow.value,
        REASON_KEY: failure.reason.value,
    }
    if failure.check is not None:
        metadata[CHECK_KEY] = failure.check
    if failure.step is not None:
        metadata[STEP_KEY] = failure.step
    if failure.detail is not None:
        metadata["detail"] = failure.detail
    tx.record(
        EventDraft(
            EventType.REAUTH_FAILURE if proves else EventType.LOGIN_FAILURE,
            "Proof of identity failed" if proves else LOGIN_FAILED,
            actor=_owner(tx, attempt) if proves else failure.email,
            source=caller.source.label,
            outcome=Outcome.FAILURE,
            provider=stored.detail.slug,
            metadata=metadata,
        )
    )


def told(stored: StoredProvider, failure: Failure) -> NotAllowedError:
    """One sentence with the next step; never whether there is an account."""
    return NotAllowedError(_words(stored.detail.name, failure))


def _words(name: str, failure: Failure) -> Refusal:
    match failure.reason:
        case SsoReason.SSO_DENIED:
            return refusal(Code.SSO_DENIED, f"The sign-in was refused at {name}")
        case SsoReason.SSO_EXPIRED:
            return refusal(Code.SSO_EXPIRED)
        case SsoReason.IDP_UNREACHABLE:
            return refusal(Code.IDP_UNREACHABLE, f"{name} does not answer correctly")
        case SsoReason.SSO_TOKEN_INVALID:
            check = "" if failure.check is None else f" ({failure.check})"
            return refusal(Code.SSO_TOKEN_INVALID, f"The answer of {name} failed a check{check}")
        case _:
            return refusal(
                Code.LOGIN_FAILED,
                f"Signing in with {name} does not give you access",
                "Ask an owner or admin whether you are a member,"
                f" with the email that {name} has for you",
            )


def _owner(tx: Transaction, attempt: SsoAttempt) -> str | None:
    """Whose session is to be proven."""
    query = (
        select(account.c.email)
        .join(session, session.c.account_id == account.c.id)
        .where(session.c.token_hash == attempt.session_hash)
    )
    return tx.connection.execute(query).scalar_one_or_none()
