"""Who gets in: everybody against the conditions, before and after the draft."""

from typing import Any, Final, cast

from textual import on
from textual.app import App
from textual.widgets import Input

from bgconsole.policy.coverage import Condition
from bgconsole.policy.team import IdpState
from bgconsole.tui.access.list import WhoList
from bgconsole.tui.access.render.rows import group_name
from bgconsole.tui.access.view import WhoView
from bgconsole.tui.kit.actions import Action, first_of, needs_editing
from bgconsole.tui.kit.find_field import FindRow
from bgconsole.tui.model.access_matrix import Case, TeamVersion


def _not_read(tab: "WhoTab") -> str | None:
    return "The team is still loading" if tab.matrix is None else None


def _no_draft(tab: "WhoTab") -> str | None:
    changes = tab.matrix is not None and tab.matrix.changes
    return None if changes else "There is no draft to compare with"


def _one_scenario(tab: "WhoTab") -> str | None:
    if tab.matrix is None or len(tab.matrix.scenarios) != 1:
        return None
    return "Only one provider is set up" if tab.matrix.set_up else "No SSO is set up"


def _nobody(tab: "WhoTab") -> str | None:
    return None if tab.people.row.stops else "Nobody is listed here"


def _useless(tab: "WhoTab") -> str | None:
    person = tab.people.row.person
    if tab.matrix is None or tab.case is None or person is None:
        return "Choose a person first"
    return tab.matrix.useless_entry(tab.case, person, tab.workspace.slug)


_OTHER_IDP: Final = first_of(_not_read, _one_scenario)


class WhoTab(WhoView):
    """What its keys do; drawn by what it extends. It changes nothing itself."""

    ACTIONS = (
        Action("gets_in.left", "left", "condition", "Condition: IdP up or down, saved or draft",
               "column(-1)", _not_read, key_display="←→"),
        Action("gets_in.right", "right", "", "Condition after it", "column(1)", _not_read),
        Action("gets_in.side", "d", "draft / saved", "The same, before or after the draft",
               "side", first_of(_not_read, _no_draft)),
        Action("gets_in.open", "enter", "simulate", "Open in the simulator", "open",
               first_of(_not_read, _nobody)),
        Action("gets_in.find", "slash", "find", "Find a person", "find", _not_read,
               elsewhere=True),
        Action("gets_in.list", "a", "put on list",
               "Put this person on a break-glass list, in the draft", "list",
               first_of(_not_read, needs_editing, _useless)),
        Action("gets_in.copy", "c", "copy names", "Copy the group's emails", "copy",
               first_of(_not_read, _nobody)),
        Action("gets_in.next_idp", "i", "other IdP",
               "Ask about another provider's IdP, or about all; I back, 0 all down",
               "scenario(1)", _OTHER_IDP),
        Action("gets_in.previous_idp", "I", "", "Ask about the IdP before it", "scenario(-1)",
               _OTHER_IDP),
        Action("gets_in.all_down", "0", "", "Every IdP is down", "all_down", _OTHER_IDP,
               elsewhere=True),
        Action("gets_in.fold", "space", "", "Unfold or fold a group", "fold", _not_read),
        # Esc is the screen's otherwise.
        Action("gets_in.everybody", "escape", "all people", "Show everybody again", "everybody",
               offered=lambda tab: bool(tab.find.letters)),
    )  # fmt: skip

    @on(WhoList.Opened)
    def _row_opened(self) -> None:
        self.action_open()

    # What keys do

    def action_column(self, step: int) -> None:
        """Choose the column beside it; at the ends it stays."""
        if self.matrix is not None and self.case is not None:
            self.choose(self.matrix.beside(self.case, step))

    def action_side(self) -> None:
        """The same condition before or after the draft."""
        if self.matrix is not None and self.case is not None:
            self.choose(self.matrix.other_side(self.case))

    def action_scenario(self, step: int) -> None:
        """Ask about another provider's IdP, or about all of them."""
        if self.matrix is not None and self.case is not None:
            self.choose(self.matrix.elsewhere(self.case, step))

    def action_all_down(self) -> None:
        """Ask what holds when every IdP is down."""
        if self.case is not None:
            self.choose(Case(self.case.side, Condition(None, IdpState.DOWN)))

    def action_open(self) -> None:
        """Show the person in the simulator, or the people that are folded away."""
        row = self.people.row
        if row.person is not None:
            condition = None if self.case is None else self.case.condition
            self.post_message(self.PersonWanted(row.person.email, condition))
        elif row.section is not None and row.folded:
            self.action_fold()

    def action_fold(self) -> None:
        """Show the whole group at the cursor, or fold it again."""
        row = self.people.row
        if row.section is None or not row.stops:
            return
        place = row.section.shown if row.folded else 0
        self.person = row.section.group.people[place].email
        self.opened ^= {row.section.group.outcome}
        self.lay_out()

    def begin_anew(self) -> None:
        """Show everybody."""
        self.find.close()

    def action_find(self) -> None:
        """Go to the field for a name."""
        self.find.open()

    @on(Input.Changed, "#who-find")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.lay_out()

    @on(FindRow.Left)
    def _found(self) -> None:
        self.people.focus()

    @on(FindRow.Cleared)
    def action_everybody(self) -> None:
        """Show everybody again; whoever was found stays under the cursor."""
        self.find.close()
        self.people.focus()
        self.lay_out()

    def action_list(self) -> None:
        """Put the person at the cursor on a break-glass list, in the draft."""
        matrix, case, row = self.matrix, self.case, self.people.row
        if matrix is None or case is None or row.person is None:
            return
        listed = matrix.list_for(case, self.workspace.slug)
        if listed is not None:
            self.case = Case(TeamVersion.DRAFT, case.condition)
            self.post_message(self.ListWanted(listed.slug, row.person.email))

    def action_copy(self) -> None:
        """Copy the emails of the group at the cursor."""
        from bgconsole.tui.kit.clipboard import copy

        matrix, case, section = self.matrix, self.case, self.people.row.section
        if matrix is None or case is None or section is None:
            return
        emails = [person.email for person in section.group.people]
        name = f"{len(emails)} under '{group_name(matrix, case, section.group.outcome)}'"
        copy(cast("App[Any]", self.app), "\n".join(emails) + "\n", name)
