"""What falls when a provider is removed, in people: computed on the team as stored."""

from dataclasses import dataclass
from typing import Final

from bgconsole.backend.values import ProviderDetail
from bgconsole.policy.guard import confirmations
from bgconsole.policy.impact import Impact, removing_provider
from bgconsole.policy.team import Person, Provider, Team
from bgconsole.tui.model.state import ProviderView

_PREFERRED: Final = 6

_TYPEABLE: Final = 60
"""Characters of a name that can be asked to be typed without a slip."""


@dataclass(frozen=True, slots=True)
class ProviderRemoval:
    """A removal's effect; people are emails.

    `impact` is what it does to whom; `me` makes it. `entries` fall from the list. `still_enforced`
    and `locked` are names of other providers, `locked` of those whose list has nobody usable then;
    `confirmed_by` is what is typed for each of them, and `typed` for this one. `able` could get in
    with every IdP down, `preferred` could be put on a list. `unsaved` counts the changes of a draft
    that fall too.
    """

    name: str
    typed: str
    enforced: bool
    impact: Impact
    me: str
    entries: tuple[str, ...]
    sso_ends: bool
    still_enforced: tuple[str, ...]
    locked: tuple[str, ...]
    confirmed_by: tuple[str, ...]
    able: tuple[str, ...]
    preferred: tuple[str, ...]
    unsaved: int
    ownerless: Team | None = None
    """The team that is left, where no owner could get in any more."""


def provider_removal(view: ProviderView) -> ProviderRemoval:
    """What removing the view's provider would do now."""
    impact = removing_provider(view.saved, view.detail.slug)
    after, locked, guarded = impact.after, impact.locked, impact.guarded.providers
    return ProviderRemoval(
        name=view.detail.name,
        typed=_typeable(view.detail, view.detail.name),
        enforced=view.detail.enforced,
        impact=impact,
        me=view.me.email,
        entries=view.detail.settings.emails,
        sso_ends=view.detail.configured,
        still_enforced=tuple(p.name for p in after.providers if p.enforced),
        locked=tuple(p.name for p in locked),
        confirmed_by=tuple(
            _typeable(p, name) for p, name in zip(guarded, confirmations(guarded), strict=True)
        ),
        able=_emails(impact.without_sso),
        preferred=_emails(_best(after)),
        unsaved=view.draft.delta.size,
        ownerless=after if impact.guarded.ownerless is not None else None,
    )


def _typeable(provider: Provider | ProviderDetail, name: str) -> str:
    """What has to be typed to confirm: `name`, or the slug where a keyboard cannot give it."""
    plain = name.isprintable() and name == name.strip() and len(name) <= _TYPEABLE
    return name if plain else provider.slug


def _best(team: Team) -> tuple[Person, ...]:
    """Those who could be put on a list, owners and admins first."""
    able = [person for person in team.members if person.problem is None]
    able.sort(key=lambda person: person.role is None or not person.role.administers)
    return tuple(able[:_PREFERRED])


def _emails(people: tuple[Person, ...]) -> tuple[str, ...]:
    return tuple(person.email for person in people)
