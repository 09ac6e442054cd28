"""Refusals that protect from lock-out, and what an override has to say."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bgconsole.policy.forecast import can_use_password, surely_gets_in
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.team import Person, Provider, Role, Team

WOULD_BE_ENFORCED: Final = "would be enforced with"
NO_USABLE_ENTRY: Final = "no usable break-glass user"
NO_OWNER: Final = "No owner could sign in afterwards"
_OWNER_REMEDY: Final = (
    "Have an owner set a password, or sign in by another provider, first;"
    " or override with the provider's name and a reason"
)


@dataclass(frozen=True, slots=True)
class Override:
    """Typed confirmations, the name or slug of each provider, and a reason for the record."""

    confirmations: tuple[str, ...]
    reason: str

    def covers(self, provider: Provider, locked: tuple[Provider, ...]) -> bool:
        """Whether it names this provider of those `locked` exactly and gives a reason."""
        named = provider.slug in self.confirmations or (
            # A name that two of them share names neither.
            provider.name in self.confirmations and not _shared(provider, locked)
        )
        return named and bool(self.reason.strip())


def at_risk(team: Team) -> tuple[Provider, ...]:
    """The enforced providers without a single usable entry."""
    return tuple(p for p in team.providers if p.enforced and not team.usable(p))


def newly_locked_out(before: Team, after: Team, touched: frozenset[str]) -> tuple[Provider, ...]:
    """The providers that a change may not leave as it does without an override.

    A provider that was at risk already counts again only when the change is about it (`touched`):
    a save answers for its provider, a removal for the lists it shortens. It
    counts again too when the change shuts out the last people who sign in by another list.
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
    left = [p for p in locked if override is None or not override.covers(p, locked)]
    if not left:
        return None
    return refusal(Code.WOULD_LOCK_OUT, lock_out_message(left))


def lock_out_message(locked: Iterable[Provider]) -> str:
    """'Entra, OIDC would be enforced with no usable break-glass user'."""
    names = ", ".join(p.name for p in locked)
    return f"{names} {WOULD_BE_ENFORCED} {NO_USABLE_ENTRY}"


class Guard(StrEnum):
    """What protects from a change, as the record of an override names it."""

    NO_USABLE_ENTRY = "no_usable_entry"
    NO_OWNER = "no_owner"


@dataclass(frozen=True, slots=True)
class Guarded:
    """What a change may not do without an override.

    `locked` would be enforced without a usable entry. `ownerless` is the provider that the change
    is about, where no owner could get in afterwards.
    """

    locked: tuple[Provider, ...] = ()
    ownerless: Provider | None = None

    @property
    def guards(self) -> tuple[tuple[Guard, Provider], ...]:
        """Each guard with the provider whose name lifts it."""
        found = [(Guard.NO_USABLE_ENTRY, provider) for provider in self.locked]
        if self.ownerless is not None:
            found.append((Guard.NO_OWNER, self.ownerless))
        return tuple(found)

    @property
    def providers(self) -> tuple[Provider, ...]:
        """The providers that an override has to name."""
        return tuple({provider.slug: provider for _, provider in self.guards}.values())

    def refusal(self, override: Override | None) -> Refusal | None:
        """Why the change is refused; None where nothing is guarded, or all of it is overridden."""
        named = self.providers
        left = Guarded(
            tuple(p for p in self.locked if override is None or not override.covers(p, named)),
            None
            if self.ownerless is None or (override and override.covers(self.ownerless, named))
            else self.ownerless,
        )
        if left.ownerless is None:
            return check_lock_out(left.locked, None)
        if not left.locked:
            return refusal(Code.WOULD_LOCK_OUT, NO_OWNER, _OWNER_REMEDY)
        return refusal(Code.WOULD_LOCK_OUT, left.message, left.remedy)

    @property
    def message(self) -> str:
        """'Entra would be enforced with no usable break-glass user. No owner could sign in …'."""
        told = [lock_out_message(self.locked)] if self.locked else []
        return ". ".join((*told, *(() if self.ownerless is None else (NO_OWNER,))))

    @property
    def remedy(self) -> str:
        """That each of several guards is named by an override."""
        return f"Name each to override, {', '.join(confirmations(self.providers))}, with a reason"


def guarded(
    before: Team, after: Team, touched: frozenset[str], about: Provider | None = None
) -> Guarded:
    """What a change may not do without an override.

    `about` is the provider whose SSO it takes from people; both teams hold every owner then. Where
    it is about a person, `check_owner_stays` answers for the owners; whoever saves a switch and its
    list is told of them.
    """
    locked = newly_locked_out(before, after, touched)
    if about is None or able_owners(after) or not able_owners(before):
        return Guarded(locked)
    return Guarded(locked, about)


def able_owners(team: Team) -> tuple[Person, ...]:
    """The owners who could sign in now, by a way that is known to work."""
    return tuple(one for one in _owners(team) if surely_gets_in(team, one))


def check_owner_stays(before: Team, after: Team) -> Refusal | None:
    """The refusal of a change that takes the last owner, or the last who can sign in, or None.

    Both teams hold every owner.
    """
    if not _owners(after):
        return refusal(Code.LAST_OWNER) if _owners(before) else None
    # Where enforcement keeps every owner out, those count who get in once it is off.
    counted = able_owners if able_owners(before) else _with_password
    if counted(before) and not counted(after):
        message = "This is the last owner who can get in: the others have no way in that works"
        remedy = "Have another owner set a password, or sign in by SSO, first"
        return refusal(Code.LAST_OWNER, message, remedy)
    return None


def confirmations(locked: tuple[Provider, ...]) -> tuple[str, ...]:
    """What names each of these providers in an override: its name, or its slug if they share it."""
    return tuple(p.slug if _shared(p, locked) else p.name for p in locked)


def _owners(team: Team) -> tuple[Person, ...]:
    return tuple(one for one in team.members if one.role is Role.OWNER)


def _with_password(team: Team) -> tuple[Person, ...]:
    return tuple(one for one in _owners(team) if one.has_password)


def _shared(provider: Provider, locked: tuple[Provider, ...]) -> bool:
    return any(p.name == provider.name and p.slug != provider.slug for p in locked)


def _any_password(team: Team) -> bool:
    """Whether a password lets anybody in at all."""
    return any(can_use_password(team, person) for person in team.members)
