"""The main screen: a provider's page, the simulator beside it, the live audit below."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.screen import Screen

from bgconsole.backend.errors import BackendError, BatchRefusedError, NotAllowedError
from bgconsole.backend.values import Me
from bgconsole.policy.email import InvalidEmailError, canonical_email
from bgconsole.policy.entries import check_addition
from bgconsole.policy.refusals import Code
from bgconsole.tui.drafts import Draft
from bgconsole.tui.render import dialogs as render
from bgconsole.tui.render.tabs import provider_tab
from bgconsole.tui.render.text import EMPTY
from bgconsole.tui.render.title import title_line
from bgconsole.tui.saving import save
from bgconsole.tui.screens.dialogs import LeaveDialog, ProofDialog
from bgconsole.tui.session import Session
from bgconsole.tui.state import ConsoleState, ProviderView, provider_view
from bgconsole.tui.widgets.badge_list import BadgeList
from bgconsole.tui.widgets.clock import Clock
from bgconsole.tui.widgets.key_bar import KeyBar
from bgconsole.tui.widgets.pane import Pane
from bgconsole.tui.widgets.provider_page import ProviderPage
from bgconsole.tui.widgets.simulator import Simulator
from bgconsole.tui.widgets.tab_strip import Tab, TabStrip

_NARROW: Final = 100
_LOW: Final = 30


class Part(StrEnum):
    """What a small terminal shows; a large one shows all of them."""

    PAGE = "page"
    SIMULATOR = "simulator"
    AUDIT = "audit"


class MainScreen(Screen[None]):
    """Holds the state and the drafts, calls the backend, hands views down."""

    @dataclass
    class Ended(Message):
        """The session is over."""

        notice: str

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add", id="main.add", tooltip="Add somebody to the list"),
        Binding("t", "enforce", "enforce", id="main.enforce", tooltip="Turn enforcement on or off"),
        Binding("e", "edit", "edit", id="main.edit", tooltip="Edit the list"),
        Binding("u", "undo", "undo", id="main.undo", tooltip="Undo the last change"),
        Binding("ctrl+s,W", "save", "save", id="main.save", tooltip="Save switch and list"),
        Binding("escape", "back", "back", id="main.back", tooltip="One step back"),
        Binding("slash", "simulate", "can X get in?", id="main.simulate", tooltip="Ask the rules"),
        Binding("l", "audit", "audit", id="main.audit", tooltip="Go to the audit log"),
        Binding("b", "break_glass", "break-glass", id="main.glass", tooltip="Only its events"),
        Binding("f", "filter", "filter", id="main.filter", tooltip="Choose event types"),
        Binding("F", "unfilter", show=False),
        Binding("o", "sign_out", "sign out", id="main.sign_out", tooltip="End this session"),
        *(Binding(str(n), f"provider({n})", show=False) for n in range(1, 10)),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._state: ConsoleState | None = None
        self._drafts: dict[str, Draft] = {}
        self._slug: str | None = None
        self._editing = False
        self._part = Part.PAGE
        self._saving = False

    def compose(self) -> ComposeResult:
        """Title, tabs, work, audit, keys."""
        yield Pane(id="title")
        yield TabStrip(id="tabs")
        with Horizontal(id="work"):
            yield ProviderPage(id="page")
            yield Simulator(id="simulator")
        yield KeyBar()
        yield Clock(self._session.connection.clock)

    def on_mount(self) -> None:
        """Start reading; the frame stands meanwhile."""
        self._draw_title()
        self.run_worker(self._read(), group="read", exclusive=True)

    def on_resize(self, event: Resize) -> None:
        """Under 100 columns or 30 rows: one column, the parts one at a time."""
        narrow = event.size.width < _NARROW or event.size.height < _LOW
        self.set_class(narrow, "-narrow")
        self._show_part(self._part)
        self._draw_title()

    def on_clock_ticked(self) -> None:
        """Another minute."""
        self._draw_title()

    # Reading

    async def _read(self) -> None:
        try:
            backend = await self._session.backend()
            caller = self._session.caller
            me = await backend.me(caller)
            providers = await backend.providers(caller)
            self._arrived(ConsoleState(me, providers, self._state.members if self._state else {}))
            if me.role.administers:
                members = await backend.members(caller)
                self._arrived(ConsoleState(me, providers, {m.email: m for m in members}))
        except NotAllowedError as error:
            await self._not_allowed(error)
        except BackendError as error:
            self._tell(render.failed(error.refusal))

    async def _not_allowed(self, error: NotAllowedError) -> None:
        if error.code is Code.SIGNED_OUT:
            self.post_message(self.Ended("You are signed out. Sign in again."))
        elif error.code is Code.REAUTH_REQUIRED:
            if await self.app.push_screen_wait(ProofDialog(self._session)):
                self.run_worker(self._read(), group="read", exclusive=True)
        else:
            self._tell(render.failed(error.refusal))

    def _arrived(self, state: ConsoleState) -> None:
        self._state = state
        for slug, draft in list(self._drafts.items()):
            detail = state.provider(slug)
            if detail is None or not draft.dirty:
                del self._drafts[slug]
        if self._slug is None or state.provider(self._slug) is None:
            self._slug = state.providers[0].slug if state.providers else None
        self._draw()
        if self.focused is None:
            self._focus_page()

    # Drawing

    @property
    def _view(self) -> ProviderView | None:
        if self._state is None or self._slug is None:
            return None
        return provider_view(self._state, self._slug, self._drafts, editing=self._editing)

    def _draw(self) -> None:
        view = self._view
        self._draw_title()
        if view is None or self._state is None:
            return
        self._page.show(view)
        self._simulator.show(view)
        self._draw_tabs()
        self.refresh_bindings()

    def _draw_tabs(self) -> None:
        if self._state is None:
            return
        tabs: list[Tab] = []
        for number, detail in enumerate(self._state.providers, start=1):
            view = provider_view(self._state, detail.slug, self._drafts, editing=False)
            if view is not None:
                tabs.append(provider_tab(number, view))
        active = next((t.key for t, p in zip(tabs, self._state.providers, strict=True)
                       if p.slug == self._slug), "")  # fmt: skip
        if self.has_class("-narrow"):
            tabs += [Tab("/", "Simulator"), Tab("l", "Audit")]
            active = {Part.SIMULATOR: "/", Part.AUDIT: "l"}.get(self._part, active)
        self.query_one("#tabs", TabStrip).show(tuple(tabs), active)

    def _draw_title(self) -> None:
        connection = self._session.connection
        me: Me | None = self._state.me if self._state else None
        self.query_one("#title", Pane).show(
            partial(
                title_line,
                me.team if me else None,
                me,
                connection.place,
                connection.clock(),
                read_only=connection.read_only,
            )
        )

    def _tell(self, outcome: Content) -> None:
        self._page.tell(outcome)

    def _show_part(self, part: Part) -> None:
        self._part = part
        narrow = self.has_class("-narrow")
        for name in Part:
            self.set_class(narrow and part is not name, f"-no-{name}")
        self._draw_tabs()

    @property
    def _page(self) -> ProviderPage:
        return self.query_one("#page", ProviderPage)

    @property
    def _simulator(self) -> Simulator:
        return self.query_one("#simulator", Simulator)

    def _focus_page(self) -> None:
        if self._page.badges.display:
            self._page.badges.focus()
        else:
            self.set_focus(None)

    # Editing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now stays in the key bar, dim."""
        view = self._view
        if action in {"add", "enforce", "edit", "undo", "save"}:
            if view is None or not view.administers or self._session.connection.read_only:
                return None
            if action in {"add", "edit"} and not view.draft.current.enforced:
                return None
            if action == "undo" and not view.draft.past:
                return None
            if action == "save" and (not view.draft.dirty or self._saving):
                return None
        if action in {"break_glass", "filter", "unfilter", "audit"}:
            return view is not None and view.administers
        return True

    def _edit(self, draft: Draft) -> None:
        if self._slug is not None:
            self._drafts[self._slug] = draft
            self._page.tell(EMPTY)
            self._draw()

    def action_enforce(self) -> None:
        """Turn enforcement on or off in the draft; turning it on opens the list."""
        view = self._view
        if view is None:
            return
        draft = view.draft.toggled()
        self._editing = self._editing or draft.current.enforced
        self._edit(draft)
        if not draft.current.enforced or not draft.rows:
            self._focus_page()
        if draft.current.enforced and not draft.rows:
            self._page.field.focus()

    def action_edit(self) -> None:
        """Open the list for editing, or close it when there is nothing to lose."""
        view = self._view
        if view is None:
            return
        self._editing = not self._editing or view.draft.dirty
        self._draw()
        self._focus_page()

    def action_add(self) -> None:
        """Open the list and go to the add field."""
        self._show_part(Part.PAGE)
        self._editing = True
        self._draw()
        self._page.field.focus()

    def action_undo(self) -> None:
        """Undo the last change of the draft."""
        view = self._view
        if view is not None:
            self._edit(view.draft.undone())

    @on(ProviderPage.AddWanted)
    def _add(self, event: ProviderPage.AddWanted) -> None:
        view = self._view
        if view is None:
            return
        try:
            email = canonical_email(event.email)
        except InvalidEmailError:
            email = event.email
        person = view.saved.people.get(email)
        refused = check_addition(email, view.draft.current.emails, person)
        if refused is None:
            self._edit(view.draft.added(email))
        self._page.answer_add(refused)

    @on(BadgeList.RemoveWanted)
    def _remove(self, event: BadgeList.RemoveWanted) -> None:
        view = self._view
        if view is None or self.check_action("edit", ()) is None:
            return
        self._editing = True
        listed = event.email in view.draft.current.emails
        self._edit(view.draft.removed(event.email) if listed else view.draft.added(event.email))

    @on(BadgeList.Highlighted)
    def _highlighted(self, event: BadgeList.Highlighted) -> None:
        self._simulator.ask_about(event.email)

    def action_save(self) -> None:
        """Save switch and list of this provider."""
        view = self._view
        if view is not None and view.draft.dirty and not self._saving:
            self._saving = True
            self._tell(render.note("Saving …"))
            self.run_worker(self._save(view), group="save")

    async def _save(self, view: ProviderView) -> None:
        try:
            stored = await save(self, self._session, view)
        except BatchRefusedError as error:
            self._tell(render.failed(error.items[0].refusal, error.items[0].email))
        except NotAllowedError as error:
            await self._not_allowed(error)
        except BackendError as error:
            self._tell(render.failed(error.refusal))
        else:
            self._stored(view.detail.slug, done=stored is not None)
        finally:
            self._saving = False
            self.refresh_bindings()

    def _stored(self, slug: str, *, done: bool) -> None:
        if not done:
            self._tell(render.note("Not saved: the draft is kept"))
            return
        self._drafts.pop(slug, None)
        self._editing = False
        self._tell(render.saved(self._session.connection.clock()))
        self._draw()
        self._focus_page()
        self.run_worker(self._read(), group="read", exclusive=True)

    # Moving about

    def action_back(self) -> None:
        """One step back: field, list, editing; asks before changes are dropped."""
        view = self._view
        badges = self._page.badges
        if self._part is not Part.PAGE:
            self._show_part(Part.PAGE)
            self._focus_page()
        elif self.focused is not None and self.focused is not badges:
            self._focus_page()
        elif view is not None and view.draft.dirty:
            self.app.push_screen(LeaveDialog(), self._left)
        elif self._editing:
            self._editing = False
            self._draw()

    def _left(self, drop: bool | None) -> None:
        if drop and self._slug is not None:
            self._drafts.pop(self._slug, None)
            self._editing = False
            self._draw()
            self._focus_page()

    def action_provider(self, number: int) -> None:
        """Go to the page of the provider of that number."""
        providers = self._state.providers if self._state else ()
        if number <= len(providers):
            self._slug = providers[number - 1].slug
            self._editing = self._slug in self._drafts
            self._page.answer_add(None)
            self._page.tell(EMPTY)
            self._show_part(Part.PAGE)
            self._draw()
            self._focus_page()

    @on(TabStrip.Chosen)
    def _tab_chosen(self, event: TabStrip.Chosen) -> None:
        if event.key.isdigit():
            self.action_provider(int(event.key))
        elif event.key == "/":
            self.action_simulate()
        else:
            self.action_audit()

    def action_simulate(self) -> None:
        """Go to the simulator's question."""
        self._show_part(Part.SIMULATOR)
        self._simulator.focus_question()

    def action_audit(self) -> None:
        """Go to the audit pane."""
        self._show_part(Part.AUDIT)

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
        self.post_message(self.Ended("You are signed out."))
