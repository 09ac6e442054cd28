"""A provider's page: its switch, what saving does, its list, the add field, the save row."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input

from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.completing_field import CompletingField
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.pane import Draw, Pane, rows_of
from bgconsole.tui.kit.render.changes import meanwhile
from bgconsole.tui.kit.render.probes import on_page
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.model.open_page import OpenPage
from bgconsole.tui.model.outages import Outage
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.provider_page.add_field import AddAnswer, AddField, candidates
from bgconsole.tui.provider_page.badge_list import BadgeList
from bgconsole.tui.provider_page.render import outage as told
from bgconsole.tui.provider_page.render import page as render
from bgconsole.tui.provider_page.rows import Part, shares

_GAPS: Final = 6
"""Blank rows between the parts, and around them, where there is room."""

_NARROW_GAPS: Final = 3
"""The same on a screen that shows the page alone."""

_EDITING: Final = ("add-row", "save-row", "add-answer", "badges", "consequence")
_READING: Final = ("save-row", "switch", "badges", "consequence")
_AROUND: Final = (
    "switch",
    "list-head",
    "meanwhile",
    "add-row",
    "add-answer",
    "what-now",
    "idp-on-page",
)
"""Who gets rows first: what one works on, what it means; then what is around it."""

_CURSOR_ROW: Final = 1


class ProviderPage(Vertical):
    """Shows a `ProviderView`; says what the user wants by messages."""

    @dataclass
    class AddWanted(Message):
        """Check this text as an email, and put it on the list."""

        email: str

    @dataclass
    class RowsWanted(Message):
        """What the page would show everything in, with gaps between its parts and without them."""

        loose: int
        tight: int

    open_page: var[OpenPage | None] = var(None, init=False)
    outcome: var[Content] = var(EMPTY, init=False)
    """What became of the last act, beside the save row."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._tight = False
        self._drawn_for = (False, False)
        self._wanted = (0, 0)

    def compose(self) -> ComposeResult:
        """From top to bottom: what is, what would be, who, and how to keep it."""
        yield Pane(id="switch")
        yield Pane(id="consequence")
        yield Pane(id="meanwhile")
        yield Pane(id="list-head")
        yield BadgeList(id="badges").data_bind(ProviderPage.open_page)
        yield FieldRow("Add", AddField(id="add", placeholder="name@example.com"), id="add-row")
        yield AddAnswer(id="add-answer")
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
        self.badges.display = self._lists
        self.query_one("#add-row").display = self._adds
        if not self._adds:
            self._empty_field()
        self.field.complete_by(partial(candidates, view, shown.now))
        self.add_answer.follow(self.field, view)
        self._draw()

    def watch_outcome(self) -> None:
        """Say what became of the last act."""
        self._draw()

    def on_descendant_focus(self) -> None:
        """Esc does something else there."""
        self._draw()

    def on_descendant_blur(self) -> None:
        """Esc does something else there."""
        self._draw()

    def on_hide(self) -> None:
        """What was refused is not what one comes back for."""
        self.add_answer.forget()

    def on_resize(self) -> None:
        """Gaps, rules and blank rows go first; then rows by what is worked on."""
        after_refresh(self, self._share_rows)

    @on(BadgeList.Highlighted)
    def _highlighted(self) -> None:
        after_refresh(self, self._draw_head)

    def _draw(self) -> None:
        self._drawn_for = self._tight, self._narrow
        for name, draw in self._parts(compact=self._compact).items():
            self._pane(name).show(draw)
        after_refresh(self, self._share_rows)

    def _draw_head(self) -> None:
        self._pane("list-head").show(self._parts(compact=self._compact)["list-head"])

    def _parts(self, *, compact: bool) -> dict[str, Draw]:
        """What each pane shows, but for the answer to an email."""
        shown, view, outage = self.open_page, self._view, self._outage
        if shown is None or view is None:
            return {}
        idp = self._tight or self._helping
        return {
            "switch": partial(render.switch, view),
            "consequence": partial(render.consequence, view, self._shut_out, compact=compact),
            "meanwhile": partial(meanwhile, view),
            "list-head": partial(render.list_head, view, self.badges.hidden, compact=compact),
            "what-now": partial(told.what_now, outage, view, compact=compact)
            if outage is not None and self._helping
            else _nothing,
            "save-row": self._save_row(view, compact=compact),
            "idp-on-page": _nothing if idp else partial(on_page, view, shown.now),
        }

    def _save_row(self, view: ProviderView, *, compact: bool) -> Draw:
        if self._helping and not self.outcome:
            return _nothing
        focused = self.screen.focused
        cancels = focused is None or focused is self.badges
        esc = "Cancel" if cancels else "To the list"
        return partial(render.save_row, view, self.outcome, esc, compact=compact)

    def _share_rows(self) -> None:
        """Every part gets its rows; where there are too few, by what is worked on."""
        width, room = self.content_size.width, self.outer_size.height
        if self._view is None or width < 1 or room < 1:
            return
        loose = self._rows(width, compact=self._narrow)
        tight = loose if self._narrow else self._rows(width, compact=True)
        # What others saved meanwhile has a blank row of its own.
        gaps = (_NARROW_GAPS if self._narrow else _GAPS) + (loose["meanwhile"] > 0)
        needs = sum(rows for name, rows in loose.items() if name != "idp-on-page") + gaps
        wanted = needs, sum(tight.values())
        if wanted != self._wanted:
            self._wanted = wanted
            self.post_message(self.RowsWanted(*wanted))
        if (needs > room) is not self._tight:
            self._tight = needs > room
            self.set_class(self._tight, "-tight")
        if self._drawn_for != (self._tight, self._narrow):
            self._draw()
            return
        order = _EDITING if self.field.has_focus else _READING
        wants = tight if self._tight else loose
        names = (*order, *(name for name in _AROUND if name not in order))
        given = shares(
            room if self._tight else room - gaps,
            [Part(name, wants[name], self._least(name, wants[name], order)) for name in names],
        )
        for name, rows in given.items():
            # What has all its rows grows and shrinks by itself, before the rows are shared again.
            most = rows if rows < wants[name] else None
            if name == "badges":
                self.badges.limit(most)
                self.badges.display = rows > 0
            elif name == "add-row":
                self.query_one("#add-row").display = rows > 0
            elif name == "idp-on-page" and most is not None:
                # Without one of its rows it would say something else.
                self._pane(name).limit(0)
            else:
                self._pane(name).limit(most)
        after_refresh(self, self._draw_head)

    @property
    def _narrow(self) -> bool:
        """Whether the page is alone on the screen."""
        return self.screen.has_class("-narrow")

    @property
    def _compact(self) -> bool:
        return self._tight or self._narrow

    def _rows(self, width: int, *, compact: bool) -> dict[str, int]:
        """What each part would take."""
        parts = self._parts(compact=compact)
        rows = {name: rows_of(draw, width) for name, draw in parts.items()}
        listed, adds = self._lists, self._adds
        rows["badges"] = self.badges.wanted if listed else 0
        rows["add-row"] = 1 if adds else 0
        rows["add-answer"] = self._pane("add-answer").rows(width) if adds else 0
        return rows

    def _least(self, name: str, wanted: int, order: tuple[str, ...]) -> int:
        """All of what is worked on, the cursor's row of the list, and to whom saving does what."""
        if name not in order:
            return 0
        if name == "badges":
            return min(wanted, _CURSOR_ROW)
        view = self._view
        if name != "consequence" or view is None:
            return wanted
        who = partial(render.consequence, view, self._shut_out, compact=self._compact, hints=False)
        return min(wanted, rows_of(who, self.content_size.width) + 1)

    @property
    def _shut_out(self) -> render.Above | None:
        """Tells whom an outage shuts out, while there is one."""
        return None if self._outage is None else partial(told.shut_out, self._outage)

    @property
    def _lists(self) -> bool:
        """Whether the list is shown; one that is dormant, if there is anybody on it."""
        view = self._view
        if view is None or not view.administers:
            return False
        return view.draft.current.enforced or bool(view.draft.rows)

    @property
    def _adds(self) -> bool:
        view = self._view
        return self._lists and view is not None and view.draft.current.enforced and view.editing

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
        shown = self.open_page
        if refused is None or shown is None or shown.view is None:
            self._empty_field()
        else:
            self.add_answer.refuse(refused, self.field.value, shown.view, shown.now)
            self.field.select_all()
        after_refresh(self, self._share_rows)

    def _empty_field(self) -> None:
        with self.prevent(Input.Changed):
            self.field.value = ""
        self.add_answer.forget()

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

    @property
    def add_answer(self) -> AddAnswer:
        """What is below the add field."""
        return self.query_one("#add-answer", AddAnswer)

    @on(Input.Submitted, "#add")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.post_message(self.AddWanted(event.value))
        else:
            self.post_message(FormField.Answered())

    @on(CompletingField.Offered, "#add")
    def _offered(self) -> None:
        self.add_answer.follow(self.field, self._view)
        after_refresh(self, self._share_rows)

    def _pane(self, name: str) -> Pane:
        return self.query_one(f"#{name}", Pane)


def _nothing(_width: int) -> Content:
    return EMPTY
