"""What the main screen knows of the team: as stored, and as the drafts would make it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bgconsole.backend.identity import Me
from bgconsole.backend.values import IdpReport, Member, ProviderDetail
from bgconsole.policy.forecast import Consequence
from bgconsole.policy.impact import Impact, saving
from bgconsole.policy.settings import Delta, difference, merge
from bgconsole.policy.team import Person, Provider, Team
from bgconsole.tui.model.drafts import Draft

_TEAMS_KEPT: Final = 4
"""Of one reading: as stored, and as the last drafts make it."""


@dataclass(frozen=True, slots=True)
class ConsoleState:
    """One reading of the team; replaced as a whole when something changed."""

    me: Me
    providers: tuple[ProviderDetail, ...]
    members: Mapping[str, Member] = field(default_factory=dict[str, Member])
    _teams: dict[tuple[Provider, ...], Team] = field(
        default_factory=dict[tuple[Provider, ...], Team], init=False, repr=False, compare=False
    )

    def provider(self, slug: str) -> ProviderDetail | None:
        """The provider called `slug`, if it is still there."""
        return next((p for p in self.providers if p.slug == slug), None)

    def measured(self, reports: Mapping[str, IdpReport]) -> "ConsoleState":
        """The same reading with the identity providers' states as they are by now."""
        providers = tuple(
            replace(p, idp=reports[p.slug].status) if p.slug in reports else p
            for p in self.providers
        )
        return self if providers == self.providers else replace(self, providers=providers)

    def saved_team(self) -> Team:
        """The team as stored."""
        return self._team({})

    def drafted_team(self, drafts: Mapping[str, Draft]) -> Team:
        """The team as it would be with every draft saved."""
        return self._team(drafts)

    def _team(self, drafts: Mapping[str, Draft]) -> Team:
        """The same people in every team: ten thousand are made once a reading, not at every key."""
        providers = tuple(self._provider(p, drafts) for p in self.providers)
        known = self._teams.get(providers)
        if known is None:
            saved = next(iter(self._teams.values()), None)
            people = self._people() if saved is None else saved.people
            while len(self._teams) >= _TEAMS_KEPT:
                self._teams.popitem()
            known = self._teams[providers] = Team(people, providers)
        return known

    def _people(self) -> Mapping[str, Person]:
        if self.members:
            return {email: member.person for email, member in self.members.items()}
        me = self.me
        linked = frozenset({me.provider} if me.provider else ())
        return {me.email: Person(me.email, me.name, me.role, has_password=True, linked=linked)}

    def _provider(self, detail: ProviderDetail, drafts: Mapping[str, Draft]) -> Provider:
        draft = drafts.get(detail.slug)
        if draft is not None and draft.version != detail.version:
            # Somebody saved meanwhile: a save merges, and so does the forecast.
            merged = merge(draft.base, detail.settings, draft.current)
            return detail.with_settings(merged)
        if draft is not None:
            return detail.with_settings(draft.current)
        provider = detail.with_settings(detail.settings)
        if detail.listed_me and self.me.email not in provider.emails:
            return detail.with_settings(
                type(detail.settings)(detail.enforced, (*provider.emails, self.me.email))
            )
        return provider


@dataclass(frozen=True, slots=True)
class ProviderView:
    """All that a provider's page shows."""

    detail: ProviderDetail
    draft: Draft
    me: Me
    members: Mapping[str, Member]
    editing: bool
    read_only: bool
    saved: Team
    drafted: Team
    report: IdpReport | None = None
    """What is known of its identity provider; None until that is read."""

    _impact: list[Impact] = field(
        default_factory=list[Impact], init=False, repr=False, compare=False
    )

    @property
    def impact(self) -> Impact:
        """What the drafts do to whom; everything in it is worked out when it is first asked for."""
        if not self._impact:
            slug = self.detail.slug
            self._impact.append(Impact(self.saved, self.drafted, frozenset({slug}), slug))
        return self._impact[0]

    @property
    def consequence(self) -> Consequence:
        """Who loses and gains password login by the drafts, and who is left."""
        return self.impact.consequence

    @property
    def usable(self) -> tuple[str, ...]:
        """Those of the draft's list who count; whom others added meanwhile is not among them."""
        listed = self.draft.current.emails
        return tuple(one for one in listed if self.drafted.entry_problem(one) is None)

    @property
    def locked(self) -> tuple[Provider, ...]:
        """The providers that the guard protects from saving this draft alone."""
        drafted = self.drafted.provider(self.detail.slug)
        if drafted is None:
            return ()
        return saving(self.saved, drafted).locked

    @property
    def administers(self) -> bool:
        """Whether this person may change anything."""
        return self.me.role.administers

    @property
    def meanwhile(self) -> Delta | None:
        """What others saved since a draft with changes was made on it; None where nobody did."""
        if not self.draft.dirty or self.draft.version == self.detail.version:
            return None
        delta = difference(self.draft.base, self.detail.settings)
        return delta if delta.size else None


def provider_view(
    state: ConsoleState,
    slug: str,
    drafts: Mapping[str, Draft],
    *,
    editing: bool = False,
    read_only: bool = False,
    report: IdpReport | None = None,
) -> ProviderView | None:
    """The view of one provider, or None when it is gone."""
    detail = state.provider(slug)
    if detail is None:
        return None
    saved, drafted = state.saved_team(), state.drafted_team(drafts)
    return ProviderView(
        detail=detail,
        draft=drafts.get(slug) or Draft.of(detail.settings, detail.version),
        me=state.me,
        members=state.members,
        editing=editing,
        read_only=read_only,
        saved=saved,
        drafted=drafted,
        report=report,
    )
