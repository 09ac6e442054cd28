"""A real login of somebody, for a drill: on record, through the real way in, without a session."""

from collections.abc import Mapping
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from bgconsole.backend.errors import BackendError, NotAllowedError
from bgconsole.backend.identity import Purpose
from bgconsole.backend.protocol import Backend
from bgconsole.policy.audit import DRILL_BY_KEY, AuditEvent, AuditFilter, EventType
from bgconsole.policy.refusals import Code, Refusal
from bgconsole.tui.kit.field import FormField, PasswordField
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render import dialogs
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.model.session import Session
from bgconsole.tui.provider_page.render import attempt as render

_JUDGED: Final = frozenset({Code.LOGIN_FAILED, *render.UNJUDGED})
"""Refusals of the login; any other is one of whoever drills."""

_NEWEST: Final = 5


class AttemptDialog(ModalScreen[None]):
    """Takes a password and tries it; what is known of the outcome stands below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", id="attempt.leave", tooltip="Try nothing more"),
        Binding("enter", "try", "try it", id="attempt.enter", tooltip="Try it, on record"),
    ]

    def __init__(self, session: Session, email: str, me: str, lists: Mapping[str, str]) -> None:
        super().__init__()
        self._session = session
        self._email = email
        self._me = me
        self._lists = lists
        self._busy = False

    def compose(self) -> ComposeResult:
        """What this is, one field, what came of it."""
        with Vertical(classes="dialog care") as box:
            box.border_title = render.TITLE
            yield Pane(partial(render.question, self._email), id="attempt")
            yield FieldRow("Password", PasswordField(id="attempt-password"))
            yield Pane(id="attempt-outcome")
        yield KeyBar()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.action_try()
        self.post_message(FormField.Answered())

    def action_try(self) -> None:
        """Send the password the way of a real login."""
        field = self.query_one(PasswordField)
        if field.value and not self._busy:
            self._busy = True
            self._outcome.show(lambda _width: render.TRYING)
            self.run_worker(self._try(field.take()))

    def action_leave(self) -> None:
        """Close the dialog."""
        self.dismiss(None)

    @property
    def _outcome(self) -> Pane:
        return self.query_one("#attempt-outcome", Pane)

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
            failed = dialogs.failed(error.refusal)
            self._outcome.show(lambda _width: failed)
        finally:
            self._busy = False

    async def _show(
        self, backend: Backend, refused: Refusal | None, *, is_break_glass: bool
    ) -> None:
        unjudged = refused is not None and refused.code in render.UNJUDGED
        event = None if unjudged else await self._event(backend)
        tried = render.Tried(self._email, is_break_glass, refused, event, self._lists)
        self._outcome.show(partial(render.outcome, tried))

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
