"""Who gets in, as it is drawn: the chosen column, the people in groups, the reason."""

from functools import partial
from typing import Final

from textual import events, on
from textual.app import ComposeResult

from bgconsole.policy.coverage import Outcome
from bgconsole.policy.team import Person, Provider
from bgconsole.tui.access.list import WhoList
from bgconsole.tui.access.render import heading as render
from bgconsole.tui.access.render.rows import list_row
from bgconsole.tui.access.render.why import Reach, why, why_folded, with_rule
from bgconsole.tui.kit.field import Field
from bgconsole.tui.kit.find_field import FindField
from bgconsole.tui.kit.grouped_rows import outline
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.model.access_matrix import Case, Side, Survey
from bgconsole.tui.model.drafts import Draft
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.state import ConsoleState
from bgconsole.tui.model.workspace import Desk

_TALL: Final = 30
"""Rows of the terminal from which on there are rules and blank rows."""

_LOW: Final = 18
"""Rows below which only the answer, the list and the reason are left."""

_WORST_FIRST: Final = (Outcome.LOSES, Outcome.CANNOT, Outcome.GAINS, Outcome.STAYS)


class WhoView(TeamTab):
    """Draws a survey of the team, and keeps the cursor on one person."""

    def __init__(self, session: Session, desk: Desk, *, id: str) -> None:
        super().__init__(session, desk, id=id)
        self.survey: Survey | None = None
        self._read: tuple[ConsoleState, tuple[tuple[str, Draft], ...]] | None = None
        self.case: Case | None = None
        self.opened: set[Outcome] = set()
        # Who stands under the cursor, whatever group they come to; None before the first.
        self.person: str | None = None

    def compose(self) -> ComposeResult:
        """The answer, what is looked for, the columns, the people, the reason, the legend."""
        yield Pane(id="who-headline")
        yield FieldRow(
            "Find", FindField(id="who-find", placeholder="name or email"), id="who-find-row"
        )
        yield Pane(id="who-columns")
        yield WhoList(id="who-list")
        yield Pane(id="who-why")
        yield Pane(id="who-legend")

    def on_mount(self) -> None:
        """Nobody is looked for yet."""
        self.query_one("#who-find-row").display = False

    def focus_first(self) -> None:
        """Put the cursor on the list."""
        self.people.focus()

    @property
    def people(self) -> WhoList:
        """The list of people."""
        return self.query_one(WhoList)

    @property
    def wanted(self) -> str:
        """What is typed into the field."""
        return self.query_one("#who-find", Field).value.strip()

    # Drawing

    def draw(self) -> None:
        """Show what lies on the desk."""
        state = self.desk.state
        if state is None or not self.desk.members:
            self.query_one("#who-headline", Pane).show(render.reading)
            return
        drafts = tuple(item for item in self.desk.drafts.items() if item[1].dirty)
        if self.survey is None or self._read != (state, drafts):
            self._begin(state, drafts)
        self.show()

    def _begin(self, state: ConsoleState, drafts: tuple[tuple[str, Draft], ...]) -> None:
        """Look at the team anew; where a draft begins it is what is asked about."""
        saved, drafted = self.desk.saved, self.desk.drafted
        if saved is None or drafted is None:
            return
        before, self._read = self.survey, (state, drafts)
        survey = Survey(saved, drafted, state.providers, (draft for _slug, draft in drafts))
        self.survey = survey
        if self.case is None:
            self.case = survey.first_case(self.desk.slug)
        else:
            self.case = survey.nearest(self.case)
        begun = before is not None and survey.changes and not before.changes
        if begun and self.case.side is Side.SAVED:
            self.case = survey.nearest(Case(Side.DRAFT, self.case.condition))
            self.person = None

    def show(self) -> None:
        """Draw everything for the chosen column."""
        survey, case = self.survey, self.case
        if survey is None or case is None:
            return
        tall, low = self.app.size.height >= _TALL, self.app.size.height < _LOW
        self.set_class(tall, "-tall")
        self.query_one("#who-headline", Pane).show(partial(render.answer, survey, case, low=low))
        self.query_one("#who-columns", Pane).show(
            partial(render.column_heads, survey, case, tall=tall)
        )
        self.query_one("#who-legend", Pane).show(
            partial(render.legend, survey, case) if not low else lambda _width: EMPTY
        )
        self.lay_out()

    def lay_out(self) -> None:
        """Put the people into rows, and the cursor where it was."""
        survey, case = self.survey, self.case
        if survey is None or case is None:
            return
        found = outline(survey.groups(case), self.people.room, self.opened, self.wanted)
        cursor = found.find(self.person) if self.person is not None else None
        if cursor is None:
            cursor = found.first(*_WORST_FIRST)
        self.people.show(found, partial(list_row, survey, case), cursor)
        if self.people.room:
            self._keep_person()
        self._explain()

    def _explain(self) -> None:
        """Say why, for the person at the cursor."""
        survey, case, row = self.survey, self.case, self.people.current
        if survey is None or case is None:
            return
        told = partial(render.nobody, self.wanted)
        if row.person is not None:
            told = partial(why, survey, case, row.person, *self._reach(survey, case, row.person))
        elif row.section is not None:
            told = partial(why_folded, survey, case, row.section)
        draw = partial(with_rule, told, self.people.hidden_below, tall=self.has_class("-tall"))
        self.query_one("#who-why", Pane).show(draw)
        self.refresh_bindings()

    def _reach(self, survey: Survey, case: Case, person: Person) -> tuple[Provider | None, Reach]:
        listed = survey.list_for(case, self.desk.slug)
        slugs = [provider.slug for provider in survey.providers]
        draft = self.desk.drafts.get(self.desk.slug or "")
        undo = (
            draft is not None
            and bool(draft.past)
            and person.email not in draft.current.emails
            and person.email in draft.past[-1].emails
        )
        number = slugs.index(listed.slug) + 1 if listed is not None else 0
        return listed, Reach(self.desk.may_change, undo, number)

    def on_resize(self, event: events.Resize) -> None:
        """Another size has other columns."""
        self.show()

    @on(WhoList.Resized)
    def _list_resized(self) -> None:
        self.lay_out()

    @on(WhoList.Moved)
    def _moved(self) -> None:
        self._keep_person()
        self._explain()

    def _keep_person(self) -> None:
        person = self.people.current.person
        if person is not None:
            self.person = person.email

    def choose(self, case: Case) -> None:
        """Show another column."""
        self.case = case
        self.show()
