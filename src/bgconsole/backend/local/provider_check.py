"""Trying every step of a sign-in at a provider, for an admin who sets it up."""

from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access, accounts
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.standing import flows_from_here
from bgconsole.backend.values import CheckStep, ProviderCheck


def check_provider(parts: Parts, caller: Caller, slug: str) -> ProviderCheck:
    """Try every step. See `ProviderOperations.check_provider`."""
    with access.reading(parts, caller, Operation.CHECK_PROVIDER) as view:
        stored = accounts.snapshot(view.connection, view.now).provider(slug)
    report = parts.idps.of(stored).check()
    here = flows_from_here(parts, stored.detail.configured)
    return ProviderCheck(
        ok=all(step.ok for step in report.steps),
        steps=tuple(
            CheckStep(step.step.value, step.ok, step.ms, step.detail, _named(step.remedy, slug))
            for step in report.steps
        ),
        flows=tuple(flow for flow in report.flows if flow in here),
        certificate_until=report.certificate_until,
    )


def _named(remedy: str, slug: str) -> str:
    """With the provider's short name: a sign-in at it does not know what it is called here."""
    return remedy.replace("SLUG", slug)
