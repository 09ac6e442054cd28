"""The tables of a team's database, for every dialect; `migrations/` makes the same ones."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine

from bgconsole.policy.audit import BREAK_GLASS_KEY
from bgconsole.policy.chain import timestamp
from bgconsole.policy.entries import MAX_ENTRIES

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""Every revision of the schema, oldest first; the last is what this program reads and writes."""

metadata = MetaData()


def _sorted(anywhere: TypeEngine[str], on_postgresql: TypeEngine[str]) -> TypeEngine[str]:
    """A text that sorts by its code points everywhere, whatever language a server sorts in."""
    return anywhere.with_variant(on_postgresql, "postgresql")


class UtcMoment(TypeDecorator[datetime]):
    """A UTC time, stored as RFC 3339 text with microseconds: sorts as it reads, in any database."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return dialect.type_descriptor(
            String(27, collation="C") if dialect.name == "postgresql" else String(27)
        )

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else timestamp(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


_SEQ = BigInteger().with_variant(Integer, "sqlite")

# Alembic's own, by its own definition, so that a fresh database needs no alembic.
alembic_version = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

team = Table(
    "team",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("created_at", UtcMoment, nullable=False),
    CheckConstraint("id = 1", name="one_team"),
)

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", _sorted(Text(), Text(collation="C")), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("password_set_at", UtcMoment),
    Column("code_hash", String(64)),
    Column("code_expires_at", UtcMoment),
    Column("last_sign_in_at", UtcMoment),
    Column("created_at", UtcMoment, nullable=False),
    # Whether the password is good enough for a break-glass list; null while nobody has looked.
    Column("password_strong", Boolean),
    # The form in which `email` is compared. Null where an account before has the same: two of
    # another time, when domains were compared letter by letter. Each is found by its own spelling.
    Column("email_key", _sorted(Text(), Text(collation="C"))),
    Index("account_by_key", "email_key", unique=True),
)

membership = Table(
    "membership",
    metadata,
    Column("account_id", Integer, ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("role", String(16), nullable=False),
    Column("since", UtcMoment, nullable=False),
)

provider = Table(
    "provider",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("issuer", Text),
    Column("enforced", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("saved_by", Text),
    Column("saved_at", UtcMoment),
    Column("idp_state", String(16), nullable=False),
    Column("idp_since", UtcMoment),
    Column("idp_checked_at", UtcMoment),
    Column("idp_detail", Text, nullable=False),
    # How bgconsole is registered at the provider; lists are separated by spaces.
    Column("client_id", Text),
    Column("client_secret_file", Text),
    Column("scopes", Text),
    Column("email_domains", Text),
    Column("internal", Text),
    Column("trust_file", Text),
    Column("proven_at", UtcMoment),
    Column("proven_by", Text),
    # What the last probe found beside the state, and who probes until when.
    Column("idp_step", Text),
    Column("idp_latency_ms", Integer),
    Column("idp_certificate_until", UtcMoment),
    Column("idp_failures", Integer),
    Column("probe_holder", Text),
    Column("probe_until", UtcMoment),
    Column("probe_due", UtcMoment),
)

# Who somebody is at a provider. After the first sign-in only this counts, never the email.
sso_identity = Table(
    "sso_identity",
    metadata,
    Column("provider_id", Integer, ForeignKey("provider.id"), nullable=False),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("email", Text),
    Column("linked_at", UtcMoment, nullable=False),
    Column("last_used_at", UtcMoment, nullable=False),
    PrimaryKeyConstraint("provider_id", "account_id"),
    UniqueConstraint("provider_id", "issuer", "subject", name="sso_identity_subject"),
    Index("sso_identity_account", "account_id"),
)

# A sign-in at a provider that is under way. `sealed` holds what the provider must not see twice
# and nobody else at all: it opens with the handle alone, of which only the hash is here.
sso_attempt = Table(
    "sso_attempt",
    metadata,
    Column("handle_hash", String(64), primary_key=True),
    Column("state_hash", String(64), nullable=False, unique=True),
    Column("provider_id", Integer, ForeignKey("provider.id"), nullable=False),
    Column("flow", String(16), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("session_hash", String(64)),
    Column("bucket", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("created_at", UtcMoment, nullable=False),
    Column("expires_at", UtcMoment, nullable=False),
    Column("ended_at", UtcMoment),
    Column("interval", Integer, nullable=False),
    Column("asked_at", UtcMoment),
    Column("answer", Text),
    Column("answer_issuer", Text),
    Column("digits_hash", String(64)),
    Column("wrong_digits", Integer, nullable=False),
    Index("sso_attempt_expires", "expires_at"),
)

# The last probes of each provider, for the line of its latencies.
idp_probe = Table(
    "idp_probe",
    metadata,
    Column("provider_id", Integer, ForeignKey("provider.id"), nullable=False),
    Column("at", UtcMoment, nullable=False),
    Column("latency_ms", Integer),
    PrimaryKeyConstraint("provider_id", "at"),
)

# A place on the list is one of five numbers, each used once: the database enforces the limit too.
entry = Table(
    "entry",
    metadata,
    Column("provider_id", Integer, ForeignKey("provider.id"), nullable=False),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("added_by", Text),
    Column("added_at", UtcMoment, nullable=False),
    PrimaryKeyConstraint("provider_id", "account_id"),
    UniqueConstraint("provider_id", "position", name="entry_place"),
    CheckConstraint(f"position BETWEEN 1 AND {MAX_ENTRIES}", name="entry_limit"),
    Index("entry_account", "account_id"),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("method", String(16), nullable=False),
    Column("opened_by_recover", Boolean, nullable=False),
    Column("is_break_glass", Boolean, nullable=False),
    Column("created_at", UtcMoment, nullable=False),
    Column("last_seen_at", UtcMoment, nullable=False),
    Column("proven_at", UtcMoment, nullable=False),
    Column("expires_at", UtcMoment, nullable=False),
    Column("revoked_at", UtcMoment),
    Column("source", Text, nullable=False),
    Column("provider_id", Integer),
    Index("session_account", "account_id"),
    Index("session_expires", "expires_at"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("created_at", UtcMoment, nullable=False),
    Column("expires_at", UtcMoment, nullable=False),
    Column("last_used_at", UtcMoment),
    Column("revoked_at", UtcMoment),
)

# By email, not by account: emails without an account are counted alike.
throttle = Table(
    "throttle",
    metadata,
    Column("email", Text, nullable=False),
    Column("bucket", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("wait_until", UtcMoment),
    Column("last_at", UtcMoment, nullable=False),
    PrimaryKeyConstraint("email", "bucket"),
    Index("throttle_last", "last_at"),
)

account_throttle = Table(
    "account_throttle",
    metadata,
    Column("email", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcMoment, nullable=False),
    Column("paused_at", UtcMoment),
    Index("account_throttle_last", "last_at"),
)

known_source = Table(
    "known_source",
    metadata,
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("bucket", Text, nullable=False),
    Column("last_at", UtcMoment, nullable=False),
    PrimaryKeyConstraint("account_id", "bucket"),
)

# The change that each idempotency key names, for a day. No view reads these rows.
idempotency = Table(
    "idempotency",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("operation", String(32), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("salt", String(64), nullable=False),
    Column("at", UtcMoment, nullable=False),
    Index("idempotency_at", "at"),
)


class MayBeBreakGlass(ColumnElement[bool]):
    """Whether an event may be break-glass access, by metadata that somebody may have respelt.

    True of all that are, however their JSON is spelt, and of few others: where the name is and
    no plain `false` behind it, or where a letter may be hidden in an escape. The reader asks
    `is_break_glass` of what is found. The same words in the index and in every query, or the
    index is not used.
    """

    inherit_cache = True
    type = Boolean()


@compiles(MayBeBreakGlass)
def _found_by_instr(*_: object, **__: object) -> str:
    return _names_break_glass("instr", r"'\u'")


@compiles(MayBeBreakGlass, "postgresql")
def _found_by_strpos(*_: object, **__: object) -> str:
    return _names_break_glass("strpos", r"E'\\u'")


def _names_break_glass(find: str, escape: str) -> str:
    r"""`escape` is the literal of `\u`: without an E PostgreSQL may be set to read it otherwise."""
    without = f"""replace(metadata, '"{BREAK_GLASS_KEY}":false', '')"""
    return rf"{find}({without}, '{BREAK_GLASS_KEY}') + {find}(metadata, {escape}) > 0"


MAY_BE_BREAK_GLASS = MayBeBreakGlass()
_PROVIDED = sql("provider IS NOT NULL")

audit_event = Table(
    "audit_event",
    metadata,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False),
    Column("at", _sorted(String(27), String(27, collation="C")), nullable=False),
    Column("type", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("actor", Text),
    Column("target", Text),
    Column("provider", Text),
    Column("description", Text, nullable=False),
    Column("metadata", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_event_at", "at", "seq"),
    Index("audit_event_type", "type", "seq"),
    Index("audit_event_actor", "actor", "seq"),
    Index(
        "audit_event_provider",
        "provider",
        "seq",
        sqlite_where=_PROVIDED,
        postgresql_where=_PROVIDED,
    ),
    Index(
        "audit_event_break_glass",
        "seq",
        sqlite_where=MAY_BE_BREAK_GLASS,
        postgresql_where=MAY_BE_BREAK_GLASS,
    ),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", _SEQ, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="one_head"),
)
