"""The first run: a team is made on the screen, and nothing before the last enter."""

import stat
from pathlib import Path

import pytest

from bgconsole.backend.local.engine import Database
from bgconsole.backend.local.failures import _unavailable
from tests.backend.world import OWNER, PASSWORD, SqliteDeployment, World
from tests.tui.console import LARGE, SIZES, SMALL
from tests.tui.first_run import GOOD, fill, started

TINY = (40, 12)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the team's data goes; nothing is there."""
    return tmp_path / "data" / "team.db"


@pytest.mark.parametrize("size", [*SIZES, TINY])
async def test_a_team_is_made_and_its_owner_is_in(path: Path, size: tuple[int, int]) -> None:
    async with started(path, size=size) as screen:
        await screen.see("Set up your team")
        await fill(screen, "Acme", OWNER, GOOD, GOOD)
        assert not path.parent.exists(), "nothing is made before the last enter"
        await screen.press("enter")
        await screen.see("The team Acme is made")
        await screen.see("Microsoft Entra ID" if size == LARGE else "Entra")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    async with started(path, size=size) as screen:
        await screen.see("Sign in to Acme")
        await screen.sign_in(OWNER, GOOD)
        await screen.see("Entra")


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_made(
    path: Path, size: tuple[int, int]
) -> None:
    async with started(path, size=size) as screen:
        await screen.see("Set up your team")
        await fill(screen, " ", "no email", "too short", "not the same", "")
        await screen.see("Give the team a name", "Enter a valid email address", "shorter than 15")
        assert screen.app.focused is screen.app.screen.query_one("#team")
    assert not path.parent.exists()


async def test_a_password_is_measured_while_it_is_typed(path: Path) -> None:
    async with started(path) as screen:
        await screen.see("15 characters or more")
        await fill(screen, "Harbor Pay", "ada@harbor.example")
        await screen.type("harbor")
        await screen.see("6 of 15 characters")
        await screen.type(" pay harbor")
        await screen.see("easy to guess")
        await screen.type(" crane yellow seldom")
        await screen.see("✓ good")
        await screen.press("enter")
        await screen.type("harbx")
        await screen.see("Not the same as above")
        assert "harbx" not in screen.text


async def test_a_password_easy_to_guess_is_refused_with_the_rules_own_words(path: Path) -> None:
    async with started(path) as screen:
        await screen.see("Set up your team")
        await fill(screen, "Acme", OWNER, "passwordpassword", "passwordpassword", "")
        await screen.see("The password is easy to guess", "several unrelated words")
        assert screen.app.focused is screen.app.screen.query_one("#new-password")
        # Mended, and on.
        await screen.press("ctrl+u")
        await fill(screen, GOOD)
        await screen.press("ctrl+u")
        await fill(screen, GOOD, "")
        await screen.see("The team Acme is made")


@pytest.mark.parametrize("written", ["{}/elsewhere/my.db", "sqlite:///{}/elsewhere/my.db"])
async def test_the_data_goes_where_it_is_told_to(path: Path, tmp_path: Path, written: str) -> None:
    async with started(path) as screen:
        await screen.see("Set up your team")
        await fill(screen, "Acme", OWNER, GOOD, GOOD)
        await screen.press("ctrl+u")
        await fill(screen, written.format(tmp_path))
        await screen.see("The team Acme is made")
    assert (tmp_path / "elsewhere" / "my.db").exists()
    assert not path.parent.exists()


async def test_a_folder_gets_a_file_of_the_usual_name(path: Path, tmp_path: Path) -> None:
    async with started(path) as screen:
        await screen.see("Set up your team")
        await fill(screen, "Acme", OWNER, GOOD, GOOD)
        await screen.press("ctrl+u")
        await fill(screen, str(tmp_path))
        await screen.see("The team Acme is made")
    assert (tmp_path / "team.db").exists()


