"""The first run: makes the team with its first owner. Nothing is there before the last enter."""

import asyncio
from functools import partial

from textual.app import ComposeResult
from textual.widgets import Input

from bgconsole.backend.errors import BackendError, UnreachableError
from bgconsole.policy.refusals import Code, Refusal, RequestField
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.form import FieldSpec, Form, go_on, valid_email
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.session_messages import PlaceChosen, SessionOpened
from bgconsole.tui.model.session import Session
from bgconsole.tui.sign_in.entry import EntryScreen
from bgconsole.tui.sign_in.new_password import NewPassword
from bgconsole.tui.sign_in.render import entry
from bgconsole.tui.sign_in.render import set_up as render

_OF_THE_PLACE = frozenset(
    {Code.UNREACHABLE, Code.UNAVAILABLE, Code.NEWER_SCHEMA, Code.OLDER_SCHEMA}
)


class SetUpScreen(EntryScreen[None]):
    """Team, owner, password, place; each says beside itself what is wrong with it."""

    ACTIONS = (
        # Only one place may be known.
        Action("set_up.connect", "f2", "open another", "Open a team that is there", "connect",
               offered=lambda screen: screen.session.connection.connect is not None),
    )  # fmt: skip

    def __init__(self, session: Session, *, email: str = "") -> None:
        super().__init__(session)
        specs = (
            FieldSpec("team", "Team", check=_named, about=(RequestField.TEAM,)),
            FieldSpec("owner", "Your email", value=email, check=valid_email,
                      about=(RequestField.EMAIL,)),
            FieldSpec("place", "Data in", value=session.connection.place, hint=render.place_note,
                      check=_placed),
        )  # fmt: skip
        self._fields = Form(specs, entry.refused)
        self._busy = False

    def form(self) -> ComposeResult:
        """The fields in the order in which they are asked."""
        yield Pane(render.head, id="head")
        yield self._fields.row("team")
        yield self._fields.row("owner")
        yield NewPassword()
        yield self._fields.row("place")
        yield Pane(id="submit")
        yield Pane(id="answer")
        connects = self.session.connection.connect is not None
        yield Pane(partial(render.other_ways, connects=connects), id="other-ways")

    def on_mount(self) -> None:
        """Ask for the name first; the database's libraries are imported meanwhile."""
        self.say("answer", lambda _width: EMPTY)
        # Without a way to another place it can only be looked at.
        self._fields.field("place").disabled = self.session.connection.connect is None
        self._know()
        self._draw()
        self._fields.field("team").focus()
        after_refresh(self, self._begin)

    def _begin(self) -> None:
        self.run_worker(self._look, group="look")

    async def _look(self) -> None:
        """Somebody may have been quicker, and the place may be no good."""
        try:
            backend = await self.session.backend()
            welcome = await backend.welcome()
        except BackendError as error:
            self._fields.refuse(error.refusal, "place")
            return
        if welcome.team is not None:
            self.post_message(PlaceChosen())

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong with a field is being mended; names make poor passwords."""
        event.stop()
        self._know()
        self._fields.mended(event.input)

    def _know(self) -> None:
        known = (self._fields.field("owner").value, self._fields.field("team").value)
        self.query_one(NewPassword).know(known)

    def on_descendant_focus(self) -> None:
        """The button says what enter does from here."""
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on, whatever stands there: keys typed ahead are for the next field."""
        event.stop()
        if not go_on(self, event.input):
            self._make()
        self.post_message(FormField.Answered())

    def action_connect(self) -> None:
        """Open a team that is there, instead."""
        from bgconsole.tui.sign_in.connect import ConnectScreen

        self.app.push_screen(ConnectScreen(self.session, place=self._fields.field("place").value))

    def _make(self) -> None:
        if self._busy:
            return
        wrong = self._first_wrong()
        if wrong is not None:
            wrong.focus()
            return
        self._busy = True
        self.say("answer", lambda _width: render.MAKING)
        password = self.query_one(NewPassword).take()
        team, owner = self._fields.field("team").value, self._fields.field("owner").value
        self.run_worker(self._make_team(team, owner, password), group="make")

    async def _make_team(self, team: str, owner: str, password: str) -> None:
        try:
            await self._go_to_place()
            await self.session.initialise(team, owner, password)
        except BackendError as error:
            self._busy = False
            self.say("answer", lambda _width: EMPTY)
            passwords = self.query_one(NewPassword)
            if not passwords.takes(error.refusal):
                passwords.give_back(password)
                self._refuse(error.refusal)
            return
        tell(
            self,
            Tone.DONE,
            f"The team {team.strip()} is made",
            "Next: m brings in people, t enforces SSO with a way back in",
        )
        self.post_message(SessionOpened())

    async def _go_to_place(self) -> None:
        """Belong to the place that is asked for. Raises UnreachableError where it can be none."""
        text, connection = self._fields.field("place").value, self.session.connection
        if text == connection.place or connection.connect is None:
            return
        chosen = await asyncio.to_thread(connection.connect, text)
        if chosen.server:
            raise UnreachableError(render.NOT_BY_SERVER)
        await self.session.move(chosen)
        self._fields.fill("place", chosen.place)
        self.draw_title()

    def _first_wrong(self) -> Input | None:
        """The first field that cannot stay as it is; each of them says why."""
        form, passwords = self._fields, self.query_one(NewPassword)
        found = (form.wrong("team", "owner"), passwords.wrong, form.wrong("place"))
        return next((field for field in found if field is not None), None)

    def _refuse(self, refused: Refusal) -> None:
        """Say beside its field what the backend refused, and go there."""
        if refused.code is Code.ALREADY_INITIALISED:
            field = self._fields.refuse(render.TAKEN, "place")
        elif refused.code in _OF_THE_PLACE:
            field = self._fields.refuse(refused, "place")
        else:
            field = self._fields.refuse(refused) or self._fields.refuse(refused, "team")
        if field is not None:
            field.focus()

    def _draw(self) -> None:
        self.draw_title()
        last = [field for field in self.query(FormField) if field.focusable][-1]
        label = "Make the team" if self.focused is last else "Go on"
        self.say("submit", lambda _width: entry.button(label))


def _named(team: str) -> Refusal | None:
    return None if team.strip() else render.NO_NAME


def _placed(place: str) -> Refusal | None:
    return None if place.strip() else render.NO_PLACE
