"""The main screen: a provider's page, the simulator beside it, the live audit below."""

from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from bgconsole.backend.errors import BackendError, BatchRefusedError, NotAllowedError
from bgconsole.backend.protocol import Backend
from bgconsole.policy.refusals import Code
from bgconsole.tui.attendance import Attendance
from bgconsole.tui.audit_feed import AuditFeed
from bgconsole.tui.desk import Desk
from bgconsole.tui.reading import CHANGES, newest_seq, read_team
from bgconsole.tui.render import dialogs as render
from bgconsole.tui.render.tabs import narrow_tabs, wide_tabs
from bgconsole.tui.render.text import EMPTY
from bgconsole.tui.render.title import title_line
from bgconsole.tui.saving import Saving, save
from bgconsole.tui.screens.dialogs import LeaveDialog
from bgconsole.tui.screens.parts import Part, PartedScreen
from bgconsole.tui.session import Session, SessionEnded
from bgconsole.tui.state import ConsoleState, ProviderView
from bgconsole.tui.widgets.badge_list import BadgeList
from bgconsole.tui.widgets.clock import Clock
from bgconsole.tui.widgets.key_bar import KeyBar
from bgconsole.tui.widgets.pane import Pane
from bgconsole.tui.widgets.provider_page import ProviderPage
from bgconsole.tui.widgets.simulator import Simulator
from bgconsole.tui.widgets.tab_strip import TabStrip

_RETRY: Final = 5.0
"""Seconds until the team is read again after the backend did not answer."""


