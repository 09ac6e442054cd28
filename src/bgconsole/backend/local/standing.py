"""What can be asked without changing anything: the sign-in screen, oneself, the simulator."""

from dataclasses import replace

from bgconsole.backend.errors import NotAllowedError, NothingThereError, RefusedError
from bgconsole.backend.identity import Caller, Me, SignInWay, Welcome
from bgconsole.backend.local import access, accounts, throttle
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.known_sources import LOADED
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.values import Simulation
from bgconsole.policy.login import Attempt, Decision, decide
from bgconsole.policy.permissions import Capability, allows
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.sso import Flow
from bgconsole.policy.team import Provider

_NOTHING = Welcome(team=None, enforced=False, ways=())


def welcome(parts: Parts) -> Welcome:
    """The sign-in screen. See `SessionOperations.welcome`."""
    try:
        with parts.database.read() as connection:
            name = accounts.team_name(connection)
            stored = accounts.snapshot(connection, parts.clock()).providers
    except NothingThereError:
        return _NOTHING
    details = [p.detail for p in stored]
    return Welcome(
        team=name,
        enforced=any(detail.enforced for detail in details),
        ways=tuple(
            SignInWay(
                detail.slug,
                detail.name,
                detail.configured,
                # Without what it answered: strangers see this, and the answer may name inner hosts.
                replace(detail.idp, detail=""),
                detail.enforced,
                flows_from_here(parts, detail.configured),
            )
            for detail in details
        ),
    )


def flows_from_here(parts: Parts, configured: bool) -> tuple[Flow, ...]:
    """The flows that can be begun, the best first. Which the provider has, its document says."""
    if not configured:
        return ()
    has_address = parts.sso.public_url is not None
    return tuple(flow for flow in Flow if flow is not Flow.SERVER or has_address)


def me(parts: Parts, caller: Caller) -> Me:
    """Who asks. See `SessionOperations.me`."""
    with access.reading(parts, caller, Operation.ME) as view:
        name = accounts.team_name(view.connection)
    found = view.actor.session
    if found is None:
        raise NotAllowedError(refusal(Code.FORBIDDEN))
    return Me(
        team=name or "",
        email=found.email,
        name=found.name,
        role=found.role,
        method=found.method,
        is_break_glass=found.is_break_glass,
        expires_at=found.expires_at,
        proven_at=found.proven_at,
        locked=found.locked(view.now),
        provider=found.provider,
    )


def known_addresses(parts: Parts) -> tuple[str, ...]:
    """See `LocalBackend.known_sources`."""
    with parts.database.read() as connection:
        found = throttle.known_sources(connection, parts.clock(), LOADED)
    latest = dict.fromkeys(bucket for _, bucket, _ in found if not bucket.startswith("local:"))
    return tuple(reversed(latest))


def touch(parts: Parts, caller: Caller) -> None:
    """A key was pressed. See `SessionOperations.touch`."""
    with access.reading(parts, caller, Operation.TOUCH):
        pass


def simulate(parts: Parts, caller: Caller, question: Simulation) -> Decision:
    """Ask the rules. See `ProviderOperations.simulate`."""
    with access.reading(parts, caller, Operation.SIMULATE) as view:
        asked = accounts.demand_email(question.email)
        snapshot = accounts.snapshot(view.connection, view.now, (asked,))
        email = snapshot.spelled(asked)
        if email != view.actor.email and not allows(view.actor.role, Capability.SEE_LISTS):
            raise NotAllowedError(refusal(Code.FORBIDDEN))
        team = snapshot.team
    return decide(
        Attempt(
            email=email,
            person=team.people.get(email),
            providers=_supposed(team.providers, question),
            method=question.method,
            provider=question.provider,
        )
    )


def _supposed(providers: tuple[Provider, ...], question: Simulation) -> tuple[Provider, ...]:
    """The providers with what the question supposes. Raises RefusedError `unknown_provider`."""
    enforced, idp = dict(question.enforced), dict(question.idp)
    named = {*enforced, *idp}
    if question.provider is not None:
        named.add(question.provider)
    if not named <= {p.slug for p in providers}:
        raise RefusedError(refusal(Code.UNKNOWN_PROVIDER))
    return tuple(
        replace(p, enforced=enforced.get(p.slug, p.enforced), idp=idp.get(p.slug, p.idp))
        for p in providers
    )
