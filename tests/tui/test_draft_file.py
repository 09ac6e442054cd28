"""A kept draft that cannot be trusted, read or written is said, and work goes on."""

from pathlib import Path

import pytest

from bgconsole.tui.model.draft_file import DraftFile
from tests.backend.world import OWNER, World
from tests.tui.console import console
from tests.tui.kept import KEN, MIA, TITLE, files, leave_a_draft


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"format": 2}',
        b"\xff\xfe",
        b"[" * 50_000,
        b" " * 70_000,
    ],
    ids=["empty", "cut", "list", "later", "bytes", "deep", "large"],
)
async def test_a_damaged_file_is_set_aside_and_said(
    world: World, drafts: DraftFile, tmp_path: Path, content: bytes
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    (path,) = files(tmp_path)
    path.write_bytes(content)
    async with console(world, drafts=drafts) as screen:
        await screen.see("! A kept draft was set aside: ")
        assert TITLE not in screen.text
        assert files(tmp_path) == []
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
    assert len(files(tmp_path)) == 1


async def test_a_file_that_others_could_have_written_is_set_aside(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    (path,) = files(tmp_path)
    path.chmod(0o622)
    async with console(world, drafts=drafts) as screen:
        await screen.see("A kept draft was set aside: others could have written it")


async def test_a_link_in_its_place_is_not_followed(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    (path,) = files(tmp_path)
    elsewhere = tmp_path / "elsewhere.json"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    async with console(world, drafts=drafts) as screen:
        await screen.see("A kept draft was set aside")
    assert elsewhere.exists()


async def test_work_goes_on_where_nothing_can_be_written(world: World, tmp_path: Path) -> None:
    """The folder's place is taken by a file, as good as a full disk: said once, and that is all."""
    (tmp_path / "drafts").write_text("in the way")
    drafts = DraftFile(tmp_path / "drafts", "sqlite:///team.db")
    await world.enforce("entra", OWNER, MIA)
    async with console(world, drafts=drafts) as screen:
        await screen.see("A lost connection would lose your draft: Not a directory")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await screen.save()


async def test_a_second_console_of_the_same_person_leaves_the_first_one_its_draft(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world, drafts=drafts) as first:
        await first.see_row("✓ mia@acme.test")
        await first.add(KEN)
        await first.see_row("+ ken@acme.test")
        await first.until(lambda: bool(files(tmp_path)), "the file")
        before = files(tmp_path)[0].read_text()
        another = DraftFile(tmp_path / "drafts", "sqlite:///team.db")
        assert not another.claim(OWNER)
        async with console(world, drafts=another) as second:
            await second.see_row("✓ mia@acme.test")
            await second.press("down", "x")
            await second.see("Another console of yours is open")
            assert TITLE not in second.text
        assert files(tmp_path)[0].read_text() == before
