"""Who gets in: everybody against the conditions, before and after the draft."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from bgconsole.policy.coverage import Condition, Outcome
from bgconsole.policy.login import Reason
from bgconsole.policy.team import IdpState, Person, Provider
from bgconsole.tui.desk import Desk
from bgconsole.tui.drafts import Draft
from bgconsole.tui.outline import Row, outline
from bgconsole.tui.render import who as render
from bgconsole.tui.render.text import EMPTY
from bgconsole.tui.render.who_rows import group_name, list_row
from bgconsole.tui.render.who_why import Reach, list_for, why, why_folded, with_rule
from bgconsole.tui.session import Session
from bgconsole.tui.state import ConsoleState
from bgconsole.tui.survey import Case, Side, Survey
from bgconsole.tui.tabs.tab import TeamTab
from bgconsole.tui.widgets.field import Field
from bgconsole.tui.widgets.find_field import FindField
from bgconsole.tui.widgets.pane import Pane
from bgconsole.tui.widgets.rows import FieldRow
from bgconsole.tui.widgets.who_list import WhoList

if TYPE_CHECKING:
    from bgconsole.tui.app import ConsoleApp

_TALL: Final = 30
"""Rows of the terminal from which on there are rules and blank rows."""

_LOW: Final = 18
"""Rows below which only the answer, the list and the reason are left."""

_WORST_FIRST: Final = (Outcome.LOSES, Outcome.CANNOT, Outcome.GAINS, Outcome.STAYS)


class WhoTab(TeamTab):
    """Draws a survey of the team; changes nothing itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "column(-1)", "condition", id="gets_in.left", key_display="←→",
                tooltip="Another condition: IdP up or down, as saved or as drafted"),
        Binding("right", "column(1)", id="gets_in.right", show=False, tooltip="Condition after it"),
        Binding("d", "side", "draft / saved", id="gets_in.side", tooltip="Before or after"),
        Binding("enter", "open", "simulate", id="gets_in.open", tooltip="Open in the simulator"),
        Binding("slash", "find", "find", id="gets_in.find", tooltip="Find a person"),
        Binding("a", "list", "put on list", id="gets_in.list",
                tooltip="Put this person on a break-glass list, in the draft"),
        Binding("c", "copy", "copy names", id="gets_in.copy", tooltip="Copy the group's emails"),
        Binding("i", "scenario(1)", "other IdP", id="gets_in.next_idp",
                tooltip="Ask about another provider's IdP, or about all; I back, 0 all down"),
        Binding("I", "scenario(-1)", id="gets_in.previous_idp", show=False,
                tooltip="Ask about the IdP before it"),
        Binding("0", "all_down", id="gets_in.all_down", show=False, tooltip="Every IdP is down"),
        Binding("space", "fold", id="gets_in.fold", show=False, tooltip="Unfold or fold a group"),
        Binding("escape", "everybody", "all people", id="gets_in.everybody",
                tooltip="Show everybody again"),
    ]  # fmt: skip

    def __init__(self, session: Session, desk: Desk, *, id: str) -> None:
        super().__init__(session, desk, id=id)
        self._survey: Survey | None = None
        self._read: tuple[ConsoleState, tuple[tuple[str, Draft], ...]] | None = None
        self._case: Case | None = None
        self._opened: set[Outcome] = set()
        # Who stands under the cursor, whatever group they come to; None before the first.
        self._person: str | None = None

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
        self._list.focus()

    @property
    def _list(self) -> WhoList:
        return self.query_one(WhoList)

    @property
    def _wanted(self) -> str:
        return self.query_one("#who-find", Field).value.strip()

    # Drawing

    def draw(self) -> None:
        """Show what lies on the desk."""
        state = self.desk.state
        if state is None or not self.desk.members:
            self.query_one("#who-headline", Pane).show(render.reading)
            return
        drafts = tuple(item for item in self.desk.drafts.items() if item[1].dirty)
        if self._survey is None or self._read != (state, drafts):
            self._begin(state, drafts)
        self._show()

    def _begin(self, state: ConsoleState, drafts: tuple[tuple[str, Draft], ...]) -> None:
        """Look at the team anew; where a draft begins it is what is asked about."""
        saved, drafted = self.desk.saved, self.desk.drafted
        if saved is None or drafted is None:
            return
        before, self._read = self._survey, (state, drafts)
        survey = Survey(saved, drafted, state.providers, (draft for _slug, draft in drafts))
        self._survey = survey
        if self._case is None:
            self._case = survey.first_case(self.desk.slug)
        else:
            self._case = survey.nearest(self._case)
        begun = before is not None and survey.changes and not before.changes
        if begun and self._case.side is Side.SAVED:
            self._case = survey.nearest(Case(Side.DRAFT, self._case.condition))
            self._person = None

    def _show(self) -> None:
        survey, case = self._survey, self._case
        if survey is None or case is None:
            return
        tall, low = self.app.size.height >= _TALL, self.app.size.height < _LOW
        self.set_class(tall, "-tall")
        self.query_one("#who-headline", Pane).show(partial(render.answer, survey, case, low=low))
        self.query_one("#who-columns", Pane).show(
            partial(render.column_heads, survey, case, tall=tall)
        )
        self.query_one("#who-legend", Pane).show(
            partial(render.legend, survey) if not low else lambda _width: EMPTY
        )
        self._lay_out()

    def _lay_out(self) -> None:
        survey, case = self._survey, self._case
        if survey is None or case is None:
            return
        found = outline(survey.groups(case), self._list.room, self._opened, self._wanted)
        cursor = found.find(self._person) if self._person is not None else None
        if cursor is None:
            cursor = found.first(*_WORST_FIRST)
        self._list.show(found, partial(list_row, survey, case), cursor)
        if self._list.room:
            self._keep_person()
        self._explain()

    def _explain(self) -> None:
        """Say why, for the person at the cursor."""
        survey, case, row = self._survey, self._case, self._list.current
        if survey is None or case is None:
            return
        told = partial(render.nobody, self._wanted)
        if row.person is not None:
            told = partial(why, survey, case, row.person, *self._reach(survey, case, row.person))
        elif row.section is not None:
            told = partial(why_folded, survey, case, row.section)
        draw = partial(with_rule, told, self._list.hidden_below, tall=self.has_class("-tall"))
        self.query_one("#who-why", Pane).show(draw)
        self.refresh_bindings()

    def _reach(self, survey: Survey, case: Case, person: Person) -> tuple[Provider | None, Reach]:
        listed = list_for(survey, case, self.desk.slug)
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
        self._show()

    @on(WhoList.Resized)
    def _list_resized(self) -> None:
        self._lay_out()

    @on(WhoList.Moved)
    def _moved(self) -> None:
        self._keep_person()
        self._explain()

    def _keep_person(self) -> None:
        person = self._list.current.person
        if person is not None:
            self._person = person.email

    @on(WhoList.Opened)
    def _row_opened(self) -> None:
        self.action_open()

    # Which keys work

    def disabled_reason(self, action: str) -> str | None:
        """Why `action` cannot be done now; None where it can."""
        survey, row = self._survey, self._list.current
        if survey is None:
            return "The team is still being read"
        match action:
            case "side" if not survey.changes:
                return "There is no draft to compare with"
            case "scenario" | "all_down" if len(survey.scenarios) == 1:
                return "Only one provider is set up" if survey.set_up else "No SSO is set up"
            case "open" | "copy" if not row.stops:
                return "Nobody is listed here"
            case "list":
                return self._cannot_list(survey, row)
            case _:
                return None

    def _cannot_list(self, survey: Survey, row: Row) -> str | None:
        """Why `a` does nothing for the person at the cursor."""
        if not self.desk.may_change:
            return "This console is read-only"
        case, person = self._case, row.person
        if case is None or person is None:
            return "Choose a person first"
        access = survey.column(Case(survey.sides[-1], case.condition)).access[person.email]
        listed = list_for(survey, case, self.desk.slug)
        if listed is None:
            return "No provider is enforced: nobody needs to be on a list"
        if access.refused is Reason.NO_PASSWORD:
            return "A list is of no use to somebody without a password"
        if person.email in listed.emails:
            return "On the list already"
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now stays in the key bar, dim; esc is the screen's otherwise."""
        if action == "everybody":
            return bool(self._wanted)
        if action == "scenario" and self._survey is not None and len(self._survey.scenarios) == 1:
            return False
        return True if self.disabled_reason(action) is None else None

    # What keys do

    def action_column(self, step: int) -> None:
        """Choose the column beside it; at the ends it stays."""
        if self._survey is not None and self._case is not None:
            self._choose(self._survey.beside(self._case, step))

    def action_side(self) -> None:
        """The same condition before or after the draft."""
        if self._survey is not None and self._case is not None:
            self._choose(self._survey.other_side(self._case))

    def action_scenario(self, step: int) -> None:
        """Ask about another provider's IdP, or about all of them."""
        if self._survey is not None and self._case is not None:
            self._choose(self._survey.elsewhere(self._case, step))

    def action_all_down(self) -> None:
        """Ask what holds when every IdP is down."""
        if self._case is not None:
            self._choose(Case(self._case.side, Condition(None, IdpState.DOWN)))

    def _choose(self, case: Case) -> None:
        self._case = case
        self._show()

    def action_open(self) -> None:
        """Show the person in the simulator, or the people that are folded away."""
        row = self._list.current
        if row.person is not None:
            self.post_message(self.PersonWanted(row.person.email))
        elif row.section is not None and row.folded:
            self.action_fold()

    def action_fold(self) -> None:
        """Show the whole group at the cursor, or fold it again."""
        row = self._list.current
        if row.section is None or not row.stops:
            return
        place = row.section.shown if row.folded else 0
        self._person = row.section.group.people[place].email
        self._opened ^= {row.section.group.outcome}
        self._lay_out()

    def action_find(self) -> None:
        """Go to the field for a name."""
        self.query_one("#who-find-row").display = True
        self.query_one("#who-find", Field).focus()

    @on(Input.Changed, "#who-find")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._lay_out()

    @on(FindField.Left)
    def _found(self) -> None:
        if not self._wanted:
            self.action_everybody()
        self._list.focus()

    @on(FindField.Cleared)
    def action_everybody(self) -> None:
        """Show everybody again; whoever was found stays under the cursor."""
        self.query_one("#who-find", Field).value = ""
        self.query_one("#who-find-row").display = False
        self._list.focus()
        self._lay_out()

    def action_list(self) -> None:
        """Put the person at the cursor on a break-glass list, in the draft."""
        survey, case, row = self._survey, self._case, self._list.current
        if survey is None or case is None or row.person is None:
            return
        listed = list_for(survey, case, self.desk.slug)
        if listed is not None:
            self._case = Case(Side.DRAFT, case.condition)
            self.post_message(self.ListWanted(listed.slug, row.person.email))

    def action_copy(self) -> None:
        """Copy the emails of the group at the cursor."""
        from bgconsole.tui.clipboard import copy

        survey, case, section = self._survey, self._case, self._list.current.section
        if survey is None or case is None or section is None:
            return
        emails = [person.email for person in section.group.people]
        name = f"{len(emails)} under '{group_name(survey, case, section.group.outcome)}'"
        copy(cast("ConsoleApp", self.app), "\n".join(emails) + "\n", name)