@pytest.mark.parametrize("written", ["postgresql://ada:secret@db/team", "/proc/none/team.db"])
async def test_a_place_that_is_no_good_is_refused_and_the_password_need_not_be_typed_again(
    path: Path, tmp_path: Path, written: str
) -> None:
    async with started(path) as screen:
        await screen.see("Set up your team")
        await fill(screen, "Acme", OWNER, GOOD, GOOD)
        await screen.press("ctrl+u")
        await fill(screen, written)
        await screen.see("×")
        assert screen.app.focused is screen.app.screen.query_one("#place")
        await screen.press("ctrl+u")
        await fill(screen, str(tmp_path / "good.db"))
        await screen.see("The team Acme is made")


async def test_a_full_disk_says_so_and_leaves_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = 13

    def create(self: Database) -> None:
        raise _unavailable(self.path, full)

    async with started(path) as screen:
        await screen.see("Set up your team")
        with monkeypatch.context() as patched:
            patched.setattr(Database, "create", create)
            await fill(screen, "Acme", OWNER, GOOD, GOOD, "")
            await screen.see("The disk that holds", "Free some space")
        assert not path.exists()
        await screen.press("enter")
        await screen.see("The team Acme is made")


async def test_a_team_made_elsewhere_meanwhile_is_not_touched(path: Path, tmp_path: Path) -> None:
    world = World(SqliteDeployment(tmp_path))
    async with started(path) as screen:
        await screen.see("Set up your team")
        await fill(screen, "Another", "ada@another.test", GOOD, GOOD)
        await world.found()
        await screen.press("enter")
        await screen.see("A team is there already")
        await screen.press("f2", "enter")
        await screen.see("Sign in to Acme")
        await screen.sign_in(OWNER, PASSWORD)
        await screen.see("Microsoft Entra ID")
    await world.close()


async def test_an_empty_file_is_set_up_too_and_keeps_what_was_typed(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    async with started(path) as screen:
        await screen.see("Set up your team")
        await fill(screen, "Acme", OWNER, GOOD, GOOD, "")
        await screen.see("The team Acme is made")


async def test_a_hostile_name_is_shown_as_it_is_written(path: Path) -> None:
    async with started(path) as screen:
        await screen.see("Set up your team")
        await fill(screen, "[red]A\x1b[31mcme[/] [@click=app.quit]x[/]", OWNER, GOOD, GOOD, "")
        await screen.see("is made")
        await screen.see("[red]A[31mcme[/] [@click=app.quit]x[/]")
        assert "\x1b" not in screen.text


async def test_a_read_only_console_says_that_it_cannot_set_up(path: Path) -> None:
    async with started(path, read_only=True) as screen:
        await screen.see("There is no team here yet", "read-only")
        await screen.see("Start it without --read-only", "F8")
        assert "Email" not in screen.text


async def test_a_team_in_another_database_is_opened_instead(path: Path, tmp_path: Path) -> None:
    world = World(SqliteDeployment(tmp_path / "other"))
    await world.found()
    async with started(path, size=SMALL) as screen:
        await screen.see("Set up your team")
        await screen.press("f2")
        await screen.see("Open a team that is there")
        await screen.press("ctrl+u")
        await fill(screen, str(tmp_path / "nowhere.db"))
        await screen.see("There is no team there")
        await screen.press("ctrl+u")
        await fill(screen, str(tmp_path / "other" / "data" / "team.db"))
        await screen.see("Sign in to Acme")
        await screen.sign_in(OWNER, PASSWORD)
        await screen.see("Entra")
    await world.close()
    assert not path.parent.exists()
    assert not (tmp_path / "nowhere.db").exists()


async def test_leaving_the_choice_of_a_database_comes_back_to_what_was_typed(path: Path) -> None:
    async with started(path) as screen:
        await screen.see("Set up your team")
        await fill(screen, "Acme")
        await screen.press("f2")
        await screen.see("Open a team that is there")
        await screen.press("escape")
        await screen.see("Set up your team", "Acme")
