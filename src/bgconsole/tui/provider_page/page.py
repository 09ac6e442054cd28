"""A provider's page: its switch, what saving does, its list, the add field, the save row."""

from dataclasses import dataclass
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import var
from textual.suggester import Suggester
from textual.widgets import Input

from bgconsole.policy.refusals import Refusal
from bgconsole.policy.team import Person
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.field import Field
from bgconsole.tui.kit.heights import COLUMNS, ROWS
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.changes import meanwhile
from bgconsole.tui.kit.render.probes import on_page
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.model.open_page import OpenPage
from bgconsole.tui.model.outages import Outage
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.provider_page.badge_list import BadgeList
from bgconsole.tui.provider_page.render import outage as told
from bgconsole.tui.provider_page.render import page as render
from bgconsole.tui.provider_page.render.badges import add_answer

_MATCHES_SHOWN = 3
_IDP_ROWS = 3


class AddField(Field):
    """Where an email is typed to be added; tab completes a member's."""

    ACTIONS = (
        Action("entry.add", "enter", "check and add", "Check and add", "submit"),
        Action("add.complete", "tab", "complete", "Complete the email", "complete"),
        Action("add.list", "up", "list", "Back to the list", "app.focus_previous"),
        Action(None, "down", "", "", "app.focus_next", in_bar=False),
    )

    def action_complete(self) -> None:
        """Take the suggestion; where there is none, go on to the next field."""
        if self.value and self.suggester is not None and self._suggestion:
            self.value = self._suggestion
            self.cursor_position = len(self.value)
        else:
            self.screen.focus_next()


class _Members(Suggester):
    """Suggests the email that begins as typed."""

    def __init__(self, people: tuple[Person, ...]) -> None:
        super().__init__(use_cache=False, case_sensitive=False)
        self._emails = tuple(person.email for person in people)

    async def get_suggestion(self, value: str) -> str | None:
        """The first email that begins with `value`."""
        return next((email for email in self._emails if email.casefold().startswith(value)), None)


