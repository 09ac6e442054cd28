"""The main screen: a provider's page, the simulator beside it, the live audit below."""

from asyncio import Lock
from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from bgconsole.backend.errors import BackendError, LogRewoundError, NotAllowedError
from bgconsole.backend.protocol import Backend
from bgconsole.files.settings import Times
from bgconsole.policy.audit import AuditHead
from bgconsole.policy.refusals import Code
from bgconsole.tui.audit.feed import AuditFeed
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.clock import Clock
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render import dialogs as render
from bgconsole.tui.kit.render.title import title_line
from bgconsole.tui.kit.session_messages import SessionEnded
from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.main.idle_lock import IdleLock
from bgconsole.tui.main.rewound import RewoundScreen
from bgconsole.tui.main.tab_strip import TabStrip
from bgconsole.tui.model.reading import CHANGES, newest_record, read_team
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.state import ConsoleState
from bgconsole.tui.model.tab_id import TabId
from bgconsole.tui.provider_page.page import ProviderPage
from bgconsole.tui.provider_page.simulator import Simulator

_RETRY: Final = 5.0
"""Seconds until the team is read again after the backend did not answer."""


class MainScreen(RewoundScreen):
    """Holds the state and the drafts, calls the backend, hands views down."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add", id="main.add", tooltip="Add somebody to the list"),
        Binding("t", "enforce", "enforce", id="main.enforce", tooltip="Turn enforcement on or off"),
        Binding("e", "edit", "edit", id="main.edit", tooltip="Edit the list"),
        Binding("u", "undo", "undo", id="main.undo", tooltip="Undo the last change"),
        Binding("U,ctrl+y", "redo", "redo", id="main.redo", tooltip="Redo what was undone"),
        Binding("ctrl+s,W", "save", "save", id="main.save", tooltip="Save switch and list; W too"),
        Binding("i", "set_up", "set up SSO", id="main.set_up", tooltip="Set its SSO up, or clear"),
        Binding("c", "check", "check", id="main.check", tooltip="Try every step of its SSO"),
        Binding("escape", "back", "back", id="main.back", tooltip="One step back", show=False),
        Binding(
            "slash", "simulate", "can X get in?", id="main.simulate", tooltip="Ask who would get in"
        ),
        Binding(
            "T",
            "attempt",
            "real login",
            id="main.attempt",
            tooltip="Try a real login of the person in the simulator, on record",
            show=False,
        ),
        Binding(
            "w",
            "tab('who')",
            "who gets in",
            id="main.who",
            tooltip="Who could sign in, whatever happens",
            show=False,
        ),
        Binding(
            "m", "tab('members')", "members", id="main.members", tooltip="The team", show=False
        ),
        Binding(
            "p",
            "tab('providers')",
            "providers",
            id="main.providers",
            tooltip="Add, rename, order, remove providers",
            show=False,
        ),
        Binding("l", "audit", "audit", id="main.audit", tooltip="Open the audit log", show=False),
        Binding(
            "b", "glass", id="main.glass", tooltip="Break-glass events only, or all", show=False
        ),
        Binding("f", "filter", id="main.filter", tooltip="Choose types of events", show=False),
        Binding(
            "P",
            "change_password",
            "password",
            id="main.password",
            tooltip="Change your own password",
            show=False,
        ),
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
        Binding(
            "left_square_bracket",
            "step(-1)",
            "previous tab",
            id="main.previous",
            key_display="[",
            tooltip="The tab to the left",
            show=False,
        ),
        Binding(
            "right_square_bracket",
            "step(1)",
            "next tab",
            id="main.next",
            key_display="]",
            tooltip="The tab to the right",
            show=False,
        ),
        Binding(
            "H",
            "history",
            "say why",
            id="main.history",
            tooltip="Say why the audit log went back to an older copy",
            show=False,
        ),
        Binding(
            "R",
            "read_only",
            "read-only",
            id="main.read_only",
            tooltip="Switch changes from this console off, or on again",
            show=False,
        ),
    ]

    def __init__(self, session: Session, times: Times = Times.UTC) -> None:
        super().__init__(session)
        self._times = times
        self._idle_lock = IdleLock(self, session, unlocked=self.start_reading)
        self._turn = Lock()

    def compose(self) -> ComposeResult:
        """Title, tabs, work, audit, keys."""
        self.fit(self.app.size, update=False)
        yield Pane(id="title")
        yield Pane(id="line")
        yield Pane(id="rewound")
        yield Pane(id="banner")
        yield TabStrip(id="tabs")
        with Horizontal(id="work"):
            yield ProviderPage(id="page")
            yield Simulator(id="simulator")
        yield AuditFeed(clock=self._session.connection.clock, id="audit")
        yield Pane(id="summary")
        yield KeyBar()
        yield Clock(self._session.connection.clock)

    def on_mount(self) -> None:
        """Start reading; the frame stands meanwhile."""
        if self._times is Times.LOCAL:
            self.feed.pane.action_zone()
        self._draw_title()
        self.watch_line()
        self.draw_history()
        self.run_worker(self._preview, group="preview")
        after_refresh(self, self.start_reading)

    async def _preview(self) -> None:
        """The newest events with the first frame; importing the backend takes longer."""
        page = await self._session.audit_preview()
        if page is not None:
            self.feed.preview(page)

    def start_reading(self) -> None:
        """Begin (again): the audit log, the team, and what changes it."""
        self.run_worker(self._connect, group="connect", exclusive=True)

    def on_clock_ticked(self) -> None:
        """Another minute."""
        self._draw_title()
        self.draw_line()
        self.run_worker(self._minute, group="minute")
        self.read_reports()

    async def _minute(self) -> None:
        try:
            await self._idle_lock.minute()
        except NotAllowedError as error:
            await self.not_allowed(error)

    # Reading

    async def _connect(self) -> None:
        """Audit first, since it is what is watched; then the team; then whatever changes it."""
        try:
            backend = await self._session.backend()
            self.feed.connect(backend, self._session.caller)
            # The log's end before the team is read: what happens in between is read again.
            head = await newest_record(backend, self._session.unattended)
            await self.read(backend)
            if head is not None:
                await self.look_at_history(backend)
                await self._watch(backend, head)
        except LogRewoundError as error:
            self.history_lost(error)
            self.call_later(self.start_reading)
        except NotAllowedError as error:
            await self.not_allowed(error)
        except BackendError as error:
            self._session.connection_state.failed(error)
            if not self._session.connection_state.broken:
                self.tell(render.failed(error.refusal))
                self.set_timer(_RETRY, self.start_reading)

    async def read(self, backend: Backend, *, attended: bool = True) -> None:
        caller = self._session.caller if attended else self._session.unattended
        # One after the other: what was read earlier never takes the place of what was read later.
        async with self._turn:
            async for state in read_team(backend, caller, self._workspace.members):
                self._session.connection_state.answered()
                self._arrived(state)
        self.read_reports()

    async def _watch(self, backend: Backend, head: AuditHead) -> None:
        following = backend.audit_follow(self._session.unattended, head.seq, CHANGES, head)
        async for _events in following:
            await self.read(backend, attended=False)

    async def not_allowed(self, error: NotAllowedError) -> None:
        if error.code is Code.SIGNED_OUT:
            # A reader may notice it before the sign-out that caused it returns.
            if self._signing_out:
                return
            self.post_message(SessionEnded(f"{error.refusal.message}. {error.refusal.remedy}."))
        elif error.code is Code.REAUTH_REQUIRED:
            await self._idle_lock.lock()
        else:
            self.tell(render.failed(error.refusal))

    def _arrived(self, state: ConsoleState) -> None:
        first = self._workspace.state is None
        lost = self._workspace.arrived(state)
        self.settle_doubts()
        self.set_class(not state.me.role.administers, "-no-log")
        self.app.title = f"bgconsole: {state.me.team}"
        self.weigh(state)
        self.draw()
        for draft in lost:
            changes = f"{draft.changes} unsaved change{'s' if draft.changes > 1 else ''}"
            tell(self, Tone.CARE, f"{draft.provider} was removed, with your {changes} to it")
        if first and self.focused is None:
            self.focus_page()

    # The audit pane

    @on(AuditFeed.SignedOut)
    def _feed_signed_out(self) -> None:
        if self._signing_out:
            return
        self.post_message(SessionEnded("You are signed out. Sign in again."))

    # Drawing

    def draw(self) -> None:
        self._draw_title()
        if self._workspace.state is None:
            return
        view = self._workspace.view
        self.set_class(view is None, "-empty")
        if view is None:
            self.page.show_nothing(administers=self._workspace.administers)
        else:
            now = self._session.connection.clock()
            self.page.show(view, self._usage, self.outage_of(view.detail.slug), now)
            self.simulator.show(view, self._usage)
        if self.tab is not None:
            self.tab.draw()
        self.draw_alarm()
        self.part_shown()
        self.note_drafts()
        self.refresh_bindings()

    def _draw_title(self) -> None:
        connection = self._session.connection
        me = self._workspace.state.me if self._workspace.state else None
        draw = partial(
            title_line, me.team if me else None, me, connection.place, connection.clock()
        )
        self.query_one("#title", Pane).show(partial(draw, read_only=self._workspace.read_only))

    # Moving about

    def action_back(self) -> None:
        """One step back: field, list, editing; asks before changes are dropped."""
        view = self._workspace.view
        if self.part is not TabId.PAGE:
            self.show_part(TabId.PAGE)
            self.focus_page()
        elif self.focused is not None and self.focused is not self.page.badges:
            self.focus_page()
        elif view is not None and view.draft.dirty:
            self.ask_to_cancel(view)
        elif self._workspace.editing:
            self.action_edit()

    # What the tabs tell

    @on(TeamTab.TeamChanged)
    def _team_changed(self) -> None:
        self.run_worker(self._read_again, group="read", exclusive=True)

    async def _read_again(self) -> None:
        try:
            await self.read(await self._session.backend())
        except BackendError:
            # Starting over tells what is wrong, and tries again.
            self.start_reading()

    @on(TeamTab.NotAllowed)
    async def _tab_not_allowed(self, event: TeamTab.NotAllowed) -> None:
        self.run_worker(partial(self.not_allowed, event.error))

    @on(TeamTab.PersonWanted)
    def _person_wanted(self, event: TeamTab.PersonWanted) -> None:
        self.action_simulate()
        self.simulator.ask_about(event.email)

    @on(TeamTab.ProviderWanted)
    def _provider_wanted(self, event: TeamTab.ProviderWanted) -> None:
        slugs = [view.detail.slug for view in self._workspace.views]
        if event.slug in slugs:
            self.action_provider(slugs.index(event.slug) + 1)

    def action_change_password(self) -> None:
        """Change one's own password."""
        from bgconsole.tui.sign_in.password_screen import PasswordDialog

        if self._workspace.state is not None:
            me = self._workspace.state.me
            dialog = PasswordDialog(self._session, (me.email, me.name, me.team))
            self.app.push_screen(dialog, self._password_changed)

    def _password_changed(self, changed: bool | None) -> None:
        if changed:
            tell(self, Tone.DONE, "Your password is changed", "Your other sessions have ended")
