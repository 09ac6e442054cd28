"""Providers that are set up for SSO, identities, sign-ins under way, and probes."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.String(27).with_variant(sa.String(27, collation="C"), "postgresql")
_PROVIDER = (
    ("client_id", sa.Text()),
    ("client_secret_file", sa.Text()),
    ("scopes", sa.Text()),
    ("email_domains", sa.Text()),
    ("internal", sa.Text()),
    ("trust_file", sa.Text()),
    ("proven_at", _MOMENT),
    ("proven_by", sa.Text()),
    ("idp_step", sa.Text()),
    ("idp_latency_ms", sa.Integer()),
    ("idp_certificate_until", _MOMENT),
    ("idp_failures", sa.Integer()),
    ("probe_holder", sa.Text()),
    ("probe_until", _MOMENT),
    ("probe_due", _MOMENT),
)


def upgrade() -> None:
    """Add what is missing; nothing that is there changes."""
    for name, kind in _PROVIDER:
        op.add_column("provider", sa.Column(name, kind))
    op.add_column("session", sa.Column("provider_id", sa.Integer()))
    _make_identities()
    _make_attempts()
    op.create_table(
        "idp_probe",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("latency_ms", sa.Integer()),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.PrimaryKeyConstraint("provider_id", "at"),
    )


def _make_identities() -> None:
    op.create_table(
        "sso_identity",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("linked_at", _MOMENT, nullable=False),
        sa.Column("last_used_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("provider_id", "account_id"),
        sa.UniqueConstraint("provider_id", "issuer", "subject", name="sso_identity_subject"),
    )
    op.create_index("sso_identity_account", "sso_identity", ["account_id"])


def _make_attempts() -> None:
    op.create_table(
        "sso_attempt",
        sa.Column("handle_hash", sa.String(length=64), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("flow", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("session_hash", sa.String(length=64)),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("asked_at", _MOMENT),
        sa.Column("answer", sa.Text()),
        sa.Column("answer_issuer", sa.Text()),
        sa.Column("digits_hash", sa.String(length=64)),
        sa.Column("wrong_digits", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"]),
        sa.PrimaryKeyConstraint("handle_hash"),
        sa.UniqueConstraint("state_hash"),
    )
    op.create_index("sso_attempt_expires", "sso_attempt", ["expires_at"])
