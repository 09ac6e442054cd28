"""Single sign-on on the command line: setting it up, signing in by it, and what is known of it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.cli.conftest import OWNER, Clock
from tests.cli.driver import CommandLine, Done
from tests.openid.stub import Stub, error, stub_provider
from tests.openid.stub import as_json as answered

KEN = "ken@harbor.example"
BY_DEVICE = ("sign-in", "--sso", "oidc", "--flow", "device")


@pytest.fixture
def stub() -> Generator[Stub]:
    with stub_provider() as running:
        running.routes["/device"] = lambda _asked: answered(running.device(interval=1))
        yield running


@pytest.fixture
def ready(team: CommandLine, stub: Stub) -> CommandLine:
    """The provider `oidc` is set up, and Ken is an admin who has no password."""
    done = team(
        *("provider", "set", "oidc", "--issuer", stub.issuer, "--client-id", "console"),
        *("--email-domain", "harbor.example", "--scope", "openid", "--scope", "email"),
    )
    assert done.code == 0, done.err
    done = team("member", "add", KEN, "--name", "Ken", "--role", "admin", "--sso-only")
    assert done.code == 0, done.err
    vouch(stub)
    return team


def vouch(stub: Stub, **changed: object) -> None:
    """What the provider says of whoever comes next."""
    stub.id_token = stub.signed(stub.claims(**{"email": KEN, "nonce": None, **changed}))


def lines(done: Done) -> list[dict[str, object]]:
    """JSON Lines."""
    return [json.loads(line) for line in done.out.splitlines()]


def test_a_code_signs_in_and_the_next_commands_are_ones_own(ready: CommandLine) -> None:
    done = ready(*BY_DEVICE)
    assert done.code == 0, done.err
    assert "and enter the code BCDF-GHJK" in done.out
    assert f"Signed in as {KEN} (admin)" in done.out
    whoami = ready("whoami")
    assert "by sso with oidc" in whoami.out
    assert ready("whoami", "--json").json["provider"] == "oidc"


def test_json_lines_tell_the_address_first(ready: CommandLine, stub: Stub) -> None:
    first, last = lines(ready("sign-in", KEN, "--sso", "oidc", "--json"))
    assert first["verification_uri"] == f"{stub.issuer}/go"
    assert (first["user_code"], first["expires_in"]) == ("BCDF-GHJK", 300)
    assert (last["email"], last["role"], last["is_break_glass"]) == (KEN, "admin", False)
    assert "token" not in last


def test_a_refusal_ends_with_exit_code_7_and_what_to_do(ready: CommandLine, stub: Stub) -> None:
    stub.routes["/token"] = lambda _asked: error("access_denied")
    done = ready(*BY_DEVICE)
    assert done.code == 7
    assert "The sign-in was refused at Generic OIDC. Start again" in done.err
    vouch(stub, email="stranger@harbor.example")
    stub.routes["/token"] = lambda _asked: answered(
        {"id_token": stub.id_token, "token_type": "Bearer"}
    )
    done = ready(*BY_DEVICE)
    assert done.code == 7
    assert "Signing in with Generic OIDC does not give you access" in done.err


def test_with_json_a_refusal_is_one_line_too(ready: CommandLine, stub: Stub) -> None:
    stub.routes["/token"] = lambda _asked: error("access_denied")
    first, refused = lines(ready(*BY_DEVICE, "--json"))
    assert first["user_code"] == "BCDF-GHJK"
    assert refused["error"] == {
        "code": "sso_denied",
        "message": "The sign-in was refused at Generic OIDC",
        "remedy": "Start again, and approve it there",
    }
    (only,) = lines(ready("sign-in", "--sso", "entra", "--json"))
    assert "SSO is not set up" in str(only["error"])


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_into_a_pipe_the_address_is_written_before_anything_is_waited_for(
    ready: CommandLine, stub: Stub, more: tuple[str, ...]
) -> None:
    stub.routes["/token"] = lambda _asked: error("authorization_pending")
    waiting = subprocess.Popen(
        [sys.executable, "-m", "bgconsole", "--database", str(ready.database), *BY_DEVICE, *more],
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert waiting.stdout is not None
    told = ""
    # Read line by line: what is not written yet would be waited for until the code expires.
    while "BCDF-GHJK" not in told:
        line = waiting.stdout.readline()
        assert line
        told += line
    assert f"{stub.issuer}/go" in told
    assert waiting.poll() is None
    waiting.kill()
    waiting.communicate()


def test_who_loses_a_way_in_is_said_when_a_provider_is_changed(ready: CommandLine) -> None:
    done = ready("provider", "enforce", "oidc", "off")
    assert "1 of 2 people have no password and still sign in by SSO: ken@" in done.err
    renamed = ready("provider", "set", "oidc", "--name", "Okta")
    assert "way in" not in renamed.err
    done = ready("provider", "set", "oidc", "--issuer", "", "--json")
    assert done.code == 0
    assert f"1 of 2 people cannot get in any more: {KEN}." in done.err
    done = ready("provider", "enforce", "oidc", "off", "--json")
    assert f"1 of 2 people have no way in: neither a password nor SSO: {KEN}" in str(done.json)


def test_what_cannot_be_had_is_said_before_anything_is_opened(
    ready: CommandLine, stub: Stub
) -> None:
    assert ready("sign-in", "--sso", "entra").code == 4
    assert "SSO is not set up" in ready("sign-in", "--sso", "entra").err
    assert ready("sign-in", "--sso", "nowhere").code == 4
    done = ready("sign-in", "--sso", "oidc", "--flow", "server")
    assert "needs a server with a public address" in done.err
    del stub.document["token_endpoint"]
    done = ready(*BY_DEVICE)
    assert done.code == 7
    assert "Generic OIDC does not answer correctly" in done.err


def test_the_browser_of_this_machine_brings_the_answer(
    ready: CommandLine, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def browse(url: str) -> bool:
        asked = {name: found[0] for name, found in parse_qs(urlsplit(url).query).items()}
        vouch(stub, nonce=asked["nonce"])
        back = urlencode({"code": "a code", "state": asked["state"]})
        address = f"{asked['redirect_uri']}?{back}"
        threading.Thread(target=httpx.get, args=(address,)).start()
        return True

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.setattr("bgconsole.cli.sso.open_page", browse)
    done = ready("sign-in", "--sso", "oidc", "--flow", "browser")
    assert done.code == 0, done.err
    assert f"{stub.issuer}/authorize?" in done.out
    assert f"Signed in as {KEN}" in done.out


def test_a_change_is_proven_at_the_provider(ready: CommandLine, stub: Stub, clock: Clock) -> None:
    assert ready(*BY_DEVICE).code == 0
    clock.pass_by(minutes=6)
    vouch(stub, auth_time=int(clock().timestamp()) + 30)
    rename = ("provider", "set", "oidc", "--name", "Okta")
    assert ready(*rename).code == 7, "nobody to ask"
    done = ready(*rename, "--password-stdin")
    assert done.code == 0, done.err
    assert "and enter the code" in done.out


def test_who_somebody_is_at_a_provider_is_shown_and_forgotten(
    ready: CommandLine, stub: Stub
) -> None:
    assert "never signed in by SSO" in ready("member", "show", KEN).out
    assert ready(*BY_DEVICE).code == 0
    assert "SSO           oidc: 1234" in ready("member", "show", KEN).out
    (identity,) = ready("member", "show", KEN, "--json").json["identities"]
    assert (identity["provider"], identity["issuer"]) == ("oidc", stub.issuer)
    (_, oidc) = ready("idp", "list", "--json").json
    assert (oidc["provider"], oidc["proven_by"], oidc["state"]) == ("oidc", KEN, "unknown")
    done = ready("member", "unlink", KEN, "oidc", "--json")
    assert (done.json["email"], done.json["provider"], done.json["unlinked"]) == (KEN, "oidc", True)
    assert f"Sessions opened by SSO with Generic OIDC end: {KEN}" in done.json["effect"]
    assert ready("whoami").code == 7, "the session that it opened has ended"


def test_a_check_tries_every_step_and_says_what_to_fix(ready: CommandLine, stub: Stub) -> None:
    stub.id_token = ""
    found = ready("provider", "check", "oidc", "--json")
    assert {step["step"] for step in found.json["steps"]} >= {"settings", "discovery", "keys"}
    assert "device" in found.json["flows"]
    stub.routes["/keys"] = lambda _asked: answered({}, 503)
    done = ready("provider", "check", "oidc")
    assert done.code == 3
    assert "× keys" in done.out
    assert ready("provider", "check", "entra").code == 4


def test_bad_settings_each_get_their_sentence(ready: CommandLine) -> None:
    for option, value, told in (
        ("--issuer", "http://login.example.com", "must use https"),
        ("--client-id", "two words", "contains a space"),
        ("--client-secret-file", "secret", "not an absolute path"),
        ("--trust-file", "ca.pem", "not an absolute path"),
        ("--email-domain", "example", "not a domain"),
        ("--internal", "10.2.0.0/99", "neither a host name nor a network"),
        ("--scope", "with space", "not allowed in a scope"),
    ):
        done = ready("provider", "set", "oidc", option, value)
        assert done.code == 4, option
        assert told in done.err, done.err
    done = ready("provider", "set", "entra", "--tenant", "common")
    assert done.code == 4
    cleared = ready("provider", "set", "oidc", "--client-id", "", "--email-domain", "", "--json")
    assert (cleared.json["stage"], cleared.json["email_domains"]) == ("not_set_up", [])


def test_watch_finds_the_state_out_until_it_is_ended(ready: CommandLine) -> None:
    watching = subprocess.Popen(
        [sys.executable, "-m", "bgconsole", "--database", str(ready.database), "watch"],
        env=os.environ,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while (found := ready("idp", "list", "--json").json[1])["state"] != "up":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert found["latency_ms"] is not None
    assert "unknown" not in ready("idp", "list").out
    watching.send_signal(signal.SIGTERM)
    _, said = watching.communicate(timeout=60)
    assert watching.returncode == 0
    assert "Watching the identity providers" in said


@pytest.mark.parametrize(
    "command",
    [
        ("member", "unlink", KEN, "oidc"),
        ("provider", "set", "oidc", "--issuer", ""),
        ("provider", "set", "oidc", "--issuer", "https://login.example.com"),
        ("provider", "remove", "oidc"),
    ],
)
def test_the_last_owner_s_sso_is_taken_by_an_override_alone(
    ready: CommandLine, command: tuple[str, ...]
) -> None:
    assert ready("member", "set-role", KEN, "owner").code == 0
    assert ready(*BY_DEVICE).code == 0
    assert ready("member", "set-role", OWNER, "admin").code == 0
    refused = ready(*command, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (4, "would_lock_out")
    assert "No owner could sign in afterwards" in refused.err
    other = ready(*command, "--override", "entra", "--override-reason", "The contract ends")
    assert other.code == 4
    done = ready(*command, "--override-reason", "The contract ends")
    assert done.code == 0, done.err
