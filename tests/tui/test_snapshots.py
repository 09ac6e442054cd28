"""Each screen in each state, at both sizes, against its picture of before."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui.console import SIZES
from tests.tui.states import STATES, State, copy_of, sample_team


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample team, made once."""
    path = tmp_path_factory.mktemp("sample") / "team.db"
    sample_team(path)
    return path


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_it_looks_as_before(
    state: State,
    size: tuple[int, int],
    team: Path,
    tmp_path: Path,
    snap_compare: Callable[..., bool],
) -> None:
    scene = copy_of(team, tmp_path)
    same = snap_compare(state.app(scene), terminal_size=size, run_before=state.run(scene))
    scene.close()
    assert same
