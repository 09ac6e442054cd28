"""What is built installs and runs: wheel, wheel from the sdist, and editable, all offline."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import bgconsole

# One worker builds once for all of these.
pytestmark = [pytest.mark.xdist_group("distributions"), pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
STYLES = sorted(path.name for path in (ROOT / "styles").glob("*.tcss"))
WHERE = """
import importlib.metadata, bgconsole
from bgconsole.tui.terminal.styles import style_files
print(bgconsole.__file__)
print(importlib.metadata.version("bgconsole"))
print(*style_files(), sep="\\n")
"""


@dataclass(frozen=True)
class Distributions:
    """The built files of one version."""

    sdist: Path
    wheel: Path
    wheel_from_sdist: Path


@dataclass(frozen=True)
class Installation:
    """What an installed bgconsole says of itself."""

    package: Path
    version: str
    styles: list[Path]


def run(*command: str | Path, cwd: Path) -> str:
    """Run `command` in `cwd`, away from this checkout's settings, and return its output."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(source: Path, into: Path, kind: str) -> Path:
    """Build one distribution of `source` with the tools installed here, and return its path."""
    run(
        *(sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", into, source),
        cwd=into.parent,
    )
    (built,) = into.iterdir()
    return built


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    work = tmp_path_factory.mktemp("distributions")
    folders = [work / name for name in ("sdist", "wheel", "wheel-from-sdist")]
    for folder in folders:
        folder.mkdir()
    sdist = build(ROOT, folders[0], "sdist")
    (work / "unpacked").mkdir()
    run("tar", "-xzf", sdist, cwd=work / "unpacked")
    (unpacked,) = (work / "unpacked").iterdir()
    return Distributions(
        sdist, build(ROOT, folders[1], "wheel"), build(unpacked, folders[2], "wheel")
    )


def install(folder: Path, *requirement: str | Path) -> Installation:
    """Install `requirement` into an environment of its own and ask it who it is."""
    environment = folder / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=folder)
    python = environment / "bin" / "python"
    # The libraries come from the environment that runs this test: nothing is fetched. A path
    # file adds the folder itself, not this checkout, which its own path files point to.
    site = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder
    ).strip()
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(site, "libraries.pth").write_text("\n".join(sorted(libraries)), encoding="utf-8")
    run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "--quiet"),
        *("--no-index", "--no-deps", "--no-build-isolation", "--force-reinstall", *requirement),
        cwd=folder,
    )
    said = run(environment / "bin" / "bgconsole", "--version", cwd=folder)
    assert bgconsole.__version__ in said
    package, version, *styles = run(python, "-c", WHERE, cwd=folder).splitlines()
    return Installation(Path(package), version, [Path(path) for path in styles])


@pytest.mark.parametrize("built", ["wheel", "wheel_from_sdist"])
def test_a_built_wheel_runs_and_brings_its_styles(
    distributions: Distributions, built: str, tmp_path: Path
) -> None:
    installed = install(tmp_path, getattr(distributions, built))
    assert installed.package.is_relative_to(tmp_path)
    assert installed.version == bgconsole.__version__
    assert [path.name for path in installed.styles] == STYLES
    assert all(path.is_relative_to(tmp_path) for path in installed.styles)


def test_an_editable_install_uses_the_checkouts_code_and_styles(tmp_path: Path) -> None:
    installed = install(tmp_path, "--editable", ROOT)
    assert installed.package.is_relative_to(ROOT / "src")
    assert installed.version == bgconsole.__version__
    assert installed.styles == [ROOT / "styles" / name for name in STYLES]


def test_there_is_a_style_sheet() -> None:
    assert STYLES


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(
    distributions: Distributions,
) -> None:
    package = ROOT / "src"
    expected = {
        str(path.relative_to(package))
        for path in (package / "bgconsole").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    } | {f"bgconsole/styles/{name}" for name in STYLES}
    expected.add(f"bgconsole-{bgconsole.__version__}.data/data/share/man/man1/bgconsole.1")
    for wheel in (distributions.wheel, distributions.wheel_from_sdist):
        with zipfile.ZipFile(wheel) as archive:
            held = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert held == expected


def test_the_sdist_holds_no_stray_file(distributions: Distributions) -> None:
    with tarfile.open(distributions.sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = settings["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"]
    # Hatchling always adds these two.
    allowed = [*listed, "PKG-INFO", ".gitignore"]
    stray = [
        name
        for name in names
        if not any(name == entry or name.startswith(f"{entry}/") for entry in allowed)
    ]
    assert not stray
    assert {"Makefile", "tests/packaging/test_distributions.py"} <= set(names)
