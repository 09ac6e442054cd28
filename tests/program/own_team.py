"""A team that its owner sets up by commands, as processes of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

OLGA = "olga@harbor.example"
PASSWORD = "seven green lanterns hum"


class OwnTeam:
    """Olga owns it, and is signed in."""

    def __init__(self, folder: Path) -> None:
        self.place = ("--database", f"sqlite:///{folder / 'team.db'}")
        self.run("init", "--team", "Harbor", "--owner", OLGA, "--password-stdin", said=PASSWORD)

    def run(self, *arguments: str, said: str = "") -> str:
        """What a command prints; it must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "bgconsole", *self.place, *arguments],
            input=said,
            capture_output=True,
            env=os.environ,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def add(self, email: str) -> None:
        """An admin who has a password."""
        told = self.run("member", "add", email, "--role", "admin")
        code = re.search(r"\b[A-Z0-9]{5}(?:-[A-Z0-9]{5})+\b", told)
        assert code is not None, told
        self.run("redeem", email, "--stdin", said=f"{code[0]}\n{PASSWORD}\n")
