"""Whether a script's token is valid: one rule for requests that use it, and for the lists."""

from datetime import datetime

from sqlalchemy import Connection, select

from bgconsole.backend.local import sessions
from bgconsole.backend.local.schema import api_token, membership
from bgconsole.policy.clock import is_from_future


def of_membership(created_at: datetime, since: datetime | None) -> bool:
    """Whether a token was made in the membership that began at `since`: no later one revives it."""
    return since is not None and created_at >= since


def has_ended(
    created_at: datetime, expires_at: datetime, since: datetime | None, now: datetime
) -> bool:
    """Whether a token that nobody revoked is over; one from the future is."""
    over = expires_at <= now or is_from_future(created_at, now)
    return over or not of_membership(created_at, since)


def working_id(connection: Connection, token: str, now: datetime) -> str | None:
    """The id of a script's token that works, or None."""
    query = (
        select(api_token, membership.c.since)
        .join(membership, membership.c.account_id == api_token.c.account_id)
        .where(api_token.c.token_hash == sessions.token_hash(token))
        .where(api_token.c.revoked_at.is_(None))
    )
    row = connection.execute(query).one_or_none()
    if row is None or has_ended(row.created_at, row.expires_at, row.since, now):
        return None
    return row.id
