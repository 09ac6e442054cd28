"""A real login of somebody, for a drill: on record, through the real way in, without a session."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.widgets import Input

from bgconsole.backend.errors import BackendError, NotAllowedError
from bgconsole.backend.identity import Purpose
from bgconsole.backend.protocol import Backend
from bgconsole.policy.audit import DRILL_BY_KEY, AuditEvent, AuditFilter, EventType
from bgconsole.policy.refusals import Code, Refusal
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.field import FormField, PasswordField
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render import dialogs
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.model.session import Session
from bgconsole.tui.provider_page.render import attempt as render

_JUDGED: Final = frozenset({Code.LOGIN_FAILED, *render.UNJUDGED})
"""Refusals of the login; any other is one of whoever drills."""

_NEWEST: Final = 5


class AttemptDialog(Dialog[None]):
    """Takes a password and tries it; what is known of the outcome stands below."""

    HEADING = render.TITLE
    KIND = "care attempt"
    ACTIONS = (
        Action("attempt.leave", "escape", "close", "Try nothing more", "leave"),
        Action("attempt.enter", "enter", "try it", "Try it; it is recorded", "try"),
    )

    def __init__(self, session: Session, email: str, me: str, lists: Mapping[str, str]) -> None:
        super().__init__()
        self._session = session
        self._email = email
        self._me = me
        self._lists = lists

    def body(self) -> ComposeResult:
        """What this is, one field."""
        yield Pane(partial(render.question, self._email), id="attempt")
        yield FieldRow("Password", PasswordField(id="attempt-password"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.action_try()
        self.post_message(FormField.Answered())

    def action_try(self) -> None:
        """Send the password the way of a real login."""
        field = self.query_one(PasswordField)
        if field.value and not self.busy:
            self.begin(render.TRYING)
            self.run_worker(self._try(field.take()))

    async def _try(self, password: str) -> None:
        try:
            backend = await self._session.backend()
            try:
                opened = await backend.sign_in(
                    self._session.caller, self._email, password, Purpose.DRILL
                )
            except NotAllowedError as error:
                if error.code not in _JUDGED:
                    raise
                await self._show(backend, error.refusal, is_break_glass=False)
            else:
                await self._show(backend, None, is_break_glass=opened.is_break_glass)
        except BackendError as error:
            self.answer(dialogs.failed(error.refusal))
        finally:
            self.busy = False

    async def _show(
        self, backend: Backend, refused: Refusal | None, *, is_break_glass: bool
    ) -> None:
        unjudged = refused is not None and refused.code in render.UNJUDGED
        event = None if unjudged else await self._event(backend)
        tried = render.Tried(self._email, is_break_glass, refused, event, self._lists)
        self.answer(partial(render.outcome, tried))

    async def _event(self, backend: Backend) -> AuditEvent | None:
        """What is on record of this attempt; None for somebody who may not read the log."""
        wanted = AuditFilter(
            types=(EventType.LOGIN_SUCCESS, EventType.LOGIN_FAILURE), actor=self._email
        )
        try:
            page = await backend.audit_page(self._session.unattended, wanted, limit=_NEWEST)
        except NotAllowedError:
            return None
        mine = (e for e in page.events if e.metadata.get(DRILL_BY_KEY) == self._me)
        return next(mine, None)
