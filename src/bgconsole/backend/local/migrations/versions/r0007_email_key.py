"""Addresses are kept as they are written, with the form beside in which they are compared."""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from bgconsole.policy.email import comparable

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_COUNTED = ("throttle", "account_throttle")


def upgrade() -> None:
    """Give each account its key; of two with one mailbox the first member gets it."""
    op.add_column("account", sa.Column("email_key", _TEXT))
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT account.id, account.email FROM account"
            " LEFT JOIN membership ON membership.account_id = account.id"
            " ORDER BY membership.account_id IS NULL, account.id"
        )
    ).all()
    taken: set[str] = set()
    for row in rows:
        key = comparable(row.email)
        if key in taken:
            continue
        taken.add(key)
        values = {"key": key, "id": row.id, "email": row.email}
        connection.execute(sa.text("UPDATE account SET email_key = :key WHERE id = :id"), values)
        if key != row.email:
            _count_on(connection, values)
    op.create_index("account_by_key", "account", ["email_key"], unique=True)


def _count_on(connection: sa.Connection, values: Mapping[str, object]) -> None:
    """Failures are counted by key: what was counted by the old form, a pause too, goes over."""
    for table in _COUNTED:
        connection.execute(sa.text(f"DELETE FROM {table} WHERE email = :key"), values)  # noqa: S608 (constants)
        connection.execute(
            sa.text(f"UPDATE {table} SET email = :key WHERE email = :email"),  # noqa: S608 (constants)
            values,
        )
