"""Draws every screen in every state at both sizes, from the real app: SVG and PNG.

Run by `make screenshots`. All pictures go to `screenshots/all/`, which git ignores; those that a
page shows are beside this file and in git, and are drawn again as well. The PNGs need the Fira Code
font; without it they are left as they are. `--to FOLDER` draws elsewhere, and names draw only the
states that begin with one of them. The looks beside the dark one are drawn of a few states;
`--every-look` draws them of all.
"""

import argparse
import asyncio
import os
import re
import shutil
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# A picture shows every colour, whatever this terminal would; before Textual looks.
os.environ.pop("NO_COLOR", None)

from textual._doc import take_svg_screenshot  # pyright: ignore[reportUnknownVariableType]
from textual.pilot import Pilot

HERE = Path(__file__).resolve().parent
ALL = HERE / "all"
FONTS = Path("/usr/share/fonts/truetype/firacode")

# The states are those of the snapshot tests.
sys.path.insert(0, str(HERE.parent))

# ruff: noqa: E402 (found only by the line above)
from bgconsole.compose import Target
from bgconsole.demo.entra import DemoEntra
from bgconsole.demo.identity_provider.protocol import DEFAULT_PORT, LOOPBACK
from screenshots.animation import animated
from tests.tui.console import SIZES
from tests.tui.states import (
    STATES,
    Dress,
    State,
    copy_of,
    first_minute,
    in_every_look,
    sample_team,
)

CELL_WIDTH, CELL_HEIGHT = 12.2, 24.4
ANIMATION = "first-minute"
"""What the README begins with: the name of the animated picture, an SVG alone."""

LEFT, TOP = 9, 41
"""Where the screen begins inside the window that Textual draws around it."""


def main() -> None:
    """Draw all pictures, and remove those of states that are no more."""
    parser = argparse.ArgumentParser(description="Draw the console's screens.")
    parser.add_argument("--to", type=Path, default=ALL, metavar="FOLDER")
    parser.add_argument("--every-look", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    folder: Path = options.to
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [state for state in STATES if state.name.startswith(tuple(options.names) or ("",))]
    drawn = draw_all(chosen, folder, every_look=options.every_look)
    make_pngs(drawn)
    animation = folder / f"{ANIMATION}.svg"
    if ANIMATION.startswith(tuple(options.names) or ("",)):
        draw_animation(animation)
    if not options.names:
        for path in (*folder.glob("*.svg"), *folder.glob("*.png")):
            if path.with_suffix(".svg") not in {*drawn, animation}:
                path.unlink()
    if folder == ALL:
        copy_to_the_pages(folder)


def copy_to_the_pages(folder: Path) -> None:
    """Replace each picture that a page shows by the one that was drawn in `folder`."""
    for shown in (*HERE.glob("*.svg"), *HERE.glob("*.png")):
        if (drawn := folder / shown.name).exists():
            shutil.copyfile(drawn, shown)


def draw_all(states: list[State], folder: Path, *, every_look: bool) -> set[Path]:
    """The SVGs of these states at both sizes, and in the looks asked for."""
    drawn: set[Path] = set()
    with TemporaryDirectory() as scratch:
        team = Path(scratch) / "sample.db"
        sample_team(team)
        for state in states:
            looks = tuple(Dress) if every_look or in_every_look(state) else (Dress.DARK,)
            for size in SIZES:
                for dress, svg in draw(state, size, team, looks).items():
                    path = folder / f"{state.name}{dress.suffix}-{size[0]}x{size[1]}.svg"
                    path.write_text(svg)
                    drawn.add(path)
                    print(path.stem)
    return drawn


def draw_animation(path: Path) -> None:
    """The demo's first minute, with the demo's own identity provider at its usual port."""
    with socket.socket() as port, own_home() as scratch:
        try:
            # What a run before has left there is no other program.
            port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            port.bind((LOOPBACK, DEFAULT_PORT))
        except OSError:
            print(
                f"{path.stem} was left as it is, since port {DEFAULT_PORT} is taken:"
                " end the bgconsole demo that runs",
                file=sys.stderr,
            )
            return
        port.close()
        team = Path(scratch) / "sample.db"
        sample_team(team)
        entra = DemoEntra(Target(f"sqlite:///{team}"))
        try:
            entra.switch()
            stills = asyncio.run(first_minute.FirstMinute(team, entra).stills())
        finally:
            entra.close()
    path.write_text(animated(stills, first_minute.SIZE, first_minute.POSTER))
    print(path.stem)


@contextmanager
def own_home() -> Generator[str]:
    """A folder for one picture's files: no picture shows what was seen in another."""
    with TemporaryDirectory() as folder:
        for kind in ("CONFIG", "DATA", "STATE"):
            os.environ[f"XDG_{kind}_HOME"] = f"{folder}/{kind.lower()}"
        yield folder


def draw(
    state: State, size: tuple[int, int], team: Path, looks: tuple[Dress, ...]
) -> dict[Dress, str]:
    """The pictures of one state in these looks."""
    pictures: dict[Dress, str] = {}
    with own_home() as folder:
        scene = copy_of(team, Path(folder))
        app = state.app(scene)
        reach = state.run(scene)

        async def run(pilot: Pilot[Any]) -> None:
            await reach(pilot)
            for dress in looks:
                dress.put_on(app)
                await pilot.pause()
                pictures[dress] = framed(app.export_screenshot(), size)

        take_svg_screenshot(app=app, terminal_size=size, run_before=run)
        scene.close()
    return pictures


def framed(svg: str, size: tuple[int, int]) -> str:
    """The picture without a window around it."""
    width, height = round(size[0] * CELL_WIDTH, 1), round(size[1] * CELL_HEIGHT, 1)
    svg = re.sub(r'viewBox="[^"]*"', f'viewBox="{LEFT} {TOP} {width} {height}"', svg, count=1)
    # Nothing is fetched to show it: a Fira Code of the machine, or any fixed-width font.
    return re.sub(r',\s*url\("[^"]*"\) format\("[^"]*"\)', "", svg)


def make_pngs(drawn: set[Path]) -> None:
    """A PNG beside each of these SVGs, where the font is there."""
    fonts = [str(path) for path in sorted(FONTS.glob("*.ttf"))]
    if not fonts:
        print(
            "The PNGs were left as they are, since Fira Code is not installed:"
            " apt-get install fonts-firacode",
            file=sys.stderr,
        )
        return
    for svg in drawn:
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
