"""What is stored is stored, whatever becomes of the reading that follows."""

import pytest

from bgconsole.backend.errors import UnavailableError
from bgconsole.backend.identity import Caller, Me
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.values import ProviderDetail, SettingsSave
from bgconsole.policy.refusals import Code, refusal
from tests.backend.world import OWNER, World
from tests.tui.console import console


async def test_a_database_that_is_busy_right_after_a_save_is_told_of_and_ends_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.enforce("entra", OWNER, "mia@acme.test")
    save_settings = LocalBackend.save_settings

    async def busy(self: LocalBackend, caller: Caller) -> Me:
        raise UnavailableError(refusal(Code.UNAVAILABLE))

    async def then_busy(
        self: LocalBackend, caller: Caller, slug: str, save: SettingsSave
    ) -> ProviderDetail:
        stored = await save_settings(self, caller, slug, save)
        monkeypatch.setattr(LocalBackend, "me", busy)
        return stored

    monkeypatch.setattr(LocalBackend, "save_settings", then_busy)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add("ken@acme.test")
        await screen.see_row("+ ken@acme.test")
        await screen.press("ctrl+s")
        await screen.see("The database is busy or cannot be written")
        assert (await world.provider("entra")).settings.emails[-1] == "ken@acme.test"
