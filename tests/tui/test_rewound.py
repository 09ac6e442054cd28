"""An older copy of the log put back under an open console: it says so, until an owner says why."""

import json
from pathlib import Path

import pytest

from bgconsole.files.user_folders import state_folder
from bgconsole.policy.audit import AuditHead, EventType
from bgconsole.tui.main import log_history_warning
from tests.backend.world import OWNER, PASSWORD, World
from tests.tui.console import console


def kept() -> list[Path]:
    """The files in which the ends of logs are kept."""
    folder = state_folder() / "heads"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def put_back(world: World, seq: int) -> None:
    """Let the log be the copy that ended at `seq`."""
    world.deployment.tamper(f"DELETE FROM audit_event WHERE seq > {seq}")
    world.deployment.tamper(
        f"UPDATE audit_head SET seq = {seq},"
        f" hash = (SELECT hash FROM audit_event WHERE seq = {seq})"
    )


async def test_a_log_put_back_under_the_console_is_told_in_red_and_read_anew(world: World) -> None:
    async with console(world) as screen:
        await screen.see("● following")
        await screen.until(lambda: bool(kept()))
        head = await world.head()
        await world.backend.create_token(world.owner, 1)
        await screen.see("Token Created")
        put_back(world, head)
        await screen.see(
            f"× History went back: record {head + 1} was seen, the log ends at {head}", "H say why"
        )
        await screen.see_no("Token Created")
        # Nobody is kept out by it, and what happens from now on is shown.
        await world.sign_in(OWNER)
        await world.backend.create_token(world.owner, 1)
        await screen.see("Token Created", "History went back")
        (file,) = kept()
        assert json.loads(file.read_text())["seq"] == head + 1


async def test_the_owner_says_why_and_the_line_goes(world: World) -> None:
    await _seen_before(world)
    async with console(world) as screen:
        await screen.see("History went back", "H say why")
        await screen.press("H")
        await screen.see("The audit log is an older copy", "Seen before")
        await screen.press("enter")
        await screen.see("Seen before")
        await screen.type("Restored on purpose")
        await screen.press("enter")
        await screen.see_no("Seen before")
        await screen.see("Recorded that history went back, and why")
        await screen.see_no("H say why")
        (event,) = [e for e in await world.events() if e.type is EventType.AUDIT_REWOUND]
        assert event.metadata["reason"] == "Restored on purpose"
    async with console(world) as screen:
        await screen.see("● following")
        assert "History went back:" not in screen.text


async def test_what_an_owner_said_elsewhere_ends_the_line_of_every_console(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_history_warning, "KEPT_AFTER", 0.1)
    await _seen_before(world)
    await world.sign_in("mia@acme.test", PASSWORD)
    async with console(world, "mia@acme.test") as screen:
        await screen.see("History went back", "an owner says why")
        await screen.press("H")
        assert "Seen before" not in screen.text
        seen = json.loads(kept()[0].read_text())
        gone = world.backend.acknowledge_rewind(
            world.owner, AuditHead(seen["seq"], seen["hash"]), "Restored"
        )
        await gone
        await screen.see_no("an owner says why")


async def test_an_acknowledgement_is_of_one_rewind_and_not_of_the_next(world: World) -> None:
    await _seen_before(world)
    seen = json.loads(kept()[0].read_text())
    head = AuditHead(seen["seq"], seen["hash"])
    await world.backend.acknowledge_rewind(world.owner, head, "Restored")
    acknowledged = await world.head()
    async with console(world) as screen:
        await screen.until(lambda: json.loads(kept()[0].read_text())["hash"] != head.hash)
        assert "History went back:" not in screen.text
    # This one finds the end of the log as it was kept, and has nothing to keep itself.
    async with console(world) as screen:
        await screen.see("● following", "Enforce SSO")
        await world.backend.create_token(world.owner, 1)
        await screen.see("Token Created")
        put_back(world, acknowledged)
        await screen.see("History went back:", "H say why")
    for _ in range(2):
        async with console(world) as screen:
            await screen.see("History went back:", "H say why")


async def _seen_before(world: World) -> None:
    """Let a console see a record that is gone afterwards."""
    head = await world.head()
    await world.backend.create_token(world.owner, 1)
    async with console(world) as screen:
        await screen.until(lambda: bool(kept()))
    put_back(world, head)


async def test_a_place_that_cannot_be_written_is_told_and_the_console_goes_on(
    world: World,
) -> None:
    state_folder().mkdir(parents=True)
    (state_folder() / "heads").write_text("in the way")
    async with console(world) as screen:
        await screen.see("Cannot save which record you saw last", "● following")
