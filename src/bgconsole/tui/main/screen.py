"""The main screen: a provider's page, the simulator beside it, the live audit below."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.reactive import var
from textual.screen import Screen

from bgconsole.backend.errors import NotAllowedError
from bgconsole.files.settings import Times
from bgconsole.policy.refusals import Code
from bgconsole.tui.audit.feed import AuditFeed
from bgconsole.tui.kit.actions import HasActions
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.clock import Clock
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render import dialogs as render
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.render.title import title_line
from bgconsole.tui.kit.session_messages import SessionEnded
from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.main.actions import ACTIONS
from bgconsole.tui.main.connection_monitor import ConnectionMonitor
from bgconsole.tui.main.draft_editor import DraftEditor
from bgconsole.tui.main.draft_keeping import DraftKeeping
from bgconsole.tui.main.draft_saver import DraftSaver
from bgconsole.tui.main.idle_lock import IdleLock
from bgconsole.tui.main.leaving import Leaving
from bgconsole.tui.main.log_history_warning import LogHistoryWarning
from bgconsole.tui.main.navigation import Navigation
from bgconsole.tui.main.outage_banner import OutageBanner
from bgconsole.tui.main.own_session import OwnSession
from bgconsole.tui.main.provider_sso import ProviderSso
from bgconsole.tui.main.render.summary import summary
from bgconsole.tui.main.scope import MainScope
from bgconsole.tui.main.tab_strip import TabStrip
from bgconsole.tui.main.tab_table import PAGE, SIMULATOR
from bgconsole.tui.main.tabs import Tabs
from bgconsole.tui.main.team_reader import TeamReader
from bgconsole.tui.model.open_page import OpenPage
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.state import ConsoleState
from bgconsole.tui.model.workspace import Workspace
from bgconsole.tui.provider_page.badge_list import BadgeList
from bgconsole.tui.provider_page.page import ProviderPage
from bgconsole.tui.provider_page.simulator import Simulator

if TYPE_CHECKING:
    # Only a name here: actions are listed when they are asked for.
    from bgconsole.tui.kit.command_list import Command

_LOW = 18
"""Rows below which the page needs the bottom lines' room."""


