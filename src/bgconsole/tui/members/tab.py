"""The members of the team: who they are, how they sign in, and what can be done with them."""

from functools import partial
from typing import Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input

from bgconsole.backend.errors import BackendError, NotAllowedError
from bgconsole.backend.values import Member
from bgconsole.policy.email import find_email
from bgconsole.policy.refusals import Code
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.find_field import FindRow
from bgconsole.tui.kit.list import RowList
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.reasons import files_reason
from bgconsole.tui.kit.render.dialogs import failed
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.members.directory import MemberDirectory, Order, best
from bgconsole.tui.members.render import rows as render
from bgconsole.tui.members.rights import MemberChange, Rights
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.workspace import Workspace
from bgconsole.tui.proof.asking import DeclinedError

_TALL: Final = 30
_LOW: Final = 16
"""Rows of the terminal from which on there are rules, and below which only a line is left."""


def _nothing(_width: int) -> Content:
    return EMPTY


def _change(
    id: str, key: str, label: str, tooltip: str, change: MemberChange, *, elsewhere: bool = False
) -> Action:
    """A change of the person under the cursor, or of the team."""
    return Action(
        id,
        key,
        label,
        tooltip,
        f"change('{change}')",
        lambda tab: tab.why_no_change(change),
        elsewhere=elsewhere,
    )


