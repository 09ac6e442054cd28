"""Events without an actor, and pauses that outlast the failures which they came of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.String(27).with_variant(sa.String(27, collation="C"), "postgresql")
_COLUMNS = (
    "seq, id, at, type, outcome, actor, target, provider, description, metadata, source,"
    " prev_hash, hash"
)


def upgrade() -> None:
    """Let `actor` be null; note since when an account is paused."""
    if op.get_bind().dialect.name == "sqlite":
        _copy_events()
    else:
        op.alter_column("audit_event", "actor", nullable=True)
    op.add_column("account_throttle", sa.Column("paused_at", _MOMENT))
    # 100 is PAUSE_AFTER.
    op.execute("UPDATE account_throttle SET paused_at = last_at WHERE failures >= 100")


def _copy_events() -> None:
    """SQLite cannot alter a column: the events go over to a table that has it so."""
    op.execute("ALTER TABLE audit_event RENAME TO audit_event_before")
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text()),
        sa.Column("target", sa.Text()),
        sa.Column("provider", sa.Text()),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.execute(
        f"INSERT INTO audit_event ({_COLUMNS}) SELECT {_COLUMNS} FROM audit_event_before"  # noqa: S608 (constants)
    )
    op.drop_table("audit_event_before")
    op.create_index("audit_event_actor", "audit_event", ["actor", "seq"])
    op.create_index("audit_event_at", "audit_event", ["at", "seq"])
    op.create_index(
        "audit_event_break_glass",
        "audit_event",
        ["seq"],
        sqlite_where=sa.text(
            "CASE WHEN json_valid(metadata)"
            " THEN json_extract(metadata, '$.isBreakGlassAccess') END = 1"
        ),
    )
    op.create_index(
        "audit_event_provider",
        "audit_event",
        ["provider", "seq"],
        sqlite_where=sa.text("provider IS NOT NULL"),
    )
    op.create_index("audit_event_type", "audit_event", ["type", "seq"])
