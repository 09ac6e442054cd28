"""Who gets in, as it is drawn: the chosen column, the people in groups, the reason."""

from functools import partial
from typing import Final

from textual import events, on
from textual.app import ComposeResult

from bgconsole.policy.coverage import Outcome
from bgconsole.policy.team import Person, Provider
from bgconsole.tui.access.list import WhoList
from bgconsole.tui.access.render import heading as render
from bgconsole.tui.access.render.rows import RowPaint
from bgconsole.tui.access.render.why import Reach, why, why_folded, with_rule
from bgconsole.tui.kit.find_field import FindRow
from bgconsole.tui.kit.grouped_rows import grouped_rows
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.model.access_matrix import AccessMatrix, Case, TeamVersion
from bgconsole.tui.model.drafts import Draft
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.state import ConsoleState
from bgconsole.tui.model.workspace import Workspace

_TALL: Final = 30
"""Rows of the terminal from which on there are rules and blank rows."""

_LOW: Final = 18
"""Rows below which only the answer, the list and the reason are left."""

_WORST_FIRST: Final = (Outcome.LOSES, Outcome.CANNOT, Outcome.GAINS, Outcome.STAYS)


class WhoView(TeamTab):
    """Draws an access matrix, and keeps the cursor on one person."""

    def __init__(self, session: Session, workspace: Workspace, *, id: str) -> None:
        super().__init__(session, workspace, id=id)
        self.matrix: AccessMatrix | None = None
        self._read: tuple[ConsoleState, tuple[tuple[str, Draft], ...]] | None = None
        self.case: Case | None = None
        self.opened: set[Outcome] = set()
        # Who stands under the cursor, whatever group they come to; None before the first.
        self.person: str | None = None

    def compose(self) -> ComposeResult:
        """The answer, what is looked for, the columns, the people, the reason, the legend."""
        yield Pane(id="who-headline")
        yield FindRow(id="who-find", placeholder="name or email")
        yield Pane(id="who-columns")
        yield WhoList(id="who-list")
        yield Pane(id="who-why")
        yield Pane(id="who-legend")

    def focus_first(self) -> None:
        """Put the cursor on the list."""
        self.people.focus()

    @property
    def people(self) -> WhoList:
        """The list of people."""
        return self.query_one(WhoList)

    @property
    def find(self) -> FindRow:
        """Where a name is typed."""
        return self.query_one(FindRow)

    # Drawing

    def draw(self) -> None:
        """Show what is in the workspace."""
        state = self.workspace.state
        if state is None or not self.workspace.members:
            self.query_one("#who-headline", Pane).show(render.reading)
            return
        drafts = tuple(item for item in self.workspace.drafts.items() if item[1].dirty)
        if self.matrix is None or self._read != (state, drafts):
            self._begin(state, drafts)
        self.show()

    def _begin(self, state: ConsoleState, drafts: tuple[tuple[str, Draft], ...]) -> None:
        """Look at the team anew; where a draft begins it is what is asked about."""
        saved, drafted = self.workspace.saved, self.workspace.drafted
        if saved is None or drafted is None:
            return
        before, self._read = self.matrix, (state, drafts)
        matrix = AccessMatrix(saved, drafted, state.providers, (draft for _slug, draft in drafts))
        self.matrix = matrix
        if self.case is None:
            self.case = matrix.first_case(self.workspace.slug)
        else:
            self.case = matrix.nearest(self.case)
        begun = before is not None and matrix.changes and not before.changes
        if begun and self.case.side is TeamVersion.SAVED:
            self.case = matrix.nearest(Case(TeamVersion.DRAFT, self.case.condition))
            self.person = None

    def show(self) -> None:
        """Draw everything for the chosen column."""
        matrix, case = self.matrix, self.case
        if matrix is None or case is None:
            return
        tall, low = self.app.size.height >= _TALL, self.app.size.height < _LOW
        self.set_class(tall, "-tall")
        self.query_one("#who-headline", Pane).show(partial(render.answer, matrix, case, low=low))
        self.query_one("#who-columns", Pane).show(
            partial(render.column_heads, matrix, case, tall=tall)
        )
        self.query_one("#who-legend", Pane).show(
            partial(render.legend, matrix, case) if not low else lambda _width: EMPTY
        )
        self.lay_out()

    def lay_out(self) -> None:
        """Put the people into rows, and the cursor where it was."""
        matrix, case = self.matrix, self.case
        if matrix is None or case is None:
            return
        found = grouped_rows(
            matrix.groups(case), self.people.size.height, self.opened, self.find.letters
        )
        cursor = found.find(self.person) if self.person is not None else None
        if cursor is None:
            cursor = found.first(*_WORST_FIRST)
        self.people.lay_out(found, RowPaint(matrix, case, self.find.letters), cursor)
        if self.people.size.height:
            self._keep_person()
        self._explain()

    def _explain(self) -> None:
        """Say why, for the person at the cursor."""
        matrix, case, row = self.matrix, self.case, self.people.row
        if matrix is None or case is None:
            return
        told = partial(render.nobody, self.find.letters)
        if row.person is not None:
            told = partial(why, matrix, case, row.person, *self._reach(matrix, case, row.person))
        elif row.section is not None:
            told = partial(why_folded, matrix, case, row.section)
        draw = partial(with_rule, told, self.people.hidden_below, tall=self.has_class("-tall"))
        self.query_one("#who-why", Pane).show(draw)
        self.refresh_bindings()

    def _reach(
        self, matrix: AccessMatrix, case: Case, person: Person
    ) -> tuple[Provider | None, Reach]:
        listed = matrix.list_for(case, self.workspace.slug)
        slugs = [provider.slug for provider in matrix.providers]
        draft = self.workspace.drafts.get(self.workspace.slug or "")
        undo = (
            draft is not None
            and bool(draft.past)
            and person.email not in draft.current.emails
            and person.email in draft.past[-1].emails
        )
        number = slugs.index(listed.slug) + 1 if listed is not None else 0
        return listed, Reach(self.workspace.may_change, undo, number)

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
        person = self.people.row.person
        if person is not None:
            self.person = person.email

    def choose(self, case: Case) -> None:
        """Show another column."""
        self.case = case
        self.show()
