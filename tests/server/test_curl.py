"""The curl examples of docs/http.md, run unchanged in bash against a real server."""

import json
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from bgconsole.backend.identity import Caller
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.values import MemberAddition
from bgconsole.policy.settings import Delta
from tests.backend.world import CHEAP, CONSOLE
from tests.serving import Server, forked

pytestmark = pytest.mark.skipif(
    shutil.which("curl") is None, reason="curl is not on this machine, and nothing else needs it"
)

_ROOT = Path(__file__).parents[2]
_ADA = "ada@example.com"
_PASSWORD = r'plum "violin" \harbour & $taple, 100% é'
"""With everything in it that a shell, sed or JSON could stumble over."""

_BETWEEN = "\x1e"
_UNTIL_AN_EVENT = """
curl() {
    [[ $* == *stream* ]] || { command curl "$@"; return; }
    exec 3< <(exec curl "$@")
    local process=$! line
    while IFS= read -r line <&3; do
        printf '%s\\n' "$line"
        [[ $line != data:* ]] || break
    done
    kill "$process"
}
"""
"""A stream goes on for ever: it is left after its first event."""


@pytest.fixture
async def database(tmp_path: Path) -> str:
    """A team of ada's, who comes in past the SSO of one provider, not of the other."""
    path = tmp_path / "data" / "team.db"
    backend = LocalBackend.at(path, hasher=CHEAP)
    founder = await backend.initialise(Caller(CONSOLE), "Example", _ADA, _PASSWORD)
    ada = Caller(CONSOLE, founder.token)
    await backend.apply_delta(ada, "oidc", Delta(True, (_ADA,)))
    people = [MemberAddition(f"{name}@example.com") for name in ("grace", "alan", "edsger")]
    await backend.add_members(ada, people)
    await backend.close()
    return f"sqlite:///{path}"


@pytest.fixture
def server(database: str) -> Generator[Server]:
    with forked(database) as server:
        yield server


def shown(page: str, heading: str, server: Server) -> list[str]:
    """The shell blocks under a heading, speaking to this server."""
    text = (_ROOT / page).read_text()
    _, found, section = text.partition(f"\n## {heading}\n")
    assert found
    blocks = re.findall(r"^```sh\n(.*?)^```$", section.partition("\n## ")[0], re.M | re.S)
    replaced = re.subn(r"^URL=.*$", f"URL={server.url}", _BETWEEN.join(blocks), flags=re.M)
    assert replaced[1] == 1
    return replaced[0].split(_BETWEEN)


def ran(blocks: list[str], folder: Path) -> tuple[list[str], list[str]]:
    """Run these one after the other in one shell: what each wrote, and the HTTP statuses."""
    (Path(os.environ["HOME"]) / ".curlrc").write_text('write-out = "%{stderr}%{http_code}\\n"\n')
    script = "printf '\\x1e'\n".join([_UNTIL_AN_EVENT, *blocks])
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=folder,
        input=f"{_PASSWORD}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split(_BETWEEN)[1:], done.stderr.split()


def answers(text: str) -> list[Any]:
    """Every JSON value of a text that has one after the other."""
    found: list[Any] = []
    while text := text.lstrip():
        value, end = json.JSONDecoder().raw_decode(text)
        found.append(value)
        text = text[end:]
    return found


def first_event(lines: list[str]) -> dict[str, Any]:
    """The first event of a stream that was left after it."""
    fields = dict(line.split(": ", 1) for line in lines if line and not line.startswith(":"))
    event = json.loads(fields["data"])
    assert (fields["event"], fields["id"]) == ("audit", str(event["seq"]))
    return event


def test_each_step_of_the_page_works(server: Server, tmp_path: Path) -> None:
    sign_in, read, change, log, leave = shown("docs/http.md", "Step by step", server)
    again = re.sub(r"^KEY=.*\n", "", change)
    assert again != change
    again += 'curl -sS "$URL/v1/providers" -H @auth\n'
    gone = 'curl -sS "$URL/v1/me" -H @auth\n'
    said, statuses = ran([sign_in, read, change, again, log, leave, gone], tmp_path)

    auth = tmp_path / "auth"
    assert stat.S_IMODE(auth.stat().st_mode) == 0o600
    assert re.fullmatch(r"Authorization: Bearer \S{20,}\n?", auth.read_text())

    providers, decision = answers(said[1])
    lists = {one["slug"]: [entry["email"] for entry in one["entries"]] for one in providers}
    assert (lists["oidc"], lists["entra"]) == ([_ADA], [])
    assert (decision["allowed"], decision["is_break_glass"], decision["via"]) == (
        True,
        True,
        ["oidc"],
    )

    (done,), (repeated, providers) = answers(said[2]), answers(said[3])
    assert (done["enforced"], [one["email"] for one in done["entries"]]) == (True, [_ADA])
    assert repeated == done
    # What is to be said of a change, a list of providers does not say.
    assert done.pop("warnings")
    assert done in [{k: v for k, v in one.items() if k != "warnings"} for one in providers]

    first, *stream, last = said[4].splitlines()
    (page, _), checked = json.JSONDecoder().raw_decode(first), json.loads(last)
    assert [one["type"] for one in page["events"]] == ["auth.login.success"]
    assert page["events"][0]["metadata"]["isBreakGlassAccess"] is True
    assert first_event(stream)["seq"] == 8
    assert checked["ok"] is True

    # The stream was left before curl could tell its status.
    assert statuses == [*["200"] * 8, "204", "401"]
    (refusal,) = answers(said[6])
    assert refusal["code"] == "signed_out"


def test_the_short_example_works(server: Server, tmp_path: Path) -> None:
    (said,), statuses = ran(shown("docs/http.md", "In short", server), tmp_path)
    first, *stream = said.splitlines()
    providers, _ = json.JSONDecoder().raw_decode(first)
    assert [one["slug"] for one in providers if one["enforced"]] == ["oidc"]
    assert first_event(stream)["seq"] == 1
    assert statuses == ["200", "200"]
    assert stat.S_IMODE((tmp_path / "auth").stat().st_mode) == 0o600
