"""A team whose Entra is the demo's real identity provider, and somebody at its page."""

import re
from datetime import UTC, datetime, timedelta

import httpx

from bgconsole.backend.values import MemberAddition, ProviderChange
from bgconsole.demo.identity_provider.process import DemoIdentityProvider
from bgconsole.demo.identity_provider.protocol import CLIENT_ID
from bgconsole.policy.team import IdpState, Role
from tests.backend.world import MovableClock, World
from tests.tui.console import Console

KEN = "ken@harbor.example"


class RunningClock(MovableClock):
    """The time as it is: tokens of a real provider are judged by it."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


def age(world: World, minutes: int) -> None:
    """Make the sessions' last proof and last key so much older."""
    before = (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    world.deployment.tamper(f"UPDATE session SET proven_at='{before}', last_seen_at='{before}'")


async def set_up(world: World, idp: DemoIdentityProvider) -> None:
    """Let Ken in by Entra alone, as an admin."""
    caller = world.owner
    change = ProviderChange(
        issuer=idp.issuer, client_id=CLIENT_ID, email_domains=("harbor.example",)
    )
    await world.backend.change_provider(caller, "entra", change)
    await world.backend.add_members(caller, [MemberAddition(KEN, role=Role.ADMIN, sso_only=True)])


def measured(world: World, slug: str, state: IdpState) -> None:
    """A probe found this provider's IdP so."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    world.deployment.tamper(
        f"UPDATE provider SET idp_state='{state}', idp_since='{now}', idp_checked_at='{now}',"
        f" idp_detail='Discovery timed out after 5 s' WHERE slug='{slug}'"
    )


def code_on(screen: Console) -> str:
    """The code that the screen shows, as a person types it."""
    found = re.search(r"(?:[A-Z0-9] +){4}- +(?:[A-Z0-9] +){3}[A-Z0-9]", screen.text)
    assert found is not None, screen.text
    return found[0].replace(" ", "")


def address_on(screen: Console) -> str:
    """The address that the screen shows."""
    found = re.search(r"http://127\.0\.0\.1:\d+\S*", screen.text)
    assert found is not None, screen.text
    return found[0]


async def answer(screen: Console, button: str = "approve") -> None:
    """Open the address that the screen shows, enter its code, and press a button as Ken."""
    form = {"user_code": code_on(screen), "person": KEN, button: "pressed"}
    async with httpx.AsyncClient(trust_env=False) as browser:
        (await browser.post(address_on(screen), data=form)).raise_for_status()
