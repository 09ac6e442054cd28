"""Chooses another database, or a server, that has a team; looking makes nothing."""

import asyncio
from functools import partial

from textual.app import ComposeResult
from textual.widgets import Input

from bgconsole.backend.errors import BackendError, UnreachableError
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.form import FieldSpec, Form
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.session_messages import PlaceChosen
from bgconsole.tui.model.connection import Connection
from bgconsole.tui.model.session import Session
from bgconsole.tui.sign_in.entry import EntryScreen
from bgconsole.tui.sign_in.render import entry
from bgconsole.tui.sign_in.render import set_up as render


class ConnectScreen(EntryScreen[None]):
    """Moves the session to the place that is typed, once a team is seen there."""

    ACTIONS = (Action("connect.leave", "escape", "go back", "Stay with this one", "leave"),)

    def __init__(self, session: Session, *, place: str = "") -> None:
        super().__init__(session)
        specs = (FieldSpec("place", "Team at", value=place, hint=render.connect_note),)
        self._fields = Form(specs, entry.refused)
        self._busy = False

    def form(self) -> ComposeResult:
        """One field."""
        yield Pane(render.connect_head, id="head")
        yield from self._fields
        yield Pane(lambda _width: entry.button("Open"), id="submit")
        yield Pane(id="answer")

    def on_mount(self) -> None:
        """Begin with what was typed before."""
        self.say("answer", lambda _width: EMPTY)
        self.draw_title()
        self._fields.field("place").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong is being mended."""
        event.stop()
        self._fields.mended()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Look there."""
        event.stop()
        if self._fields.field("place").value.strip() and not self._busy:
            self._busy = True
            self.say("answer", lambda _width: render.LOOKING)
            self.run_worker(partial(self._open, self._fields.field("place").value))
        self.post_message(FormField.Answered())

    def action_leave(self) -> None:
        """Stay with the place as it is."""
        if not self._busy:
            self.dismiss()

    async def _open(self, text: str) -> None:
        try:
            chosen = await self._seen(text)
        except BackendError as error:
            self._busy = False
            self.say("answer", lambda _width: EMPTY)
            self._fields.refuse(error.refusal, "place")
            return
        await self.session.move(chosen)
        self.post_message(PlaceChosen())

    async def _seen(self, text: str) -> Connection:
        """The connection to a team that is there. Raises BackendError where there is none."""
        connect = self.session.connection.connect
        if connect is None:
            raise UnreachableError(render.NOTHING_THERE)
        chosen = await asyncio.to_thread(connect, text)
        backend = await asyncio.to_thread(chosen.open)
        try:
            welcome = await backend.welcome()
        finally:
            await backend.close()
        if welcome.team is None:
            raise UnreachableError(render.NOTHING_THERE)
        return chosen
