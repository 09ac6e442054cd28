"""Who may be put on a break-glass list: the six checks, in their order."""

from collections.abc import Sequence

from bgconsole.policy.email import InvalidEmailError, canonical_email, find_email
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.team import Person

MAX_ENTRIES = 5
"""Break-glass users per provider (the specification's '10' in one cell is an error of its own)."""

RECOMMENDED = range(2, 4)
"""Two or three per provider ('Security Best Practices')."""


def check_form(email: str, listed: Sequence[str]) -> Refusal | None:
    """The checks that need no look at the accounts: address, duplicate, limit; None when passed."""
    try:
        canonical_email(email)
    except InvalidEmailError:
        return refusal(Code.INVALID_EMAIL)
    if find_email(email, listed) is not None:
        return refusal(Code.DUPLICATE)
    if len(listed) >= MAX_ENTRIES:
        return refusal(Code.LIMIT_REACHED)
    return None


def check_person(person: Person | None) -> Refusal | None:
    """Account, password, membership, in the specification's order; None when passed."""
    if person is None:
        return refusal(Code.UNKNOWN_ACCOUNT)
    if not person.has_password:
        return refusal(Code.NO_PASSWORD)
    if person.role is None:
        return refusal(Code.NOT_A_MEMBER)
    return None


def check_addition(email: str, listed: Sequence[str], person: Person | None) -> Refusal | None:
    """The first reason why `email` cannot join the list `listed`, or None.

    `person` is the account of that email, or None where there is none.
    """
    return check_form(email, listed) or check_person(person)
