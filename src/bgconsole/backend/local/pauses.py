"""Puts on record when an email's pause begins, and when its own person ends it by signing in."""

from bgconsole.backend.identity import Source
from bgconsole.backend.local import accounts, throttle
from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.transaction import Transaction
from bgconsole.policy.audit import PROGRAM, EventType
from bgconsole.policy.login import listing
from bgconsole.policy.throttle import PAUSE_AFTER

LIFTED = "Pause lifted"


def fail(tx: Transaction, email: str, source: Source) -> None:
    """Count a failed attempt."""
    if throttle.fail(tx, email, source):
        _begun(tx, email, source)


def fail_proof(tx: Transaction, email: str, source: Source) -> None:
    """Count a failed proof."""
    if throttle.fail_proof(tx, email, source):
        _begun(tx, email, source)


def succeed(tx: Transaction, email: str, account_id: int, source: Source) -> None:
    """Forget the failures of somebody whose password was right."""
    if throttle.succeed(tx, email, account_id, source):
        tx.record(
            EventDraft(
                EventType.MEMBER_UNPAUSED, LIFTED, actor=email, source=source.label, target=email
            )
        )


def _begun(tx: Transaction, email: str, source: Source) -> None:
    """An email without a membership pauses too, so that nobody can tell; there is nobody to lift
    it from, and nobody who needs to know.
    """
    snapshot = accounts.snapshot(tx.connection, tx.now, (email,))
    found = snapshot.account(email)
    if found is None or found.person.role is None:
        return
    listed = listing(found.person.email, snapshot.team.providers)
    tx.record(
        EventDraft(
            EventType.MEMBER_PAUSED,
            "Paused at new addresses",
            actor=PROGRAM,
            source=source.label,
            target=found.person.email,
            provider=listed[0] if listed else None,
            metadata={"failures": PAUSE_AFTER},
        )
    )
