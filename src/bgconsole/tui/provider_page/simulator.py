"""The login simulator: any person by a few letters, a method, a case; a dry run on the rules."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input

from bgconsole.policy.login import Method
from bgconsole.policy.team import IdpState, Person
from bgconsole.policy.text import visible
from bgconsole.tui.kit.actions import Action, HasActions
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.choice import Choice
from bgconsole.tui.kit.completing_field import CompletedRow, CompletingField
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.heights import COLUMNS
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.completions import Completion
from bgconsole.tui.kit.render.text import spread, words
from bgconsole.tui.model.open_page import OpenPage
from bgconsole.tui.model.outages import Usage
from bgconsole.tui.model.people import people_called
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.simulation import Simulation
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.provider_page.render import simulator as render
from bgconsole.tui.provider_page.render.simulator_trace import Around
from bgconsole.tui.terminal.theme import DIM, STRONG

_METHODS: Final = (Method.PASSWORD, Method.SSO)
_CASES: Final = (IdpState.UP, IdpState.DOWN)
_FIELD: Final = 7
"""Columns before the list below the field: its email is where the letters are."""

_AT_NIGHT: Final = (_METHODS.index(Method.PASSWORD), _CASES.index(IdpState.DOWN))
"""The choices that are made from the start."""

_QUESTION: Final = 6
"""Rows of heading and question with their blank ones."""

_DRY: Final = "dry run, not recorded"


class WhoField(CompletingField):
    """Where a name is typed; the answer follows every letter, the arrows choose who is meant."""

    FIRST_AT_ONCE = True

    ACTIONS = (
        *(action for action in CompletingField.ACTIONS if action.key in {"up", "down"}),
        # Where there is nobody to choose among.
        Action(None, "down", "", "", "app.focus_next", in_bar=False),
        Action("who.next", "tab,enter", "with, when", "Take this person, on to the next question",
               "submit"),
        Action("who.back", "escape", "back", "Back to where you came from", "screen.back"),
    )  # fmt: skip


class Simulator(HasActions, Vertical):
    """Starts at password and IdP down: that is the question asked at night."""

    class Answered(Message):
        """There is another question, or another answer."""

    @dataclass
    class ListWanted(Message):
        """Put this person on the list of the page, in the draft."""

        email: str

    ACTIONS = (
        Action("simulator.list", "a", "put on list", "Put this person on the list, in the draft",
               "list", lambda simulator: simulator.why_not_listed),
        Action("simulator.attempt", "T", "real login",
               "Try a real login of this person, on record", "screen.attempt"),
    )  # fmt: skip

    open_page: var[OpenPage | None] = var(None, init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._view: ProviderView | None = None
        self._usage: Usage | None = None
        self._chosen: str | None = None
        self._cases: dict[str, tuple[int, int]] = {}
        self.simulation: Simulation | None = None

    def compose(self) -> ComposeResult:
        """Heading, the question's three rows, the answer."""
        yield Pane(
            lambda width: spread(width, words("Login simulator", STRONG), words(_DRY, DIM)),
            id="simulator-head",
        )
        who = WhoField(id="who", placeholder="name or email")
        yield CompletedRow("Who", who, indent=_FIELD, id="who-line")
        yield Choice("With", ("password", "SSO"), id="with")
        yield Choice("When", ("up", "down"), id="when")
        yield Pane(id="simulator-answer")

    def on_mount(self) -> None:
        """Set the case that is asked at night."""
        self._method.index, self._idp.index = _AT_NIGHT

    @property
    def _method(self) -> Choice:
        return self.query_one("#with", Choice)

    @property
    def _idp(self) -> Choice:
        return self.query_one("#when", Choice)

    def watch_open_page(self, shown: OpenPage | None) -> None:
        """Answer for this provider, its draft and the team."""
        if shown is not None and shown.view is not None:
            self._turn_to(shown.view.detail.slug)
            self._view, self._usage = shown.view, shown.usage
            self._chosen = self._chosen or shown.view.me.email
            people = tuple(shown.view.drafted.people.values())
            self._who.complete_by(partial(_called, people))
            self._answer()

    def _turn_to(self, slug: str) -> None:
        """Each provider's page has a case of its own: another one starts with that of the night."""
        before = self._view.detail.slug if self._view is not None else None
        if before is not None and before != slug:
            self._cases[before] = self._method.index, self._idp.index
            self._method.index, self._idp.index = self._cases.get(slug, _AT_NIGHT)
            self._method.refresh()
            self._idp.refresh()

    def ask(self, email: str, idp: IdpState | None = None) -> None:
        """Answer for this person, not for the one who is typed; with this IdP state if given."""
        with self._who.prevent(Input.Changed):
            self._who.value = ""
        self._chosen = email
        if idp in _CASES:
            self._idp.index = _CASES.index(idp)
            self._idp.refresh()
        self._answer()

    def ask_about(self, email: str) -> None:
        """Answer for this person, as long as nobody else is typed."""
        self._chosen = email
        if not self._typed:
            self._answer()

    def focus_question(self) -> None:
        """Put the cursor where the name is typed."""
        self._who.select_all()
        self._who.focus()

    @property
    def why_not_listed(self) -> str | None:
        """Why this person cannot be put on the list now; None where they can."""
        shown, view, simulation = self.open_page, self._view, self.simulation
        if shown is None or view is None or simulation is None:
            return "Choose a person first: / and a few letters"
        if shown.why_no_change is not None:
            return shown.why_no_change
        if not view.draft.current.enforced:
            return "The list counts while SSO is enforced: t turns it on"
        listed = simulation.email in view.draft.current.emails
        return "They are on this list already" if listed else None

    def action_list(self) -> None:
        """Ask for the person to be put on the list."""
        if self.simulation is not None:
            self.post_message(self.ListWanted(self.simulation.email))

    @property
    def _before_keys(self) -> tuple[str, ...]:
        """What leads to where letters are keys of the simulator."""
        if self._who.has_focus:
            return ("enter",)
        return () if self.has_focus_within else ("/", "enter")

    @property
    def _who(self) -> WhoField:
        return self.query_one("#who", WhoField)

    @property
    def _typed(self) -> str:
        return self._who.value.strip()

    @on(CompletingField.Offered, "#who")
    def _letters(self) -> None:
        self._answer()

    @on(Input.Submitted, "#who")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.focus_next()
        self.post_message(FormField.Answered())

    @on(Choice.Changed)
    def _case_changed(self, event: Choice.Changed) -> None:
        event.stop()
        self._answer()

    def on_descendant_focus(self) -> None:
        """Letters are keys only outside the field."""
        self._answer()

    def on_descendant_blur(self) -> None:
        """Letters are keys only outside the field."""
        self._answer()

    def on_resize(self) -> None:
        """What stands beside the question depends on the room."""
        self.query_one(CompletedRow).limit(self.content_size.height - _QUESTION)
        # Textual keeps the height of a widget that is drawn anew amid its own resizing.
        after_refresh(self, self._answer)

    def _answer(self) -> None:
        view, usage = self._view, self._usage
        if view is None or usage is None:
            return
        email = self._email(view)
        self._show_question(view, email)
        self.post_message(self.Answered())
        pane = self.query_one("#simulator-answer", Pane)
        if email is None:
            self.simulation = None
            pane.show(partial(render.nobody, self._typed))
            return
        self.simulation = Simulation(
            email=email,
            method=_METHODS[self._method.index],
            slug=view.detail.slug,
            short=short_name(view.detail),
            idp=_CASES[self._idp.index],
        )
        around = Around(
            today=usage.today,
            member=view.members.get(self.simulation.email),
            may_change=view.administers and not view.read_only,
            before_keys=self._before_keys,
            rows=self.content_size.height - _QUESTION - self.query_one(CompletedRow).listed,
        )
        pane.show(partial(render.answer, self.simulation, (view.saved, view.drafted), around))

    def _email(self, view: ProviderView) -> str | None:
        """Whom the letters mean; without any, the person under the list's cursor."""
        if self._typed:
            meant = self._who.meant
            return None if meant is None else meant.text
        return self._chosen if self._chosen in view.drafted.people else None

    def _show_question(self, view: ProviderView, email: str | None) -> None:
        narrow = self.app.size.width < COLUMNS or not self.query_one("#simulator-head").display
        short = short_name(view.detail)
        idp = _CASES[self._idp.index]
        measured = "as measured now" if idp is view.detail.idp.state else ""
        self._idp.show((f"{short} up", f"{short} down"), measured)
        self._method.show(("password", "SSO"), _DRY if narrow else "")
        if email is not None and not self._typed:
            # Textual writes a placeholder as it is.
            self._who.placeholder = visible(email)


def _called(people: tuple[Person, ...], typed: str) -> tuple[Completion, ...]:
    return tuple(
        Completion(one.email, one.name, one.role.value if one.role else "not a member")
        for one in people_called(people, typed)
    )
