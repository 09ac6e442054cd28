"""The team against the conditions, as saved and as drafted: what 'Who gets in' shows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from bgconsole.backend.values import ProviderDetail
from bgconsole.policy.coverage import Column, Condition, Group, column, compared, entries
from bgconsole.policy.login import Reason
from bgconsole.policy.team import IdpState, Person, Provider, Team
from bgconsole.tui.model.drafts import Draft


class TeamVersion(Enum):
    """Which state of the team."""

    SAVED = "saved"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Case:
    """One column: this state of the team under this condition."""

    side: TeamVersion
    condition: Condition

    @property
    def down(self) -> bool:
        """Whether it takes an IdP to be down."""
        return self.condition.idp is IdpState.DOWN


class AccessMatrix:
    """One reading of the team with its drafts; a column is worked out when it is first wanted."""

    def __init__(
        self,
        saved: Team,
        drafted: Team,
        providers: tuple[ProviderDetail, ...],
        drafts: Iterable[Draft],
    ) -> None:
        self.providers = providers
        self.members = saved.members
        self.changes = sum(draft.delta.size for draft in drafts)
        self.entries = entries(saved, drafted)
        self._teams = {TeamVersion.SAVED: saved, TeamVersion.DRAFT: drafted}
        self._columns: dict[Case, Column] = {}
        self._groups: dict[Case, tuple[Group, ...]] = {}

    @property
    def sides(self) -> tuple[TeamVersion, ...]:
        """As saved; and as drafted where there is a draft."""
        return (TeamVersion.SAVED, TeamVersion.DRAFT) if self.changes else (TeamVersion.SAVED,)

    @property
    def set_up(self) -> tuple[ProviderDetail, ...]:
        """The providers through which anybody can come in at all."""
        return tuple(p for p in self.providers if p.configured)

    @property
    def scenarios(self) -> tuple[str | None, ...]:
        """Whose IdP may be up or down: each provider that is set up; None for all of them."""
        slugs = tuple(p.slug for p in self.set_up)
        return (*slugs, None) if len(slugs) != 1 else slugs

    def team(self, side: TeamVersion) -> Team:
        """That state of the team, with every IdP as it was measured."""
        return self._teams[side]

    def provider(self, slug: str | None) -> ProviderDetail | None:
        """The provider called `slug`, or None."""
        return next((p for p in self.providers if p.slug == slug), None)

    def cases(self, scenario: str | None) -> tuple[Case, ...]:
        """The columns of a scenario; where no SSO is set up no IdP makes a difference."""
        states = (IdpState.UP, IdpState.DOWN) if self.set_up else (IdpState.DOWN,)
        return tuple(Case(side, Condition(scenario, idp)) for side in self.sides for idp in states)

    def first_case(self, page: str | None) -> Case:
        """What is asked first: the worst, of an IdP that is down, else of the page's provider."""
        down = [p.slug for p in self.set_up if p.idp.state is IdpState.DOWN]
        wished = (*down, page, *self.scenarios)
        scenario = next(slug for slug in wished if slug in self.scenarios)
        return self.cases(scenario)[-1]

    def nearest(self, case: Case) -> Case:
        """`case`, or what comes closest to it among what there is now."""
        slug = case.condition.slug
        cases = self.cases(slug if slug in self.scenarios else self.scenarios[0])
        alike = [one for one in cases if one.condition.idp is case.condition.idp] or list(cases)
        return next((one for one in alike if one.side is case.side), alike[-1])

    def beside(self, case: Case, step: int) -> Case:
        """The column so many steps to the right; at the ends it stays."""
        cases = self.cases(case.condition.slug)
        return cases[min(max(cases.index(case) + step, 0), len(cases) - 1)]

    def elsewhere(self, case: Case, step: int) -> Case:
        """The same column of another scenario, round and round."""
        place = self.scenarios.index(case.condition.slug) + step
        slug = self.scenarios[place % len(self.scenarios)]
        return Case(case.side, Condition(slug, case.condition.idp))

    def other_side(self, case: Case) -> Case:
        """The same condition, before or after the draft."""
        side = TeamVersion.SAVED if case.side is TeamVersion.DRAFT else TeamVersion.DRAFT
        return replace(case, side=side) if side in self.sides else case

    def column(self, case: Case) -> Column:
        """Everybody's ways in."""
        found = self._columns.get(case)
        if found is None:
            found = self._columns[case] = column(self.team(case.side), case.condition)
        return found

    def groups(self, case: Case) -> tuple[Group, ...]:
        """Everybody by outcome: of a draft against what is saved, else of the column alone."""
        found = self._groups.get(case)
        if found is None:
            before = self.column(replace(case, side=TeamVersion.SAVED))
            found = compared(self.members, before, self.column(case))
            self._groups[case] = found
        return found

    def list_for(self, case: Case, page: str | None) -> Provider | None:
        """Whose list would let somebody in past the draft's enforcement; None while there is none.

        That of the scenario or of the open page, if it is enforced; else the first one.
        """
        enforced = [p for p in self.team(TeamVersion.DRAFT).providers if p.enforced]
        wished = (case.condition.slug, page)
        return next((p for p in enforced if p.slug in wished), enforced[0] if enforced else None)

    def useless_entry(self, case: Case, person: Person, page: str | None) -> str | None:
        """Why putting this person on that list would change nothing; None where it would."""
        listed = self.list_for(case, page)
        if listed is None:
            return "No provider is enforced: nobody needs to be on a list"
        access = self.column(replace(case, side=self.sides[-1])).access[person.email]
        if access.refused is Reason.NO_PASSWORD:
            return "A list is of no use to somebody without a password"
        return "On the list already" if person.email in listed.emails else None
