"""The index of break-glass events finds those, too, whose metadata somebody spelt otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index anew, on a wider condition."""
    op.drop_index("audit_event_break_glass", table_name="audit_event")
    op.create_index(
        "audit_event_break_glass",
        "audit_event",
        ["seq"],
        sqlite_where=sa.text(_condition("instr", r"'\u'")),
        postgresql_where=sa.text(_condition("strpos", r"E'\\u'")),
    )


def _condition(find: str, escape: str) -> str:
    without = r"""replace(metadata, '"isBreakGlassAccess"\:false', '')"""
    return rf"{find}({without}, 'isBreakGlassAccess') + {find}(metadata, {escape}) > 0"