class MembersTab(TeamTab):
    """Letters find, arrows choose; every change is asked about in a dialog first."""

    ACTIONS = (
        Action("members.find", "slash", "find", "Find by email or name", "find", elsewhere=True),
        _change("members.add", "a", "add", "Add somebody to the team", MemberChange.ADD,
                elsewhere=True),
        Action("members.open", "enter", "open", "This person in full", "open",
               lambda tab: tab.why_no_change("open")),
        _change("members.remove", "X", "remove", "Remove this person from the team",
                MemberChange.REMOVE),
        _change("members.role", "r", "role", "Change this person's role", MemberChange.ROLE),
        _change("members.reset", "C", "reset", "Take the password away and give a one-time code",
                MemberChange.RESET),
        _change("members.unpause", "L", "unpause",
                "Lift the pause after too many failed sign-ins", MemberChange.UNPAUSE),
        _change("members.simulate", "s", "simulate", "Simulate this person's login",
                MemberChange.SIMULATE),
        _change("members.import", "i", "import", "Import people from a file", MemberChange.BRING,
                elsewhere=True),
        Action("members.order", "o", "sort", "By email, by role, or the last sign-in first",
               "order"),
        _change("members.email", "E", "email", "Change this person's email", MemberChange.EMAIL),
        _change("members.name", "N", "name", "Change this person's name", MemberChange.NAME),
        # Esc is the screen's otherwise.
        Action("members.everybody", "escape", "everybody", "Show everybody again", "everybody",
               offered=lambda tab: tab.is_finding, in_bar=False),
    )  # fmt: skip

    def __init__(self, session: Session, workspace: Workspace, *, id: str) -> None:
        super().__init__(session, workspace, id=id)
        self._directory = MemberDirectory({}, Order.EMAIL)
        self._outcome: Content = EMPTY
        self._busy = False
        # Whom the cursor goes to, once they are read.
        self._wanted: str | None = None
        # Who is in no row, and may be added next.
        self._missing = ""

    def compose(self) -> ComposeResult:
        """Counts, what is looked for, the people, the one under the cursor."""
        yield Pane(id="members-head")
        yield FindRow(id="members-find", placeholder="email or name")
        yield Pane(id="members-columns")
        yield RowList(id="members-list")
        yield Pane(id="members-foot")

    def focus_first(self) -> None:
        """Put the cursor on the list."""
        self._list.focus()

    def look_at(self, email: str) -> None:
        """Put the cursor on this person; who is unknown is the one to add next."""
        known = find_email(email, self.workspace.members)
        self._wanted, self._missing = known, "" if known else email
        self.draw()

    @property
    def _list(self) -> RowList:
        return self.query_one(RowList)

    @property
    def _find(self) -> FindRow:
        return self.query_one(FindRow)

    @property
    def current(self) -> Member | None:
        """The person under the cursor."""
        row = self._list.current
        return row if isinstance(row, Member) else None

    # Drawing

    def draw(self) -> None:
        """Show what is in the workspace; cursor and view stay with their person."""
        if self._directory.everybody is not self.workspace.members:
            self._directory = MemberDirectory(self.workspace.members, self._directory.order)
        wanted = self.workspace.members.get(self._wanted or "")
        if wanted is not None:
            self._wanted = None
            if self._place_of(wanted) is None:
                self._find.close()
        self._lay_out(self._place_of(wanted or self.current))

    def on_resize(self, event: events.Resize) -> None:
        """Other columns, and more or less around the list."""
        self.draw()

    def _place_of(self, one: Member | None) -> int | None:
        """Where a person is among those found now; None where they are not."""
        if one is None:
            return None
        rows = self._directory.rows(self._find.letters)
        people = ((n, row) for n, row in enumerate(rows) if isinstance(row, Member))
        return next((n for n, row in people if row.email == one.email), None)

    def _lay_out(self, cursor: int | None) -> None:
        directory, letters = self._directory, self._find.letters
        rows = directory.rows(letters)
        now = self.session.connection.clock().replace(second=0, microsecond=0)
        providers = self.workspace.state.providers if self.workspace.state is not None else ()
        longest = directory.longest_email
        paint = render.MemberPaint(render.short_names(providers), longest, now, letters)
        place = min(self._list.cursor, len(rows) - 1) if cursor is None else cursor
        empty = partial(render.nobody, letters, reading=not directory.everybody)
        self._list.show(rows, paint, max(place, 0), empty=empty)
        found = sum(isinstance(row, Member) for row in rows) if letters else None
        head = partial(render.head, directory, found) if directory.everybody else _nothing
        self.query_one("#members-head", Pane).show(head)
        columns = partial(render.header, longest) if rows else _nothing
        self.query_one("#members-columns", Pane).show(columns)
        self._draw_foot()

    def _draw_foot(self) -> None:
        state = self.workspace.state
        height = self.app.size.height
        rows = 5 if height >= _TALL else 4 if height >= _LOW else 1
        providers = state.providers if state is not None else ()
        now = self.session.connection.clock()
        foot = render.Foot(self.current, providers, self._outcome, now, rows)
        self.query_one("#members-foot", Pane).show(foot)
        self.refresh_bindings()

    @on(RowList.Moved)
    def _moved(self) -> None:
        self._outcome, self._missing = EMPTY, ""
        self._draw_foot()

    @on(RowList.Opened)
    def _opened(self) -> None:
        self.action_open()

    # Finding

    def begin_anew(self) -> None:
        """Show everybody."""
        self._find.close()

    def action_find(self) -> None:
        """Go to the field; the list follows every letter."""
        self._find.open()

    @on(Input.Changed, "#members-find")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        letters = self._find.letters
        self._lay_out(best(self._directory.rows(letters), letters))

    @on(FindRow.Left)
    def _left(self) -> None:
        if self.current is not None:
            self._list.focus()
        else:
            self.action_everybody()

    @on(FindRow.Cleared)
    def action_everybody(self) -> None:
        """Show everybody again, whoever was found under the cursor."""
        one = self.current
        self._find.close()
        self._lay_out(self._place_of(one))
        self._list.focus()

    def action_order(self) -> None:
        """Sort them otherwise; the cursor stays on its person."""
        one = self.current
        self._directory = MemberDirectory(self.workspace.members, self._directory.order.next)
        self._lay_out(self._place_of(one))

    # What can be done

    @property
    def is_finding(self) -> bool:
        """Whether only some are shown."""
        return bool(self._find.letters)

    def why_no_change(self, change: str) -> str | None:
        """Why it cannot be done now, with the person under the cursor."""
        if not self.is_mounted:
            return None
        no_files = files_reason(self) if change == MemberChange.BRING else None
        return no_files or self._rights.why_not(change, self.current)

    @property
    def _rights(self) -> Rights:
        why_not = self.workspace.why_no_change or self.session.connection_state.why_not
        return Rights(self.workspace.state, why_not)

    def action_open(self) -> None:
        """Show the person in full; what is chosen there is done."""
        if self.current is not None:
            self.run_worker(partial(self._open, self.current), group="member")

    async def _open(self, one: Member) -> None:
        from bgconsole.tui.members.detail_dialog import MemberDetail
        from bgconsole.tui.members.render.detail import MemberInFull

        state = self.workspace.state
        if state is None:
            return
        told = MemberInFull(one, state.providers, self.session.connection.clock())
        reasons = {change: self._rights.why_not(change, one) for change in MemberChange}
        change = await self.app.push_screen_wait(MemberDetail(told, reasons))
        if change is not None:
            self._do(change, one)

    def action_change(self, change: str) -> None:
        """Do it to the person under the cursor, where there is one."""
        self._do(MemberChange(change), self.current)

    def _do(self, change: MemberChange, one: Member | None) -> None:
        if change is MemberChange.SIMULATE:
            if one is not None:
                self.post_message(self.PersonWanted(one.email))
        elif not self._busy:
            self._busy = True
            self.run_worker(partial(self._act, change, one), group="member")

    async def _act(self, change: MemberChange, one: Member | None) -> None:
        from bgconsole.tui.members.changes import do

        screen = cast("Screen[None]", self.screen)
        self._outcome = EMPTY
        missing, self._missing = self._missing, ""
        about = None if missing and change is MemberChange.ADD else one
        try:
            outcome = await do(change, about, screen, self.session, self.workspace, missing)
        except DeclinedError:
            pass
        except NotAllowedError as error:
            if error.code is Code.FORBIDDEN:
                self._outcome = failed(error.refusal)
            else:
                self.post_message(self.NotAllowed(error))
        except BackendError as error:
            self._outcome = failed(error.refusal)
        else:
            self._outcome, self._wanted = outcome.told, outcome.email
            self.post_message(self.TeamChanged())
        finally:
            self._busy = False
        # The team may have been read again before the outcome was known.
        self.draw()
