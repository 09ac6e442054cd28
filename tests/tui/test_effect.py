"""Before every save and every act that takes a way in, the console says what it does to whom."""

from collections.abc import Awaitable, Callable

import pytest

from bgconsole.backend.values import ProviderChange
from tests.backend.world import OWNER, World
from tests.tui.console import SIZES, Console, console

KEN, MIA = "ken@acme.test", "mia@acme.test"
TENANT = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"

Act = Callable[[Console], Awaitable[None]]


async def _switch_off(screen: Console) -> None:
    await screen.press("t")


async def _off_the_list(screen: Console) -> None:
    await screen.press("x")


async def _enforce_another(screen: Console) -> None:
    await screen.press("2")
    await screen.see("Not enforced here")
    await screen.press("t")


async def _remove_provider(screen: Console) -> None:
    await screen.press("p")
    await screen.see("Providers  2")
    await screen.press("X")


async def _clear_sso(screen: Console) -> None:
    await screen.press("i")
    await screen.see("Set SSO up", TENANT)
    await screen.press("end", "ctrl+u")


async def _of_ken(screen: Console, key: str) -> None:
    await screen.press("m")
    await screen.see_row("ana@acme.test", "member")
    await screen.press("down")
    await screen.see_row("› ", "ken@acme.test")
    await screen.press(key)


async def _remove_ken(screen: Console) -> None:
    await _of_ken(screen, "X")


async def _reset_ken(screen: Console) -> None:
    await _of_ken(screen, "C")


ACTS: dict[str, tuple[Act, tuple[str, ...]]] = {
    "enforcement off": (
        _switch_off,
        (
            "Nobody loses password login; 1 person could not use it before",
            "Saving gives password login back to 2 of 6 people: ana, tom",
            "No session ends",
            "5 of 6 people can use a password",
            "1 of 6 people cannot use one: sara",
            "kept for when enforcement is on",
        ),
    ),
    "off the list": (
        _off_the_list,
        (
            "Saving takes password login from 1 of 6 people: owner",
            "Their password sessions end, except your current one",
            "2 can still get in if Entra is down: ",
        ),
    ),
    "enforce another": (
        _enforce_another,
        (
            "Nobody loses password login; 3 people could not use it before",
            "No session ends",
            "No usable break-glass user on this list: owner, ken and mia",
        ),
    ),
    "remove provider": (
        _remove_provider,
        (
            "Nobody loses password login; 1 person could not use it before",
            "2 of 6 people can use a password again: ana, tom",
            "No session ends",
            "5 of 6 people can use a password",
        ),
    ),
    "clear SSO": (
        _clear_sso,
        (
            "3 of 6 people cannot get in any more: ana, sara, tom",
            "Nobody loses password login; 3 people could not use it before",
            "No session ends",
            "3 of 6 people can still get in if Entra is down: ken, mia, owner",
        ),
    ),
    "remove member": (
        _remove_ken,
        (
            "1 of 6 people loses password login and cannot get in any more: ken",
            "All sessions and tokens of ken end",
            "2 of 5 people can still get in if Entra is down: mia, owner",
        ),
    ),
    "reset member": (
        _reset_ken,
        (
            "1 of 6 people loses password login: ken",
            "All sessions and tokens of ken end",
            "2 of 6 people can still get in if Entra is down: mia, owner",
        ),
    ),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ACTS)
async def test_who_loses_whose_sessions_end_and_who_is_left_is_said(
    world: World, name: str, size: tuple[int, int]
) -> None:
    registered = ProviderChange(tenant=TENANT, client_id="console")
    await world.backend.change_provider(world.owner, "entra", registered)
    await world.enforce("entra", OWNER, KEN, MIA)
    act, told = ACTS[name]
    async with console(world, size=size) as screen:
        await screen.see_row("✓ owner@acme.test")
        await act(screen)
        await screen.see(*told)
