"""`bgconsole serve` as a process, on a team made by the command line."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.backend.world import OWNER, PASSWORD

WITHIN = 60.0


@dataclass
class Served:
    """A server process, where it listens, and what it says."""

    process: subprocess.Popen[str]
    log: Path
    out: Path
    url: str = ""

    @property
    def said(self) -> str:
        """What it told its operator."""
        return self.log.read_text(errors="replace")

    def await_said(self, pattern: str) -> re.Match[str]:
        """Wait until it has said something like this."""
        end = time.monotonic() + WITHIN
        while time.monotonic() < end:
            found = re.search(pattern, self.said)
            if found is not None:
                return found
            assert self.process.poll() is None, self.said
            time.sleep(0.02)
        raise AssertionError(f"never said {pattern!r}: {self.said}")

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop; its exit code."""
        self.process.send_signal(by)
        return self.process.wait(WITHIN)


def found_team() -> str:
    """A team in this test's own home; the URL of its database."""
    arguments = ["init", "--team", "Acme", "--owner", OWNER, "--password-stdin"]
    done = ran(*arguments, stdin=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    return f"sqlite:///{os.environ['XDG_DATA_HOME']}/bgconsole/team.db"


def ran(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `bgconsole ARGUMENTS` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bgconsole", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=60,
        check=False,
    )


@contextmanager
def serving(
    folder: Path, *arguments: str, database: str | None = None, **environment: str
) -> Generator[Served]:
    """`bgconsole serve --port 0 ARGUMENTS`, ready for requests; it is gone in the end."""
    place = () if database is None else ("--database", database)
    log, out = folder / "serve.err", folder / "serve.out"
    with log.open("w") as err, out.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bgconsole", *place, "serve", "--port", "0", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=err,
            text=True,
            env=os.environ | environment,
        )
    served = Served(process, log, out)
    try:
        served.url = served.await_said(r"Serving \S+ at (https?://\S+)\n")[1]
        yield served
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def signed_in(client: httpx.Client) -> str:
    """The token of a session of the owner's, which the client uses from now on."""
    body = {"email": OWNER, "password": PASSWORD}
    token: str = client.post("/v1/login", json=body).raise_for_status().json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return token
