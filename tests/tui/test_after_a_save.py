"""What is stored is stored, whatever becomes of the reading that follows, which is done once."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bgconsole.backend.errors import UnavailableError
from bgconsole.backend.identity import Caller, Me
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.values import Member, ProviderDetail, SettingsSave
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


async def test_a_save_reads_the_team_once_and_one_follower_reads_the_log(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.enforce("entra", OWNER, "mia@acme.test")
    asked: Counter[str] = Counter()
    members, follow = LocalBackend.members, LocalBackend.audit_follow

    async def counted(self: LocalBackend, caller: Caller) -> tuple[Member, ...]:
        asked["members"] += 1
        return await members(self, caller)

    def followed(self: LocalBackend, *given: Any, **named: Any) -> AsyncIterator[Any]:
        asked["followers"] += 1
        return follow(self, *given, **named)

    monkeypatch.setattr(LocalBackend, "members", counted)
    monkeypatch.setattr(LocalBackend, "audit_follow", followed)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.settle()
        assert asked == {"members": 1, "followers": 1}
        await screen.add("ken@acme.test")
        await screen.see_row("+ ken@acme.test")
        told = screen.text.count("Break-Glass User Added")
        await screen.press("ctrl+s")
        await screen.see("✓ Saved")
        await screen.until(lambda: screen.text.count("Break-Glass User Added") > told)
        await screen.settle()
        assert asked == {"members": 2, "followers": 1}
        # What somebody else changes is read too, once.
        await world.save("entra", OWNER)
        await screen.until(lambda: "ken@acme.test" not in screen.page)
        await screen.settle()
        assert asked == {"members": 3, "followers": 1}
