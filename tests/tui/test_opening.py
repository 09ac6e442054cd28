"""A key that comes while a dialog is still being made waits until its parts are there."""

from textual.events import Key

from bgconsole.tui.kit.field import PasswordField
from bgconsole.tui.proof.password_dialog import ProofDialog
from tests.backend.world import PASSWORD, World
from tests.tui.console import console


async def test_keys_for_a_dialog_that_a_worker_opens_reach_its_field(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Login simulator")
        # As a save opens it, between two keys.
        dialog = ProofDialog(screen.app.session)
        opened = screen.app.push_screen(dialog)
        assert not dialog.is_mounted
        await screen.type(PASSWORD)
        await opened
        field = dialog.query_one(PasswordField)
        await screen.until(lambda: field.value == PASSWORD)
        await screen.see("•" * len(PASSWORD))


async def test_an_enter_for_a_dialog_without_parts_does_no_harm(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Login simulator")
        # Given to the screen below while that was in front, and to nobody there.
        screen.app.push_screen(ProofDialog(screen.app.session))
        below = Key("enter", "\r")
        below.set_sender(screen.app)
        below._set_forwarded()
        await screen.app.on_event(below)
        await screen.see("Password")
        await screen.press("escape")
        await screen.see("Login simulator")
