"""Signs in at an identity provider, or proves by it who sits here; gives True once that is done."""

import time
from functools import partial
from typing import Any, Final, cast

from textual.app import App, ComposeResult
from textual.content import Content
from textual.events import Resize
from textual.widgets import Input

from bgconsole.backend.errors import BackendError, RefusedError
from bgconsole.backend.identity import SsoRequest
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.sso import Flow, SsoPurpose
from bgconsole.sso_client.browser import has_browser
from bgconsole.sso_client.qr_code import QrStyle
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.clipboard import copy
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import safe_text
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.model.session import Session
from bgconsole.tui.proof.render import sso as render
from bgconsole.tui.proof.sso_sign_in import Progress, SsoSignIn
from bgconsole.tui.terminal.filters import PlainFilter

_MINUTE: Final = 60.0


class SsoDialog(Dialog[bool]):
    """One provider, one flow at a time; another can be chosen, and every one started again."""

    KIND = "sso"
    LEFT = False
    AUTO_FOCUS = ""
    ACTIONS = (
        Action("sso.again", "r", "start again", "Start the sign-in again", "again",
               offered=lambda dialog: dialog.is_refused),
        Action("sso.flow", "f", "another way", "Another device, or a browser", "flow",
               offered=lambda dialog: dialog.has_other_flow),
        Action("sso.copy", "c", "copy address", "To the clipboard", "copy",
               offered=lambda dialog: dialog.has_address),
        Action(None, "enter", "", "", "send"),
        Action("sso.leave", "escape", "cancel", "Do not sign in", "leave"),
    )  # fmt: skip

    def __init__(
        self,
        session: Session,
        slug: str,
        purpose: SsoPurpose = SsoPurpose.SIGN_IN,
        *,
        email: str | None = None,
    ) -> None:
        super().__init__()
        self._session = session
        self._slug = slug
        self._purpose = purpose
        self._email = email
        self._flows: tuple[Flow, ...] = ()
        self._refused: dict[Flow, Refusal] = {}
        self._flow: Flow | None = None
        self._progress = Progress(Flow.DEVICE)
        self._attempt: SsoSignIn | None = None

    def body(self) -> ComposeResult:
        """What to do, the field for the server's digits."""
        yield Pane(id="sso-body")
        yield FieldRow("Digits", FormField(id="sso-digits"), id="sso-digits-row")

    def ways_out(self, width: int) -> Content:
        """What can be done now."""
        return render.ways_out(self._progress, self._other, width)

    def on_mount(self) -> None:
        """Ask which flows there are, then begin the first."""
        self.query_one("#sso-digits-row").display = False
        self._title_with(self._slug)
        self._draw()
        # What is left of the time is told in minutes: a redraw each is enough.
        self.set_interval(_MINUTE, self._draw)
        self.action_again()

    def on_resize(self, event: Resize) -> None:
        """The QR code is shown where it fits."""
        self._draw()

    def action_again(self) -> None:
        """Begin afresh, by the flow that is chosen."""
        self._refused.clear()
        self.run_worker(self._follow, group="sso", exclusive=True)

    def action_flow(self) -> None:
        """Begin by the next flow."""
        self._flow = self._other
        self.run_worker(self._follow, group="sso", exclusive=True)

    def action_copy(self) -> None:
        """Copy the address that is to be opened."""
        address = self._address
        if address:
            copy(cast("App[Any]", self.app), address, "the address")

    def action_send(self) -> None:
        """Send the digits that are typed."""
        self._send(self.query_one("#sso-digits", FormField))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.action_send()
        self.post_message(FormField.Answered())

    def _send(self, field: FormField) -> None:
        digits = field.value.strip()
        if digits and self._attempt is not None and self._progress.asks_digits:
            field.value = ""
            self._attempt.give_digits(digits)

    @property
    def is_refused(self) -> bool:
        """Whether it came to nothing, and may begin again."""
        return self._progress.refused is not None

    @property
    def has_other_flow(self) -> bool:
        """Whether the sign-in can go another way now."""
        return self._other is not None and not self._progress.asks_digits

    @property
    def has_address(self) -> bool:
        """Whether there is an address to open."""
        return bool(self._address) and not self._progress.asks_digits

    async def _follow(self) -> None:
        """Sign in by the chosen flow, or the first one that the provider has."""
        try:
            await self._know_flows()
            await self._try()
        except BackendError as error:
            self._heard(Progress(self._progress.flow, refused=error.refusal))
            return
        self.dismiss(True)

    async def _know_flows(self) -> None:
        backend = await self._session.backend()
        welcome = await backend.welcome()
        way = next((way for way in welcome.ways if way.slug == self._slug), None)
        if way is None:
            raise RefusedError(refusal(Code.UNKNOWN_PROVIDER))
        self._title_with(way.name)
        if not way.configured or not way.flows:
            raise RefusedError(refusal(Code.SSO_UNCONFIGURED))
        # A browser opened here is of no use to somebody who came by SSH.
        here = [flow for flow in way.flows if flow is not Flow.BROWSER or has_browser()]
        self._flows = (*here, *(flow for flow in way.flows if flow not in here))
        if self._flow not in self._flows:
            self._flow = self._flows[0]

    async def _try(self) -> None:
        left_out: Refusal | None = None
        while True:
            flow = self._flow or self._flows[0]
            try:
                request = SsoRequest(flow, self._purpose, login_hint=self._email or None)
                self._attempt = SsoSignIn(self._session, self._slug, request, self._heard, left_out)
                await self._attempt.run()
                return
            except RefusedError as error:
                # The provider has no such flow: go on with the next one, and say why.
                if error.code is not Code.INVALID_VALUE:
                    raise
                self._refused[flow] = left_out = error.refusal
                if self._other is None:
                    raise
                self._flow = self._other

    @property
    def _other(self) -> Flow | None:
        """The flow after the present one, of those that can be had."""
        present = self._flow
        usable = [flow for flow in self._flows if flow not in self._refused or flow is present]
        if present is None or present not in usable or len(usable) == 1:
            return None
        return usable[(usable.index(present) + 1) % len(usable)]

    @property
    def _address(self) -> str:
        start = self._progress.start
        if start is None or self._progress.refused is not None:
            return ""
        return (
            start.authorization_url
            or start.verification_uri_complete
            or start.verification_uri
            or ""
        )

    def _heard(self, progress: Progress) -> None:
        if not self.display:
            # It is being closed.
            return
        asked = self._progress.asks_digits
        self._progress = progress
        self._draw()
        if progress.asks_digits and not asked:
            self.query_one("#sso-digits", FormField).focus()

    def _title_with(self, name: str) -> None:
        proves = self._purpose is SsoPurpose.REAUTHENTICATE
        title = render.heading(name, proves=proves)
        self.entitle(safe_text(title))

    def _draw(self) -> None:
        self.query_one("#sso-digits-row").display = self._progress.asks_digits
        plain = any(isinstance(one, PlainFilter) for one in self.app.get_line_filters())
        style = QrStyle.ASCII if plain else QrStyle.HALF_BLOCKS
        height = self.app.size.height
        body = partial(render.body, self._progress, time.monotonic(), style, height)
        self.query_one("#sso-body", Pane).show(body)
        self.redraw()
