"""Stage: the databases that are measured on, and homes whose person is signed in to them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import seed

FEW_EVENTS = 100
OWNER = "bench@example.org"
PASSWORD = "seven quiet lanterns by the pier"

BGCONSOLE = Path(sys.executable).parent / "bgconsole"
"""The command that is measured: that of this environment."""

_XDG = {
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
}


class StageError(Exception):
    """A command that prepares the measuring failed."""


@dataclass(frozen=True)
class Home:
    """A home folder and a team: whoever runs bgconsole there uses no settings of their own."""

    home: Path

    @property
    def place(self) -> tuple[str, str]:
        """The option that says where the team is, and its value."""
        raise NotImplementedError

    @property
    def command(self) -> list[str]:
        """The console on this team."""
        return [str(BGCONSOLE), *self.place]

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program needs to live in this home."""
        folders = {variable: str(self.home / folder) for variable, folder in _XDG.items()}
        return {"HOME": str(self.home), **folders}

    def run(self, *arguments: str, stdin: str = "") -> None:
        """Run one bgconsole command. Raises StageError when it fails."""
        done = subprocess.run(
            [*self.command, *arguments],
            env={**os.environ, **self.environment},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            raise StageError(f"bgconsole {arguments[0]} ended with {done.returncode}: {said}")


@dataclass(frozen=True)
class Site(Home):
    """A home whose team is in a file."""

    database: Path

    @property
    def place(self) -> tuple[str, str]:
        """That file."""
        return "--database", f"sqlite:///{self.database}"


@dataclass(frozen=True)
class SharedSite(Home):
    """A home whose team is behind the URL of a server or a PostgreSQL."""

    url: str

    @property
    def place(self) -> tuple[str, str]:
        """That server or PostgreSQL."""
        return "--server" if self.url.startswith("http") else "--database", self.url


@dataclass(frozen=True)
class Stage:
    """Where everything is measured: nobody signed in, and signed in on few and on many events."""

    folder: Path
    signed_out: Site
    few: Site
    many: Site


def prepare(folder: Path, many_events: int) -> Stage:
    """The stage below `folder`, with fresh sign-ins; databases made before are used again.

    Raises StageError.
    """
    runs = folder / "run"
    shutil.rmtree(runs, ignore_errors=True)
    runs.mkdir(parents=True)
    (folder / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")
    few = seeded(folder, FEW_EVENTS)
    many = seeded(folder, many_events)
    # The databases of few events are copied, so that the rounds of one leave no trace in the other.
    stage = Stage(
        folder=runs,
        signed_out=_site(runs / "signed-out", _copy(few, runs / "signed-out.db")),
        few=_site(runs / "few", _copy(few, runs / "few.db")),
        many=_site(runs / "many", many),
    )
    for site in (stage.few, stage.many):
        site.run("sign-in", OWNER, "--password-stdin", stdin=f"{PASSWORD}\n")
    return stage


def seeded(folder: Path, events: int) -> Path:
    """A database with so many events, from the cache if one of the same schema is there."""
    blank = _site(folder / "run" / "blank", folder / "run" / f"blank-{events}.db")
    blank.database.unlink(missing_ok=True)
    blank.run("init", "--team", "Bench", "--owner", OWNER, "--password-stdin", stdin=PASSWORD)
    kept = folder / f"events-{events}-{seed.fingerprint(blank.database)}.db"
    if not kept.exists():
        print(f"Seeding {events:,} audit events ...", file=sys.stderr)
        seed.fill(blank.database, events)
        blank.database.rename(kept)
    return kept


def _copy(database: Path, to: Path) -> Path:
    shutil.copyfile(database, to)
    to.chmod(0o600)
    return to


def _site(home: Path, database: Path) -> Site:
    home.mkdir(exist_ok=True)
    return Site(home, database)
