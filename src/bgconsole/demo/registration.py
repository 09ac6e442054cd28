"""The sample team's registration at the demo's identity provider, when that listens elsewhere."""

from datetime import UTC, datetime

from sqlalchemy import select, update

from bgconsole.backend.local import transaction
from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.database import TeamDatabase
from bgconsole.backend.local.idp_health import PROBER
from bgconsole.backend.local.schema import provider, sso_identity
from bgconsole.demo.identity_provider.protocol import port_of
from bgconsole.policy.audit import EventType


def register(database: TeamDatabase, issuer: str) -> None:
    """Have Entra of the sample team be `issuer`, the provider that this process started.

    People stay linked: it is the same provider at another port. Entra with an issuer of the user's
    own is left alone. Raises BackendError.
    """
    with transaction.begin(database, datetime.now(UTC)) as tx:
        entra = provider.c.slug == "entra"
        row = tx.connection.execute(select(provider).where(entra)).one_or_none()
        if row is None or port_of(row.issuer) is None:
            return
        # The process that has its port probes it; a console that was killed left its lease.
        freed = {"probe_holder": None, "probe_until": None, "probe_due": None}
        tx.note(update(provider).where(entra).values(freed))
        if row.issuer != issuer:
            tx.change(update(provider).where(entra).values(issuer=issuer))
            theirs = update(sso_identity).where(
                sso_identity.c.provider_id == row.id, sso_identity.c.issuer == row.issuer
            )
            tx.note(theirs.values(issuer=issuer))
            tx.record(
                EventDraft(
                    EventType.PROVIDER_CHANGED,
                    "The demo's identity provider has another port",
                    actor=PROBER,
                    source=PROBER,
                    provider="entra",
                    metadata={"before": {"issuer": row.issuer}, "after": {"issuer": issuer}},
                )
            )
        tx.commit()