class ProviderPage(Vertical):
    """Shows a `ProviderView`; says what the user wants by messages."""

    @dataclass
    class AddWanted(Message):
        """Check this text as an email, and put it on the list."""

        email: str

    open_page: var[OpenPage | None] = var(None, init=False)
    outcome: var[Content] = var(EMPTY, init=False)
    """What became of the last act, beside the save row."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._people: tuple[Person, ...] = ()
        self._compact = False
        self._has_room = False

    def compose(self) -> ComposeResult:
        """From top to bottom: what is, what would be, who, and how to keep it."""
        yield Pane(id="switch")
        yield Pane(id="consequence")
        yield Pane(id="meanwhile")
        yield Pane(id="list-head")
        yield BadgeList(id="badges").data_bind(ProviderPage.open_page)
        yield FieldRow("Add", AddField(id="add", placeholder="name@example.com"), id="add-row")
        yield Pane(id="add-answer")
        yield Pane(id="what-now")
        yield Pane(id="save-row")
        yield Pane(id="idp-on-page")

    def on_mount(self) -> None:
        """Nothing can be added before it is known where."""
        self.badges.display = self.query_one("#add-row").display = False

    @property
    def _view(self) -> ProviderView | None:
        return None if self.open_page is None else self.open_page.view

    @property
    def _outage(self) -> Outage | None:
        return None if self.open_page is None else self.open_page.outage

    def watch_open_page(self, shown: OpenPage | None) -> None:
        """Show the provider as stored and as drafted."""
        if shown is None:
            return
        view = shown.view
        if view is None:
            self._show_nothing(administers=shown.administers)
            return
        people = tuple(view.saved.people.values())
        if people != self._people:
            self._people = people
            self.field.suggester = _Members(people)
        listed = view.draft.current.enforced and view.administers
        self.badges.display = listed
        self.query_one("#add-row").display = listed and view.editing
        self._pane("add-answer").display = listed and view.editing
        self._draw()

    def watch_outcome(self, outcome: Content) -> None:
        """Say what became of the last act, in sight: a low terminal's page is the longer one."""
        self._draw_save_row()
        if outcome:
            row = self._pane("save-row")
            after_refresh(row, partial(row.scroll_visible, animate=False, immediate=True))

    def on_resize(self) -> None:
        """Rules and blank rows need room; without it they go first."""
        size = self.app.size
        compact = size.width < COLUMNS or size.height < ROWS
        if compact is not self._compact:
            self._compact = compact
            # Textual keeps the height of a widget that is drawn anew amid its own resizing.
            after_refresh(self, self._draw)
        else:
            after_refresh(self, self._fit_idp)

    def _draw(self) -> None:
        view, outage, compact = self._view, self._outage, self._compact
        if view is None:
            return
        above = None if outage is None else partial(told.shut_out, outage)
        self._pane("switch").show(partial(render.switch, view))
        self._pane("consequence").show(partial(render.consequence, view, above, compact=compact))
        self._pane("meanwhile").show(partial(meanwhile, view))
        self._pane("list-head").show(partial(render.list_head, view, compact=compact))
        help_for = outage if self._helping else None
        if help_for is None:
            self._pane("what-now").show(lambda _width: EMPTY)
        else:
            self._pane("what-now").show(partial(told.what_now, help_for, view, compact=compact))
        self._draw_save_row()
        self._draw_idp()
        after_refresh(self, self._fit_idp)

    def _draw_idp(self) -> None:
        shown, view = self.open_page, self._view
        if shown is None or view is None or not self._has_room:
            self._pane("idp-on-page").show(lambda _width: EMPTY)
        else:
            self._pane("idp-on-page").show(partial(on_page, view, shown.now))

    def _fit_idp(self) -> None:
        """What is known of the IdP stands below everything else, as long as nothing else goes."""
        pane = self._pane("idp-on-page")
        others = [child.region.bottom for child in self.children if child.display]
        others = [bottom for bottom in others if bottom <= pane.region.y or not pane.display]
        room = self.content_region.bottom - max(others, default=0)
        has_room = self.scroll_y == 0 and room > _IDP_ROWS
        if has_room is not self._has_room:
            self._has_room = has_room
            self._draw_idp()

    @property
    def _helping(self) -> bool:
        """Whether there is an outage, and nothing begun against it yet."""
        view = self._view
        if view is None or self._outage is None or view.editing or view.draft.dirty:
            return False
        return view.administers and bool(view.members)

    def _show_nothing(self, *, administers: bool) -> None:
        """Say that there is no provider, and what to press."""
        for child in self.children:
            child.display = False
        self._pane("switch").show(partial(render.no_provider, administers=administers))

    def answer_add(self, refused: Refusal | None) -> None:
        """Show why an email cannot be added, or empty the field for the next one."""
        if refused is None:
            self.field.value = ""
        self._pane("add-answer").show(partial(add_answer, refused, ()))

    @property
    def cursor_offset(self) -> Offset | None:
        """The switch: without a list there is nothing else that keys would be about."""
        return Offset() if self.screen.focused is None else None

    @property
    def badges(self) -> BadgeList:
        """The list."""
        return self.query_one("#badges", BadgeList)

    @property
    def field(self) -> AddField:
        """The add field."""
        return self.query_one("#add", AddField)

    @on(Input.Submitted, "#add")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.post_message(self.AddWanted(event.value))

    @on(Input.Changed, "#add")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        typed = event.value.strip().casefold()
        found = [
            p
            for p in self._people
            if typed and (typed in p.email.casefold() or typed in p.name.casefold())
        ]
        matches = tuple(found[:_MATCHES_SHOWN])
        if typed:
            self._pane("add-answer").show(partial(add_answer, None, matches))

    def _draw_save_row(self) -> None:
        view, outcome = self._view, self.outcome
        if view is None:
            return
        if self._helping and not outcome:
            self._pane("save-row").show(lambda _width: EMPTY)
            return
        draw = partial(render.save_row, view, outcome, compact=self._compact)
        self._pane("save-row").show(draw)

    def _pane(self, name: str) -> Pane:
        return self.query_one(f"#{name}", Pane)
