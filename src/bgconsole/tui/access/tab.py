"""Who gets in: everybody against the conditions, before and after the draft."""

from typing import Any, ClassVar, cast

from textual import on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.widgets import Input

from bgconsole.policy.coverage import Condition
from bgconsole.policy.team import IdpState
from bgconsole.tui.access.list import WhoList
from bgconsole.tui.access.render.rows import group_name
from bgconsole.tui.access.view import WhoView
from bgconsole.tui.kit.find_field import FindRow
from bgconsole.tui.kit.grouped_rows import Row
from bgconsole.tui.model.access_matrix import AccessMatrix, Case, TeamVersion


class WhoTab(WhoView):
    """What its keys do; drawn by what it extends. It changes nothing itself."""

    ELSEWHERE: ClassVar[frozenset[str]] = frozenset({"find", "all_down"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "column(-1)", "condition", id="gets_in.left", key_display="←→",
                tooltip="Condition: IdP up or down, saved or draft"),
        Binding("right", "column(1)", id="gets_in.right", show=False, tooltip="Condition after it"),
        Binding("d", "side", "draft / saved", id="gets_in.side",
                tooltip="The same, before or after the draft"),
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

    @on(WhoList.Opened)
    def _row_opened(self) -> None:
        self.action_open()

    # Which keys work

    def disabled_reason(self, action: str) -> str | None:
        """Why `action` cannot be done now; None where it can."""
        matrix, row = self.matrix, self.people.row
        if matrix is None:
            return "The team is still being read"
        match action:
            case "side" if not matrix.changes:
                return "There is no draft to compare with"
            case "scenario" | "all_down" if len(matrix.scenarios) == 1:
                return "Only one provider is set up" if matrix.set_up else "No SSO is set up"
            case "open" | "copy" if not row.stops:
                return "Nobody is listed here"
            case "list":
                return self._cannot_list(matrix, row)
            case _:
                return None

    def _cannot_list(self, matrix: AccessMatrix, row: Row) -> str | None:
        """Why `a` does nothing for the person at the cursor."""
        if not self.workspace.may_change:
            return "This console is read-only"
        if self.case is None or row.person is None:
            return "Choose a person first"
        return matrix.useless_entry(self.case, row.person, self.workspace.slug)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now stays in the key bar, dim; esc is the screen's otherwise."""
        if action == "everybody":
            return bool(self.find.letters)
        return True if self.disabled_reason(action) is None else None

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
            self.post_message(self.PersonWanted(row.person.email))
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
