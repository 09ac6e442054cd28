"""What is known of the providers' IdPs: whose turn it is to probe, and what a probe found.

One process of all probes a provider: it holds a lease in the provider's row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access, accounts
from bgconsole.backend.local import transaction as transactions
from bgconsole.backend.local.accounts import StoredProvider, idp_status
from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import idp_probe, provider
from bgconsole.backend.local.transaction import Transaction
from bgconsole.backend.values import IdpReport
from bgconsole.policy.audit import PROGRAM, EventType
from bgconsole.policy.idp_health import DOWN_AFTER, LEASE, SECOND_LOOK, IdpHealth, after_probe
from bgconsole.policy.idp_words import idp_word
from bgconsole.policy.permissions import Capability, allows
from bgconsole.policy.sso import is_set_up
from bgconsole.policy.team import IdpState

KEPT = 60
"""Probes of each provider that are kept."""

PROBER = PROGRAM
"""Who acts, and from where, in the events of changes that a probe found."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A provider, and when this process may probe it. `ours`: it holds the lease."""

    stored: StoredProvider
    at: datetime
    ours: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """What a probe found. `latency_ms` None: no answer came."""

    state: IdpState
    step: str | None
    detail: str
    latency_ms: int | None
    certificate_until: datetime | None


def turns(parts: Parts, holder: str) -> tuple[Turn, ...]:
    """When each provider that is set up may be probed by `holder`, sooner ones first."""
    with parts.database.read() as connection:
        now = parts.clock()
        stored = {p.id: p for p in accounts.snapshot(connection, now).providers}
        rows = connection.execute(select(provider)).all()
    found: list[Turn] = []
    for row in rows:
        if not is_set_up(row.issuer, row.client_id):
            continue
        ours = row.probe_holder == holder
        free = ours or row.probe_holder is None or row.probe_until is None
        due: datetime = row.probe_due or now
        until: datetime = row.probe_until or now
        # A stamp from the far future was written by a clock that was wrong.
        at = min(due if free else until, now + timedelta(seconds=LEASE))
        found.append(Turn(stored[row.id], at, ours))
    return tuple(sorted(found, key=lambda turn: turn.at))


def take(parts: Parts, turn: Turn, holder: str) -> bool:
    """Take or renew the lease of a provider; False where another process has it."""
    with transactions.begin(parts.database, parts.clock()) as tx:
        far = tx.now + timedelta(seconds=2 * LEASE)
        taken = tx.note(
            update(provider)
            .where(
                provider.c.id == turn.stored.id,
                or_(
                    provider.c.probe_holder.is_(None),
                    provider.c.probe_holder == holder,
                    provider.c.probe_until.is_(None),
                    provider.c.probe_until <= tx.now,
                    provider.c.probe_until > far,
                ),
            )
            .values(probe_holder=holder, probe_until=tx.now + timedelta(seconds=LEASE))
        )
        tx.commit()
        return taken.rowcount == 1


def release(parts: Parts, holder: str) -> None:
    """Let others probe what this process probed."""
    with transactions.begin(parts.database, parts.clock()) as tx:
        mine = update(provider).where(provider.c.probe_holder == holder)
        tx.note(mine.values(probe_holder=None, probe_until=None))
        tx.commit()


def store(parts: Parts, stored: StoredProvider, found: Measured, holder: str, due: float) -> None:
    """Write what a probe found, with an event if the state changed; the next is in `due` seconds.

    It comes sooner after a first failure, which may be the beginning of an outage.

    Not what somebody found who has lost the lease since, or of settings that have changed since.
    """
    with transactions.begin(parts.database, parts.clock()) as tx:
        mine = provider.c.id == stored.id
        row = tx.connection.execute(select(provider).where(mine)).one_or_none()
        same = (stored.detail.issuer, stored.detail.sso.client_id)
        if row is None or row.probe_holder != holder or (row.issuer, row.client_id) != same:
            return
        was = IdpHealth(IdpState(row.idp_state), row.idp_failures or 0)
        health = after_probe(was, found.state)
        in_doubt = 0 < health.failures < DOWN_AFTER
        pause = due * SECOND_LOOK if in_doubt else due
        values: dict[str, object] = {
            "idp_state": health.state.value,
            "idp_failures": health.failures,
            "idp_checked_at": tx.now,
            "idp_detail": found.detail,
            "idp_step": found.step,
            "idp_latency_ms": found.latency_ms,
            "probe_due": tx.now + timedelta(seconds=pause),
            "probe_until": tx.now + timedelta(seconds=LEASE),
        }
        if found.certificate_until is not None:
            values["idp_certificate_until"] = found.certificate_until
        change = update(provider).where(mine)
        if health.state is was.state:
            tx.note(change.values(**values))
        else:
            tx.change(change.values(idp_since=tx.now, **values))
            tx.record(_changed(stored, was.state, health.state, found))
        _keep(tx, stored.id, found.latency_ms)
        tx.commit()


def idps(parts: Parts, caller: Caller) -> tuple[IdpReport, ...]:
    """What is known of each IdP. See `ProviderOperations.idps`."""
    with access.reading(parts, caller, Operation.IDPS) as view:
        named = allows(view.actor.role, Capability.SEE_LISTS)
        rows = view.connection.execute(select(provider).order_by(provider.c.position)).all()
        recent = _recent(view.connection)
    return tuple(
        IdpReport(
            provider=row.slug,
            name=row.name,
            configured=is_set_up(row.issuer, row.client_id),
            status=idp_status(row, view.now),
            step=row.idp_step,
            latency_ms=row.idp_latency_ms,
            certificate_until=row.idp_certificate_until,
            proven_at=row.proven_at,
            proven_by=row.proven_by if named else None,
            recent=recent.get(row.id, ()),
        )
        for row in rows
    )


def _recent(connection: Connection) -> dict[int, tuple[int | None, ...]]:
    found: dict[int, list[int | None]] = {}
    query = select(idp_probe).order_by(idp_probe.c.provider_id, idp_probe.c.at)
    for row in connection.execute(query):
        found.setdefault(row.provider_id, []).append(row.latency_ms)
    return {key: tuple(latencies[-KEPT:]) for key, latencies in found.items()}


def _keep(tx: Transaction, provider_id: int, latency_ms: int | None) -> None:
    """Keep this probe and so many before it."""
    mine = idp_probe.c.provider_id == provider_id
    tx.note(insert(idp_probe).values(provider_id=provider_id, at=tx.now, latency_ms=latency_ms))
    last = (
        select(idp_probe.c.at).where(mine).order_by(idp_probe.c.at.desc()).offset(KEPT - 1).limit(1)
    )
    oldest = tx.connection.execute(last).scalar_one_or_none()
    if oldest is not None:
        tx.note(delete(idp_probe).where(mine, idp_probe.c.at < oldest))


def _changed(stored: StoredProvider, was: IdpState, now: IdpState, found: Measured) -> EventDraft:
    down = now is IdpState.DOWN
    return EventDraft(
        EventType.IDP_DOWN if down else EventType.IDP_UP,
        f"Identity provider is {idp_word(now, configured=True)}",
        actor=PROBER,
        source=PROBER,
        provider=stored.detail.slug,
        metadata={
            "before": was.value,
            "after": now.value,
            "step": found.step,
            "detail": found.detail,
        },
    )
