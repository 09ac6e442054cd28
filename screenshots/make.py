"""Draws every screen in every state at both sizes, from the real app: SVG and PNG in this folder.

Run by `make screenshots`. The PNGs need the Fira Code font; without it they are left as they are.
"""

import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

# A picture shows every colour, whatever this terminal would; before Textual looks.
os.environ.pop("NO_COLOR", None)

from textual._doc import take_svg_screenshot  # pyright: ignore[reportUnknownVariableType]

HERE = Path(__file__).resolve().parent
FONTS = Path("/usr/share/fonts/truetype/firacode")

# The states are those of the snapshot tests.
sys.path.insert(0, str(HERE.parent))

from tests.tui.console import SIZES  # noqa: E402 (found only by the line above)
from tests.tui.states import STATES, State, copy_of, sample_team  # noqa: E402

CELL_WIDTH, CELL_HEIGHT = 12.2, 24.4
LEFT, TOP = 9, 41
"""Where the screen begins inside the window that Textual draws around it."""


def main() -> None:
    """Draw all pictures, and remove those of states that are no more."""
    names: set[str] = set()
    with TemporaryDirectory() as folder:
        team = Path(folder) / "sample.db"
        sample_team(team)
        for state in STATES:
            for size in SIZES:
                name = f"{state.name}-{size[0]}x{size[1]}"
                (HERE / f"{name}.svg").write_text(draw(state, size, team))
                names.add(name)
                print(name)
    for path in (*HERE.glob("*.svg"), *HERE.glob("*.png")):
        if path.stem not in names:
            path.unlink()
    make_pngs()


def draw(state: State, size: tuple[int, int], team: Path) -> str:
    """The picture of one state, without a window around it."""
    with TemporaryDirectory() as folder:
        scene = copy_of(team, Path(folder))
        app = state.app(scene)
        svg = take_svg_screenshot(app=app, terminal_size=size, run_before=state.run(scene))
        scene.close()
    width, height = round(size[0] * CELL_WIDTH, 1), round(size[1] * CELL_HEIGHT, 1)
    svg = re.sub(r'viewBox="[^"]*"', f'viewBox="{LEFT} {TOP} {width} {height}"', svg, count=1)
    # Nothing is fetched to show it: a Fira Code of the machine, or any fixed-width font.
    return re.sub(r',\s*url\("[^"]*"\) format\("[^"]*"\)', "", svg)


def make_pngs() -> None:
    """A PNG beside every SVG, where the font is there."""
    fonts = [str(path) for path in sorted(FONTS.glob("*.ttf"))]
    if not fonts:
        print(
            "The PNGs were left as they are, since Fira Code is not installed:"
            " apt-get install fonts-firacode",
            file=sys.stderr,
        )
        return
    for svg in HERE.glob("*.svg"):
        svg.with_suffix(".png").write_bytes(rendered(svg, fonts))


def rendered(svg: Path, fonts: list[str]) -> bytes:
    """The picture as a PNG, ten pixels to a cell."""
    import resvg_py

    columns = int(svg.stem.rpartition("-")[2].partition("x")[0])
    # Without the system's fonts, so that every machine draws the same.
    png = resvg_py.svg_to_bytes(
        svg_string=svg.read_text(), width=columns * 10, font_files=fonts, skip_system_fonts=True
    )
    return bytes(png)


if __name__ == "__main__":
    main()
