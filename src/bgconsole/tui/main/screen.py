"""The main screen: a provider's page, the simulator beside it, the live audit below."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.reactive import var
from textual.screen import Screen

from bgconsole.backend.errors import NotAllowedError
from bgconsole.files.settings import Times
from bgconsole.policy.refusals import Code
from bgconsole.tui.audit.feed import AuditFeed
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
from bgconsole.tui.main.actions import BINDINGS as KEYS
from bgconsole.tui.main.connection_monitor import ConnectionMonitor
from bgconsole.tui.main.draft_editor import EDITS, DraftEditor
from bgconsole.tui.main.draft_keeping import DraftKeeping
from bgconsole.tui.main.draft_saver import DraftSaver
from bgconsole.tui.main.idle_lock import IdleLock
from bgconsole.tui.main.leaving import Leaving
from bgconsole.tui.main.log_history_warning import LogHistoryWarning
from bgconsole.tui.main.outage_banner import OutageBanner
from bgconsole.tui.main.provider_sso import ProviderSso
from bgconsole.tui.main.render.summary import summary
from bgconsole.tui.main.scope import (
    NO_ADMIN,
    NO_PROVIDER,
    NOT_READ,
    READ_ONLY,
    READ_ONLY_START,
    MainScope,
)
from bgconsole.tui.main.tab_strip import TabStrip
from bgconsole.tui.main.tab_table import AUDIT, PAGE, SIMULATOR, id_of
from bgconsole.tui.main.tabs import WITH_PAGE, Tabs
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


class MainScreen(Screen[None]):
    """Puts its objects together, hands keys and messages on, and lets what changed flow down."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS

    shown: var[OpenPage | None] = var(None, init=False)
    outcome: var[Content] = var(EMPTY, init=False)
    """What became of the last act; shown beside the save row."""

    def __init__(self, session: Session, times: Times = Times.UTC) -> None:
        super().__init__()
        self.session = session
        self.workspace = Workspace(read_only=session.connection.read_only)
        self._times = times
        scope = MainScope(self, session, self.workspace, self._say, self._refused)
        self._tabs = Tabs(self, session, self.workspace, self._draw_around)
        self._outages = OutageBanner(scope, self._draw)
        self._history = LogHistoryWarning(scope, self._start_reading)
        self._reader = TeamReader(scope, self._tabs, self._history, self._arrived)
        self._sso = ProviderSso(scope, self._reader)
        self._editor = DraftEditor(scope, self._tabs)
        self._saver = DraftSaver(scope, self._tabs, self._reader)
        self._keeping = DraftKeeping(scope, self._tabs.focus)
        self._leaving = Leaving(scope, self._editor, self._saver, self._keeping)
        self._connection = ConnectionMonitor(scope, self._connection_changed, self._connection_back)
        self._idle_lock = IdleLock(self, session, unlocked=self._start_reading)
        for listener in (self._outages.weigh, self._draw, self._keeping.note):
            self.workspace.listen(listener)

    def compose(self) -> ComposeResult:
        """Title, tabs, work, audit, keys."""
        self._tabs.fit(self.app.size, update=False)
        yield Pane(id="title")
        yield Pane(id="line")
        yield Pane(id="rewound")
        yield Pane(id="banner")
        yield TabStrip(id="tabs")
        with Horizontal(id="work"):
            page = ProviderPage(id="page")
            yield page.data_bind(MainScreen.shown, MainScreen.outcome)
            yield Simulator(id="simulator").data_bind(MainScreen.shown)
        yield AuditFeed(clock=self.session.connection.clock, id="audit")
        yield Pane(id="summary")
        yield KeyBar()
        yield Clock(self.session.connection.clock)

    def on_mount(self) -> None:
        """Start reading; the frame stands meanwhile."""
        if self._times is Times.LOCAL:
            self._tabs.feed.pane.action_zone()
        self._draw_title()
        self._connection.start()
        self._history.draw()
        self.run_worker(self._preview, group="preview")
        after_refresh(self, self._start_reading)

    def on_unmount(self) -> None:
        """Another screen has the connection, and another console the file of drafts."""
        self._connection.stop()
        self._keeping.close()

    async def _preview(self) -> None:
        """The newest events with the first frame; importing the backend takes longer."""
        page = await self.session.audit_preview()
        if page is not None:
            self._tabs.feed.preview(page)

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
        lost = self.workspace.arrived(state)
        self._saver.settle_doubts()
        self.set_class(not state.me.role.administers, "-no-log")
        self.app.title = f"bgconsole: {state.me.team}"
        for draft in lost:
            changes = f"{draft.changes} unsaved change{'s' if draft.changes > 1 else ''}"
            tell(self, Tone.CARE, f"{draft.provider} was removed, with your {changes} to it")
        if first and self.focused is None:
            self._tabs.focus()

    def _draw(self) -> None:
        """The workspace, or the use of the lists, is another one."""
        self._draw_title()
        if self.workspace.state is None:
            return
        view = self.workspace.view
        self.set_class(view is None, "-empty")
        self.shown = OpenPage(
            view,
            self.workspace.administers,
            self._outages.usage,
            None if view is None else self._outages.of(view.detail.slug),
            self.session.connection.clock(),
        )
        if self._tabs.filling is not None:
            self._tabs.filling.draw()
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
        self._tabs.fit(event.size)
        self._draw_around()

    def _draw_around(self) -> None:
        """Mark the tab in front; under a page on a small terminal, what the others would say."""
        self.query_one(TabStrip).show(self._tabs.row(self._outages.badge), self._tabs.active)
        self._draw_summary()

    @on(Simulator.Answered)
    def _draw_summary(self) -> None:
        pane, view = self.query_one("#summary", Pane), self.workspace.view
        has_room = self._tabs.narrow and self.app.size.height >= _LOW
        if view is None or self._tabs.front != PAGE or not has_room:
            pane.show(lambda _width: EMPTY)
            return
        teams = (view.saved, view.drafted)
        pane.show(partial(summary, self._tabs.simulator.simulation, teams, self._outages.usage))

    def _say(self, outcome: Content) -> None:
        self.outcome = outcome

    # What can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now stays in the key bar, dim; what a tab has a key for does not."""
        if action in {"glass", "filter", "audit", "tab"}:
            return self.workspace.administers
        if action == "history":
            return self._history.can_be_explained
        if action in EDITS:
            if not self._editor.offers(action):
                return False
        elif action in {"set_up", "check"} and self._tabs.front not in WITH_PAGE:
            return False
        return True if self.disabled_reason(action) is None else None

    def disabled_reason(self, action: str) -> str | None:
        """Why an action of the screen cannot be done now; None where it can."""
        if action in EDITS:
            return self._why_no_edit(action) if self._editor.offers(action) else None
        match action:
            case "set_up":
                return self._sso.why_no_set_up()
            case "check":
                return self._sso.why_no_check()
            case "read_only":
                return self._why_not_switch()
            case "change_password":
                return self._why_no_password()
            case "sign_out":
                return self.session.connection_state.why_not
            case "step":
                return "There is no other tab" if len(self._tabs.row()) < 2 else None
            case "simulate":
                nobody = self.workspace.state is not None and self.workspace.view is None
                return NO_PROVIDER if nobody else None
            case "attempt":
                return self._why_no_attempt()
            case _:
                return None

    def _why_no_edit(self, action: str) -> str | None:
        reason = self._editor.why_not(action)
        return self._saver.why_not() if reason is None and action == "save" else reason

    def _why_not_switch(self) -> str | None:
        if self.workspace.state is None:
            return NOT_READ
        if self.session.connection.read_only:
            return READ_ONLY_START
        return None if self.workspace.administers else NO_ADMIN

    def _why_no_password(self) -> str | None:
        if self.workspace.state is None:
            return NOT_READ
        if self.session.connection.read_only:
            return READ_ONLY_START
        return READ_ONLY if self.workspace.read_only else self.session.connection_state.why_not

    def _why_no_attempt(self) -> str | None:
        if self.workspace.read_only:
            return "This console is read-only: a login would write to the audit log"
        if self._tabs.simulator.simulation is None:
            return "Choose a person first: / and a few letters"
        return self.session.connection_state.why_not

    def key_detail(self, action: str) -> str:
        """What undo and redo are about, for the key bar."""
        return self._editor.detail(action) if action in {"undo", "redo"} else ""

    def commands_elsewhere(self) -> "tuple[Command, ...]":
        """What can be done on the tabs that are not in front."""
        return self._tabs.commands_elsewhere()

    # Changing the draft

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
        self._saver.start()

    def action_set_up(self) -> None:
        self._sso.set_up()

    def action_check(self) -> None:
        self._sso.check()

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
        self._tabs.simulator.ask_about(event.email)

    @on(TeamTab.TeamChanged)
    def _team_changed(self) -> None:
        self.run_worker(self._reader.read_again, group="read", exclusive=True)

    @on(TeamTab.NotAllowed)
    def _tab_not_allowed(self, event: TeamTab.NotAllowed) -> None:
        self.run_worker(partial(self._refused, event.error))

    # Moving about

    def action_back(self) -> None:
        """One step back: field, list, editing; asks before changes are dropped."""
        view, tabs = self.workspace.view, self._tabs
        if tabs.front != PAGE:
            tabs.show(PAGE)
            tabs.focus()
        elif self.focused is not None and self.focused is not tabs.page.badges:
            tabs.focus()
        elif view is not None and view.draft.dirty:
            self._leaving.ask_to_cancel(view)
        elif self.workspace.editing:
            self._editor.edit()

    async def action_tab(self, tab: str) -> None:
        await self._tabs.open(tab)

    async def action_simulate(self) -> None:
        await self._tabs.open(SIMULATOR)

    async def action_audit(self) -> None:
        await self._tabs.open(AUDIT)

    async def action_step(self, step: int) -> None:
        """Go to the tab so many to the right, round and round."""
        await self._open(self._tabs.beside(step))

    @on(TabStrip.Chosen)
    async def _tab_chosen(self, event: TabStrip.Chosen) -> None:
        await self._open(event.key)

    async def _open(self, key: str) -> None:
        if key.isdigit():
            self.action_provider(int(key))
        else:
            await self._tabs.open(id_of(key))

    def action_provider(self, number: int) -> None:
        """Go to the page of the provider of that number; says what stays unsaved behind."""
        slugs = [view.detail.slug for view in self.workspace.views]
        if 1 <= number <= len(slugs):
            self._open_provider(slugs[number - 1])

    @on(TeamTab.ProviderWanted)
    def _provider_wanted(self, event: TeamTab.ProviderWanted) -> None:
        if event.slug in {view.detail.slug for view in self.workspace.views}:
            self._open_provider(event.slug)

    def _open_provider(self, slug: str) -> None:
        left = self.workspace.view
        self._tabs.page.answer_add(None)
        self._tabs.show(PAGE)
        self._say(EMPTY)
        self.workspace.open(slug)
        self._tabs.focus()
        if left is not None and left.draft.dirty and left.detail.slug != slug:
            size = left.draft.delta.size
            changes = f"{size} unsaved change{'' if size == 1 else 's'}"
            self._say(render.note(f"{short_name(left.detail)} has {changes}: kept"))

    @on(TeamTab.PersonWanted)
    async def _person_wanted(self, event: TeamTab.PersonWanted) -> None:
        await self._tabs.open(SIMULATOR)
        self._tabs.simulator.ask_about(event.email)

    def action_attempt(self) -> None:
        """Try a real login of whom the simulator is asked about."""
        from bgconsole.tui.provider_page.attempt_dialog import AttemptDialog

        state, asked = self.workspace.state, self._tabs.simulator.simulation
        if state is None or asked is None:
            return
        lists = {provider.slug: short_name(provider) for provider in state.providers}
        self.app.push_screen(AttemptDialog(self.session, asked.email, state.me.email, lists))

    # The audit log

    def action_glass(self) -> None:
        """Show break-glass events only, or all again; the cursor is on the newest."""
        self._tabs.feed.pane.action_glass_only()
        if self._tabs.narrow:
            self._tabs.show(AUDIT)
        self._tabs.feed.pane.focus()

    def action_filter(self) -> None:
        """Choose which events to show."""
        self._tabs.feed.pane.action_filter()

    def action_history(self) -> None:
        self._history.explain()

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
        self._history.log_read()

    @on(AuditFeed.Failed)
    def _log_not_read(self, message: AuditFeed.Failed) -> None:
        self.session.connection_state.failed(message.error)

    @on(AuditFeed.Rewound)
    def _log_went_back(self, message: AuditFeed.Rewound) -> None:
        self._history.went_back(message.error)

    # The connection

    def _connection_changed(self) -> None:
        self.refresh_bindings()
        if self._tabs.filling is not None:
            self._tabs.filling.refresh_bindings()
        self._saver.line_changed()

    def _connection_back(self) -> None:
        self._tabs.feed.try_now()
        self._reader.start()

    # Leaving, and one's own session

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

    def action_sign_out(self) -> None:
        self._leaving.sign_out()

    def action_read_only(self) -> None:
        """Switch this console's own changes off, or on again; drafts stay."""
        self.workspace.switch_read_only()
        if self.workspace.read_only:
            kept = "Your draft is kept. " if self.workspace.unsaved else ""
            tell(self, Tone.CARE, "Read-only: nothing can be changed here", f"{kept}R ends it")
        else:
            tell(self, Tone.DONE, "Changes are possible again")

    def action_change_password(self) -> None:
        """Change one's own password."""
        from bgconsole.tui.sign_in.password_screen import PasswordDialog

        if self.workspace.state is not None:
            me = self.workspace.state.me
            dialog = PasswordDialog(self.session, (me.email, me.name, me.team))
            self.app.push_screen(dialog, self._password_changed)

    def _password_changed(self, changed: bool | None) -> None:
        if changed:
            tell(self, Tone.DONE, "Your password is changed", "Your other sessions have ended")
