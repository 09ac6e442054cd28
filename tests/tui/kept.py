"""What the stories of a kept draft share."""

from pathlib import Path

from bgconsole.tui.model.draft_file import DraftFile
from tests.backend.world import World
from tests.tui.console import console

MIA, KEN, TOM = "mia@acme.test", "ken@acme.test", "tom@acme.test"
TITLE = "Your unsaved changes"


def files(folder: Path) -> list[Path]:
    """The kept drafts; `folder` is the test's own."""
    return sorted((folder / "drafts").glob("*.json"))


async def leave_a_draft(world: World, drafts: DraftFile) -> None:
    """Ken added, mia removed, at 09:00; then the line drops."""
    async with console(world, drafts=drafts) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.press("down", "x")
        await screen.add(KEN)
        await screen.see("2 changes: + 1, − 1")
