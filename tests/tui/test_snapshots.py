"""Each screen in each state, at both sizes, against its picture of before."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui.console import SIZES, SMALL
from tests.tui.states import STATES, Dress, State, copy_of, in_every_look, sample_team


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


@pytest.mark.parametrize("dress", [dress for dress in Dress if dress is not Dress.DARK])
@pytest.mark.parametrize(
    "state", [state for state in STATES if in_every_look(state)], ids=lambda state: state.name
)
def test_it_looks_as_before_in_every_look(
    state: State, dress: Dress, team: Path, tmp_path: Path, snap_compare: Callable[..., bool]
) -> None:
    """On the small terminal: what a look does, it does at every size."""
    scene = copy_of(team, tmp_path)
    app, run = state.app(scene), state.run(scene, dress)
    same = snap_compare(app, terminal_size=SMALL, run_before=run)
    scene.close()
    assert same