class MainScreen(HasActions, Screen[None]):
    """Puts its objects together, hands keys and messages on, and lets what changed flow down."""

    ACTIONS = ACTIONS

    open_page: var[OpenPage | None] = var(None, init=False)
    outcome: var[Content] = var(EMPTY, init=False)
    """What became of the last act; shown beside the save row."""

    def __init__(self, session: Session, times: Times = Times.UTC) -> None:
        super().__init__()
        self.session = session
        self.workspace = Workspace(read_only=session.connection.read_only)
        self._times = times
        scope = MainScope(self, session, self.workspace, self._say, self._refused)
        self.tabs = Tabs(self, session, self.workspace, self._draw_around)
        self._outages = OutageBanner(scope, self._draw)
        self.history = LogHistoryWarning(scope, self._start_reading)
        self._reader = TeamReader(scope, self.tabs, self.history, self._arrived)
        self._sso = ProviderSso(scope, self._reader)
        self._editor = DraftEditor(scope, self.tabs)
        self.saver = DraftSaver(scope, self.tabs, self._reader)
        self._keeping = DraftKeeping(scope, self.tabs.focus)
        self._leaving = Leaving(scope, self._editor, self.saver, self._keeping)
        self._connection = ConnectionMonitor(scope, self._connection_changed, self._connection_back)
        self._idle_lock = IdleLock(self, session, unlocked=self._start_reading)
        self.navigation = Navigation(scope, self.tabs, self._editor, self._leaving)
        self._own = OwnSession(scope)
        for listener in (self._outages.weigh, self._draw, self._keeping.note):
            self.workspace.listen(listener)

    def compose(self) -> ComposeResult:
        """Title, tabs, work, audit, keys."""
        self.tabs.fit(self.app.size, update=False)
        yield Pane(id="title")
        yield Pane(id="line")
        yield Pane(id="rewound")
        yield Pane(id="banner")
        yield TabStrip(id="tabs")
        with Horizontal(id="work"):
            page = ProviderPage(id="page")
            yield page.data_bind(MainScreen.open_page, MainScreen.outcome)
            yield Simulator(id="simulator").data_bind(MainScreen.open_page)
        yield AuditFeed(clock=self.session.connection.clock, id="audit")
        yield Pane(id="summary")
        yield KeyBar()
        yield Clock(self.session.connection.clock)

    def on_mount(self) -> None:
        """Start reading; the frame stands meanwhile."""
        if self._times is Times.LOCAL:
            self.tabs.feed.pane.action_zone()
        self._draw_title()
        self._connection.start()
        self._idle_lock.start()
        self.history.draw()
        self.run_worker(self._preview, group="preview")
        after_refresh(self, self._start_reading)

    def on_unmount(self) -> None:
        """Another screen has the connection, and another console the file of drafts."""
        self._connection.stop()
        self._idle_lock.stop()
        self._keeping.close()

    async def _preview(self) -> None:
        """The newest events with the first frame; importing the backend takes longer."""
        page = await self.session.audit_preview()
        if page is not None:
            self.tabs.feed.preview(page)

    def _start_reading(self) -> None:
        self._reader.start()

    @on(Clock.Ticked)
    def _minute(self) -> None:
        self._draw_title()
        self._connection.draw()
        self._outages.minute()
        self.run_worker(self._keep_awake, group="minute")
        self._reader.read_reports()

    async def _keep_awake(self) -> None:
        try:
            await self._idle_lock.minute()
        except NotAllowedError as error:
            await self._refused(error)

    async def _refused(self, error: NotAllowedError) -> None:
        """Do what a refusal of the session asks for."""
        if error.code is Code.SIGNED_OUT:
            self._ended(f"{error.refusal.message}. {error.refusal.remedy}.")
        elif error.code is Code.REAUTH_REQUIRED:
            await self._idle_lock.lock()
        else:
            self._say(render.failed(error.refusal))

    def _ended(self, notice: str) -> None:
        # A reader may notice it before the sign-out that caused it returns.
        if not self._leaving.signing_out:
            self.post_message(SessionEnded(notice))

    # What flows down

    def _arrived(self, state: ConsoleState) -> None:
        """Another reading of the team."""
        first = self.workspace.state is None
        named = {provider.slug: short_name(provider) for provider in state.providers}
        self.tabs.feed.pane.state.call_providers(named)
        lost = self.workspace.arrived(state)
        self.saver.settle_doubts()
        self.set_class(not state.me.role.administers, "-no-log")
        self.app.title = f"bgconsole: {state.me.team}"
        for draft in lost:
            changes = f"{draft.changes} unsaved change{'s' if draft.changes > 1 else ''}"
            tell(self, Tone.CARE, f"{draft.provider} was removed, with your {changes}")
        if first and self.focused is None:
            self.tabs.focus()

    def _draw(self) -> None:
        """The workspace, or the use of the lists, is another one."""
        self._draw_title()
        if self.workspace.state is None:
            return
        view = self.workspace.view
        self.set_class(view is None, "-empty")
        self.open_page = OpenPage(
            view,
            self.workspace.administers,
            self.workspace.why_no_change,
            self._outages.usage,
            None if view is None else self._outages.of(view.detail.slug),
            self.session.connection.clock(),
        )
        if self.tabs.filling is not None:
            self.tabs.filling.draw()
        self._outages.draw()
        self._draw_around()
        self.refresh_bindings()

    def _draw_title(self) -> None:
        connection, state = self.session.connection, self.workspace.state
        me = state.me if state else None
        draw = partial(
            title_line, me.team if me else None, me, connection.place, connection.clock()
        )
        self.query_one("#title", Pane).show(partial(draw, read_only=self.workspace.read_only))

    @on(Resize)
    def _resized(self, event: Resize) -> None:
        self.tabs.fit(event.size)
        self._draw_around()

    def _draw_around(self) -> None:
        """Mark the tab in front; under a page on a small terminal, what the others would say."""
        self.query_one(TabStrip).show(self.tabs.row(self._outages.badge), self.tabs.active)
        self._draw_summary()

    @on(Simulator.Answered)
    def _draw_summary(self) -> None:
        pane, view = self.query_one("#summary", Pane), self.workspace.view
        has_room = self.tabs.narrow and self.app.size.height >= _LOW
        if view is None or self.tabs.front != PAGE or not has_room:
            pane.show(lambda _width: EMPTY)
            return
        teams = (view.saved, view.drafted)
        pane.show(partial(summary, self.tabs.simulator.simulation, teams, self._outages.usage))

    def _say(self, outcome: Content) -> None:
        self.outcome = outcome

    def commands_elsewhere(self) -> "tuple[Command, ...]":
        """What can be done on the tabs that are not in front."""
        return self.tabs.commands_elsewhere()

    # What the parts want

    @on(ProviderPage.AddWanted)
    def _add_wanted(self, event: ProviderPage.AddWanted) -> None:
        self._editor.add_typed(event.email)

    @on(TeamTab.ListWanted)
    def _list_wanted(self, event: TeamTab.ListWanted) -> None:
        self._editor.add_from_tab(event.email, event.slug)

    @on(Simulator.ListWanted)
    def _list_from_simulator(self, event: Simulator.ListWanted) -> None:
        self._editor.add_from_simulator(event.email)

    @on(BadgeList.RemoveWanted)
    def _remove_wanted(self, event: BadgeList.RemoveWanted) -> None:
        self._editor.remove(event.email)

    @on(BadgeList.Highlighted)
    def _highlighted(self, event: BadgeList.Highlighted) -> None:
        if self.tabs.page.badges.has_focus or self.tabs.front != SIMULATOR:
            self.tabs.simulator.ask_about(event.email)

    @on(TeamTab.TeamChanged)
    def _team_changed(self) -> None:
        self.run_worker(self._reader.read_again, group="read", exclusive=True)

    @on(TeamTab.NotAllowed)
    def _tab_not_allowed(self, event: TeamTab.NotAllowed) -> None:
        self.run_worker(partial(self._refused, event.error))

    @on(TeamTab.ProviderWanted)
    def _provider_wanted(self, event: TeamTab.ProviderWanted) -> None:
        self.navigation.open_provider(event.slug)

    @on(TeamTab.PersonWanted)
    async def _person_wanted(self, event: TeamTab.PersonWanted) -> None:
        await self.navigation.ask_about(event.email, event.condition)

    @on(TabStrip.Chosen)
    async def _tab_chosen(self, event: TabStrip.Chosen) -> None:
        await self.navigation.open_key(event.key)

    @on(ProviderPage.RowsWanted)
    def _rows_wanted(self, message: ProviderPage.RowsWanted) -> None:
        self.tabs.share_rows(message.loose, message.tight)

    @on(AuditFeed.Happened)
    def _log_grew(self, message: AuditFeed.Happened) -> None:
        self._reader.happened(message.events)

    @on(AuditFeed.LastLoginKnown)
    def _last_login_known(self, message: AuditFeed.LastLoginKnown) -> None:
        self._outages.last_login_known(message.event)
        self._draw_summary()

    @on(AuditFeed.SignedOut)
    def _feed_signed_out(self) -> None:
        self._ended("You are signed out. Sign in again.")

    @on(AuditFeed.Answered)
    def _log_read(self) -> None:
        self.session.connection_state.answered()
        self.history.log_read()

    @on(AuditFeed.Failed)
    def _log_not_read(self, message: AuditFeed.Failed) -> None:
        self.session.connection_state.failed(message.error)

    @on(AuditFeed.Rewound)
    def _log_went_back(self, message: AuditFeed.Rewound) -> None:
        self.history.went_back(message.error)

    # The connection

    def _connection_changed(self) -> None:
        self.refresh_bindings()
        if self.tabs.filling is not None:
            self.tabs.filling.refresh_bindings()
        self.saver.line_changed()

    def _connection_back(self) -> None:
        self.tabs.feed.try_now()
        self._reader.start()

    # Leaving

    @property
    def unsaved(self) -> bool:
        """Whether leaving would drop changes."""
        return self.workspace.unsaved

    def ask_before_leaving(self, leave: Callable[[], Awaitable[None]]) -> None:
        """Ask what becomes of the drafts, and `leave` unless that is to go on editing."""
        self._leaving.ask(leave)

    def keep_drafts(self) -> None:
        """Write down what is not saved, at once: the screen is about to go."""
        self._keeping.keep_now()

    # What can be done: each is a line of the table

    def action_add(self) -> None:
        self._editor.add()

    def action_enforce(self) -> None:
        self._editor.enforce()

    def action_edit(self) -> None:
        self._editor.edit()

    def action_undo(self) -> None:
        self._editor.undo()

    def action_redo(self) -> None:
        self._editor.redo()

    def action_save(self) -> None:
        self.saver.start()

    def action_set_up(self) -> None:
        self._sso.set_up()

    def action_check(self) -> None:
        self._sso.check()

    def action_back(self) -> None:
        self.navigation.back()

    async def action_tab(self, tab: str) -> None:
        await self.navigation.open_tab(tab)

    async def action_step(self, step: int) -> None:
        await self.navigation.step(step)

    def action_provider(self, number: int) -> None:
        self.navigation.open_number(number)

    def action_attempt(self) -> None:
        self.navigation.attempt()

    def action_glass(self) -> None:
        self.navigation.glass()

    def action_failures(self) -> None:
        self.navigation.failures()

    def action_all_events(self) -> None:
        self.navigation.all_events()

    def action_filter(self) -> None:
        self.navigation.filter()

    def action_history(self) -> None:
        self.history.explain()

    def action_change_password(self) -> None:
        self._own.change_password()

    def action_read_only(self) -> None:
        self._own.switch_read_only()

    def action_sign_out(self) -> None:
        self._leaving.sign_out()
