"""Refusals that protect from lock-out, and what an override has to say."""

from dataclasses import dataclass

from bgconsole.policy.forecast import can_use_password
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.team import Provider, Role, Team


@dataclass(frozen=True, slots=True)
class Override:
    """Typed confirmations, the name or slug of each provider, and a reason for the record."""

    confirmations: tuple[str, ...]
    reason: str

    def covers(self, provider: Provider) -> bool:
        """Whether it names this provider exactly and gives a reason."""
        named = provider.name in self.confirmations or provider.slug in self.confirmations
        return named and bool(self.reason.strip())


def at_risk(team: Team) -> tuple[Provider, ...]:
    """The enforced providers without a single usable entry."""
    return tuple(p for p in team.providers if p.enforced and not team.usable(p))


def newly_locked_out(before: Team, after: Team, touched: frozenset[str]) -> tuple[Provider, ...]:
    """The providers that a change may not leave as it does without an override.

    A provider that was at risk already counts again only when the change is about it (`touched`):
    whoever saves a provider answers for it, whoever removes a member answers for what falls. It
    counts again too when the change shuts out the last people who come in by another list.
    """
    risky = at_risk(after)
    if _any_password(before) and not _any_password(after):
        return risky
    already = {p.slug for p in at_risk(before)} - touched
    return tuple(p for p in risky if p.slug not in already)


def check_lock_out(locked: tuple[Provider, ...], override: Override | None) -> Refusal | None:
    """The refusal of a change that leaves `locked` without a usable entry, or None."""
    if not locked:
        return None
    if override is not None and all(override.covers(p) for p in locked):
        return None
    names = ", ".join(p.name for p in locked)
    return refusal(
        Code.WOULD_LOCK_OUT, f"{names} would be enforced with no usable break-glass user"
    )


def check_owner_stays(owners: int, was: Role | None, becomes: Role | None) -> Refusal | None:
    """The refusal of taking the last owner away (`becomes` None removes), or None."""
    if was is Role.OWNER and becomes is not Role.OWNER and owners <= 1:
        return refusal(Code.LAST_OWNER)
    return None


def _any_password(team: Team) -> bool:
    """Whether a password lets anybody in at all."""
    return any(can_use_password(team, person) for person in team.members)
