"""The login simulator: any person by a few letters, a method, a case; a dry run on the rules."""

from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from bgconsole.policy.login import Method
from bgconsole.policy.team import IdpState, Person
from bgconsole.tui.render import simulator as render
from bgconsole.tui.render.provider import short_name
from bgconsole.tui.render.text import spread, words
from bgconsole.tui.state import ProviderView
from bgconsole.tui.theme import DIM, STRONG
from bgconsole.tui.widgets.choice import Choice
from bgconsole.tui.widgets.field import Field
from bgconsole.tui.widgets.pane import Pane
from bgconsole.tui.widgets.rows import FieldRow

_METHODS: Final = (Method.PASSWORD, Method.SSO)
_CASES: Final = (IdpState.UP, IdpState.DOWN)


class WhoField(Field):
    """Where a name is typed; the answer follows every letter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "app.focus_next", "with, when", id="who.next", tooltip="Next question"),
        Binding("escape", "screen.back", "back", id="who.back", tooltip="Back to the list"),
    ]


class Simulator(Vertical):
    """Starts at password and IdP down: that is the question asked at night."""

    class Answered(Message):
        """There is an answer to another question, or another answer."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._view: ProviderView | None = None
        self._chosen: str | None = None
        self.question: render.Question | None = None

    def compose(self) -> ComposeResult:
        """Heading, the question's three rows, the answer."""
        yield Pane(
            lambda width: spread(
                width, words("Login simulator", STRONG), words("dry run, not recorded", DIM)
            ),
            id="simulator-head",
        )
        yield FieldRow("Who", WhoField(id="who", placeholder="name or email"), id="who-row")
        yield Choice("With", ("password", "SSO"), id="with")
        yield Choice("When", ("up", "down"), id="when")
        yield Pane(id="simulator-answer")

    def on_mount(self) -> None:
        """Set the case that is asked at night."""
        self.query_one("#when", Choice).index = _CASES.index(IdpState.DOWN)

    def show(self, view: ProviderView) -> None:
        """Answer for this provider, its draft and the team."""
        self._view = view
        self._chosen = self._chosen or view.me.email
        short = short_name(view.detail)
        self.query_one("#when", Choice).show((f"{short} up", f"{short} down"))
        self._answer()

    def ask_about(self, email: str) -> None:
        """Answer for this person, as long as nobody else is typed."""
        self._chosen = email
        if not self.query_one("#who", Field).value:
            self._answer()

    def focus_question(self) -> None:
        """Put the cursor where the name is typed."""
        self.query_one("#who", Field).focus()

    @on(Input.Changed, "#who")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._answer()

    @on(Input.Submitted, "#who")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()

    @on(Choice.Changed)
    def _case_changed(self, event: Choice.Changed) -> None:
        event.stop()
        self._answer()

    def _answer(self) -> None:
        pane = self.query_one("#simulator-answer", Pane)
        view = self._view
        if view is None:
            return
        typed = self.query_one("#who", Field).value.strip()
        person = find_person(tuple(view.drafted.people.values()), typed or self._chosen or "")
        self.post_message(self.Answered())
        if person is None:
            self.question = None
            pane.show(partial(render.nobody, typed))
            return
        self.question = question = render.Question(
            email=person.email,
            method=_METHODS[self.query_one("#with", Choice).index],
            slug=view.detail.slug,
            short=short_name(view.detail),
            idp=_CASES[self.query_one("#when", Choice).index],
        )
        pane.show(partial(render.answer, question, view.saved, view.drafted))


def find_person(people: tuple[Person, ...], typed: str) -> Person | None:
    """The person meant by a few letters: the email's start counts before names and middles."""
    wanted = typed.casefold()
    if not wanted:
        return None
    return (
        next((p for p in people if p.email == wanted), None)
        or next((p for p in people if p.email.startswith(wanted)), None)
        or next((p for p in people if p.name.casefold().startswith(wanted)), None)
        or next((p for p in people if wanted in p.email or wanted in p.name.casefold()), None)
    )
