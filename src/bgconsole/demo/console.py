"""The console on the sample team: everything as elsewhere, and a key for its identity provider."""

import asyncio
from typing import TYPE_CHECKING

from bgconsole.demo.entra import PROBE_EVERY
from bgconsole.demo.identity_provider.process import DemoIdentityProviderError
from bgconsole.files.settings import Preferences
from bgconsole.tui.app import ConsoleApp
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.model.connection import Connection
from bgconsole.tui.sign_in.sign_in_screen import SignInScreen
from bgconsole.tui.terminal.capabilities import Terminal

if TYPE_CHECKING:
    from bgconsole.demo.entra import DemoEntra


class DemoApp(ConsoleApp):
    """Takes the sample team's identity provider down and up, so that an outage can be seen."""

    # An outage may begin while a dialog is open, and in the middle of signing in.
    ACTIONS = (
        Action("demo.entra", "f9", "outage", "Take the demo's Entra down, or up again",
               "switch_entra", priority=True),
    )  # fmt: skip

    def __init__(
        self,
        entra: "DemoEntra",
        connection: Connection,
        preferences: Preferences,
        terminal: Terminal,
    ) -> None:
        super().__init__(connection, preferences, terminal)
        self._entra = entra

    def action_switch_entra(self) -> None:
        """Take it down, or up again."""
        self.run_worker(self._switch(), group="demo-identity-provider")

    def _look_again(self) -> None:
        """The sign-in screen asks once; the others follow the audit log."""
        # No screen is left of a console that ends before its timers do.
        stack = self.screen_stack
        if stack and isinstance(stack[-1], SignInScreen):
            stack[-1].look_again()

    async def _switch(self) -> None:
        try:
            up = await asyncio.to_thread(self._entra.switch)
        except DemoIdentityProviderError as error:
            tell(self, Tone.FAILED, str(error), error.remedy)
            return
        for probes in range(1, 4):
            # A fifth later than the probe may come.
            self.set_timer(1.2 * PROBE_EVERY * probes, self._look_again)
        if up:
            tell(self, Tone.DONE, "The demo's identity provider is up", "SSO works in a moment")
        else:
            soon = f"The console notices it within {2 * PROBE_EVERY:.0f} s"
            tell(self, Tone.CARE, "The demo's identity provider is down", f"{soon}; F9 ends it")
