"""Whether a password is good enough for a break-glass list, as judged when it was there to see."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; of the passwords that are there it is not known."""
    op.add_column("account", sa.Column("password_strong", sa.Boolean()))
