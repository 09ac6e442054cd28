"""Putting on record that the log went back to an older copy, and why."""

from bgconsole.backend.errors import LogRewoundError, RefusedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access, audit_read
from bgconsole.backend.local.accounts import demand_text
from bgconsole.backend.local.audit import storable
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.lists import MAX_REASON
from bgconsole.backend.local.parts import Parts
from bgconsole.policy.audit import HEAD_KEY, SEEN_KEY, AuditHead, EventType
from bgconsole.policy.refusals import Code, RequestField, refusal


def acknowledge_rewind(parts: Parts, caller: Caller, seen: AuditHead, reason: str) -> None:
    """Record it. See `AuditOperations.acknowledge_rewind`."""
    with access.changing(parts, caller, Operation.ACKNOWLEDGE_REWIND, seen, reason) as change:
        if change.repeated:
            return
        why = demand_text("The reason", RequestField.REASON, reason, MAX_REASON)
        if not why:
            message, remedy = "The reason is empty", "Say why the log went back to an older copy"
            raise RefusedError(refusal(Code.INVALID_VALUE, message, remedy, RequestField.REASON))
        try:
            audit_read.demand_history(change.connection, None, seen)
        except LogRewoundError as rewound:
            heads = {
                SEEN_KEY: {"seq": seen.seq, "hash": storable(seen.hash)},
                HEAD_KEY: {"seq": rewound.head.seq, "hash": rewound.head.hash},
            }
        else:
            raise RefusedError(
                refusal(
                    Code.INVALID_VALUE,
                    f"The audit log still contains record {seen.seq}: it did not go back",
                    "There is nothing to acknowledge",
                    RequestField.SEQ,
                )
            )
        change.record(
            EventType.AUDIT_REWOUND,
            "History went back, acknowledged",
            metadata={"reason": why, **heads},
        )
        change.commit()