class MainScreen(PartedScreen):
    """Holds the state and the drafts, calls the backend, hands views down."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add", id="main.add", tooltip="Add somebody to the list"),
        Binding("t", "enforce", "enforce", id="main.enforce", tooltip="Turn enforcement on or off"),
        Binding("e", "edit", "edit", id="main.edit", tooltip="Edit the list"),
        Binding("u", "undo", "undo", id="main.undo", tooltip="Undo the last change"),
        Binding("ctrl+s,W", "save", "save", id="main.save", tooltip="Save switch and list; W too"),
        Binding("escape", "back", "back", id="main.back", tooltip="One step back", show=False),
        Binding(
            "slash", "simulate", "can X get in?", id="main.simulate", tooltip="Ask who would get in"
        ),
        Binding("l", "audit", "audit", id="main.audit", tooltip="Go to the audit log"),
        Binding(
            "b", "glass", id="main.glass", tooltip="Break-glass events only, or all", show=False
        ),
        Binding("f", "filter", id="main.filter", tooltip="Choose types of events", show=False),
        Binding("O", "sign_out", "sign out", id="main.sign_out", tooltip="End this session"),
        Binding(
            "1",
            "provider(1)",
            id="main.provider",
            key_display="1…9",
            tooltip="Go to a provider",
            show=False,
        ),
        *(Binding(str(n), f"provider({n})", show=False) for n in range(2, 10)),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._desk = Desk(read_only=session.connection.read_only)
        self._saving = False
        self._attendance = Attendance(self, session, unlocked=self._start)

    def compose(self) -> ComposeResult:
        """Title, tabs, work, audit, keys."""
        yield Pane(id="title")
        yield TabStrip(id="tabs")
        with Horizontal(id="work"):
            yield ProviderPage(id="page")
            yield Simulator(id="simulator")
        yield AuditFeed(clock=self._session.connection.clock, id="audit")
        yield KeyBar()
        yield Clock(self._session.connection.clock)

    def on_mount(self) -> None:
        """Start reading; the frame stands meanwhile."""
        self._draw_title()
        self.run_worker(self._preview(), group="preview")
        self.call_after_refresh(self._start)

    async def _preview(self) -> None:
        """The newest events with the first frame; importing the backend takes longer."""
        page = await self._session.glance()
        if page is not None:
            self.feed.preview(page)

    def _start(self) -> None:
        self.run_worker(self._connect(), group="connect", exclusive=True)

    def on_clock_ticked(self) -> None:
        """Another minute."""
        self._draw_title()
        self.run_worker(self._minute(), group="minute")

    async def _minute(self) -> None:
        try:
            await self._attendance.minute()
        except NotAllowedError as error:
            await self._not_allowed(error)

    # Reading

    async def _connect(self) -> None:
        """Audit first, since it is what is watched; then the team; then whatever changes it."""
        try:
            backend = await self._session.backend()
            self.feed.connect(backend, self._session.caller)
            # The log's end before the team is read: what happens in between is read again.
            head = await newest_seq(backend, self._session.unattended)
            await self._read(backend)
            if head is not None:
                await self._watch(backend, head)
        except NotAllowedError as error:
            await self._not_allowed(error)
        except BackendError as error:
            self._tell(render.failed(error.refusal))
            self.set_timer(_RETRY, self._start)

    async def _read(self, backend: Backend, *, attended: bool = True) -> None:
        caller = self._session.caller if attended else self._session.unattended
        async for state in read_team(backend, caller, self._desk.members):
            self._arrived(state)

    async def _watch(self, backend: Backend, head: int) -> None:
        async for _events in backend.audit_follow(self._session.unattended, head, CHANGES):
            await self._read(backend, attended=False)

    async def _not_allowed(self, error: NotAllowedError) -> None:
        if error.code is Code.SIGNED_OUT:
            self.post_message(SessionEnded(f"{error.refusal.message}. {error.refusal.remedy}."))
        elif error.code is Code.REAUTH_REQUIRED:
            await self._attendance.lock()
        else:
            self._tell(render.failed(error.refusal))

    def _arrived(self, state: ConsoleState) -> None:
        first = self._desk.state is None
        self._desk.arrived(state)
        self.set_class(not state.me.role.administers, "-no-log")
        self._draw()
        if first and self.focused is None:
            self.focus_page()

    # The audit pane

    @on(AuditFeed.SignedOut)
    def _feed_signed_out(self) -> None:
        self.post_message(SessionEnded("You are signed out. Sign in again."))

    # Drawing

    def _draw(self) -> None:
        self._draw_title()
        view = self._desk.view
        if view is None:
            return
        self.page.show(view)
        self.simulator.show(view)
        self.part_shown()
        self.refresh_bindings()

    def part_shown(self) -> None:
        """Mark the tab of what is in front."""
        self._draw_title()
        views = self._desk.views
        if self.narrow:
            tabs = narrow_tabs(views, with_log=any(view.administers for view in views))
        else:
            tabs = wide_tabs(views)
        slugs = [view.detail.slug for view in views]
        active = tabs[slugs.index(self._desk.slug)].key if self._desk.slug in slugs else ""
        if self.narrow:
            active = {Part.SIMULATOR: "/", Part.AUDIT: "l"}.get(self.part, active)
        self.query_one(TabStrip).show(tabs, active)

    def _draw_title(self) -> None:
        connection = self._session.connection
        me = self._desk.state.me if self._desk.state else None
        draw = partial(
            title_line, me.team if me else None, me, connection.place, connection.clock()
        )
        self.query_one("#title", Pane).show(partial(draw, read_only=connection.read_only))

    def _tell(self, outcome: Content) -> None:
        self.page.tell(outcome)

    # Editing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now stays in the key bar, dim."""
        view = self._desk.view
        if action in {"glass", "filter", "audit"}:
            return view is not None and view.administers
        if action not in {"add", "enforce", "edit", "undo", "save"}:
            return True
        if view is None or not self._desk.may_change:
            return None
        possible = {
            "enforce": True,
            "add": view.draft.current.enforced,
            "edit": view.draft.current.enforced,
            "undo": bool(view.draft.past),
            "save": view.draft.dirty and not self._saving,
        }
        return True if possible[action] else None

    def _edited(self) -> None:
        self.page.tell(EMPTY)
        self._draw()

    def action_enforce(self) -> None:
        """Turn enforcement on or off in the draft; turning it on opens the list."""
        self._desk.enforce()
        self._edited()
        self.focus_page()

    def action_edit(self) -> None:
        """Open the list for editing, or close it when there is nothing to lose."""
        self._desk.editing = not self._desk.editing or self._desk.unsaved
        self._draw()
        self.focus_page()

    def action_add(self) -> None:
        """Open the list and go to the add field."""
        self.show_part(Part.PAGE)
        self._desk.editing = True
        self._draw()
        self.page.field.focus()

    def action_undo(self) -> None:
        """Take back the last change of the draft."""
        self._desk.undo()
        self._edited()

    @on(ProviderPage.AddWanted)
    def _add(self, event: ProviderPage.AddWanted) -> None:
        refused = self._desk.add(event.email)
        if refused is None:
            self._edited()
        self.page.answer_add(refused)

    @on(BadgeList.RemoveWanted)
    def _remove(self, event: BadgeList.RemoveWanted) -> None:
        if self._desk.may_change:
            self._desk.remove(event.email)
            self._edited()

    @on(BadgeList.Highlighted)
    def _highlighted(self, event: BadgeList.Highlighted) -> None:
        self.simulator.ask_about(event.email)

    def action_save(self) -> None:
        """Save switch and list of this provider."""
        view = self._desk.view
        if view is not None and view.draft.dirty and not self._saving:
            self._saving = True
            self._tell(render.SAVING)
            self.run_worker(self._save(view), group="save")

    async def _save(self, view: ProviderView) -> None:
        try:
            ended = await save(self, self._session, view)
        except BatchRefusedError as error:
            self._tell(render.failed(error.items[0].refusal, error.items[0].email))
        except NotAllowedError as error:
            await self._not_allowed(error)
        except BackendError as error:
            self._tell(render.failed(error.refusal))
        else:
            if ended is Saving.LEFT:
                self._tell(render.note("Not saved: the draft is kept"))
            else:
                await self._drop(view.detail.slug)
                now = self._session.connection.clock()
                done = ended is Saving.DONE
                self._tell(render.saved(now) if done else render.note("Theirs stands"))
        finally:
            self._saving = False
            self.refresh_bindings()

    async def _drop(self, slug: str) -> None:
        """Go on from what is stored: the draft is saved, or dropped."""
        self._desk.drop(slug)
        try:
            await self._read(await self._session.backend())
        except BackendError:
            # It is stored all the same. Starting over tells what is wrong, and tries again.
            self._start()
        self.focus_page()

    # Moving about

    def action_back(self) -> None:
        """One step back: field, list, editing; asks before changes are dropped."""
        view = self._desk.view
        if self.part is not Part.PAGE:
            self.show_part(Part.PAGE)
            self.focus_page()
        elif self.focused is not None and self.focused is not self.page.badges:
            self.focus_page()
        elif view is not None and view.draft.dirty:
            self.app.push_screen(LeaveDialog(), self._left)
        elif self._desk.editing:
            self.action_edit()

    def _left(self, drop: bool | None) -> None:
        if drop:
            self._desk.drop(self._desk.slug)
            self._edited()
            self.focus_page()

    def action_provider(self, number: int) -> None:
        """Go to the page of the provider of that number."""
        if self._desk.open(number):
            self.page.answer_add(None)
            self.show_part(Part.PAGE)
            self._edited()
            self.focus_page()

    @on(TabStrip.Chosen)
    def _tab_chosen(self, event: TabStrip.Chosen) -> None:
        if event.key.isdigit():
            self.action_provider(int(event.key))
        elif event.key == "/":
            self.action_simulate()
        else:
            self.action_audit()

    def action_sign_out(self) -> None:
        """End the session on record."""
        self.run_worker(self._sign_out())

    async def _sign_out(self) -> None:
        try:
            backend = await self._session.backend()
            await backend.sign_out(self._session.caller)
        except BackendError as error:
            self._tell(render.failed(error.refusal))
            return
        self.post_message(SessionEnded("You are signed out."))
