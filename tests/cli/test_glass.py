"""Enforcement and the break-glass lists on the command line, and the simulator's answers."""

import sqlite3
from contextlib import closing

import pytest

from tests.cli.conftest import OWNER, PASSWORD, Join
from tests.cli.driver import CommandLine

GRACE = "grace@harbor.example"
TOM = "tom@harbor.example"
CHANGED = {"provider", "enforced", "version", "entries", "effect", "warnings"}


def codes(errors: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Email and code of each refused item."""
    return [(item["email"], item["code"]) for item in errors]


def test_enforcement_and_list_are_one_step_and_the_effect_is_told(
    team: CommandLine, join: Join
) -> None:
    join(GRACE, TOM)
    done = team("provider", "enforce", "entra", "on", "--add", f" {GRACE.upper()} ")
    assert done.code == 0
    assert "SSO is enforced for Microsoft Entra ID." in done.out
    lose = f"2 of 3 people lose password login and cannot get in any more: {OWNER}, {TOM}."
    assert lose in done.out
    assert f"1 of 3 people can still get in if Microsoft Entra ID is down: {GRACE}" in done.out
    assert "You are not on this list and SSO is not set up: no way back in" in done.err
    assert "No owner or admin gets in: put one on a list" in done.err
    assert "Only one usable" in done.err


def test_whoever_is_listed_is_not_warned(team: CommandLine) -> None:
    done = team("provider", "enforce", "entra", "on", "--add", OWNER, "--json")
    assert done.code == 0
    assert set(done.json) == CHANGED
    assert done.json["entries"] == [{"email": OWNER, "usable": True, "problem": None}]
    assert not any("not on this list" in warning for warning in done.json["warnings"])


def test_enforcing_with_nobody_usable_needs_a_reason(team: CommandLine) -> None:
    done = team("provider", "enforce", "entra", "on", "--json")
    assert (done.code, done.json["error"]["code"]) == (4, "would_lock_out")
    assert team("glass", "list", "--json").json[0]["enforced"] is False
    done = team("provider", "enforce", "entra", "on", "--override-reason", "we drill today")
    assert done.code == 0
    assert "0 of 1 people can still get in if Microsoft Entra ID is down" in done.out


def test_turning_enforcement_off_keeps_the_list(team: CommandLine) -> None:
    team("provider", "enforce", "entra", "on", "--add", OWNER)
    done = team("provider", "enforce", "entra", "off")
    assert (done.code, done.err) == (0, "")
    assert (
        "SSO is no longer enforced for Microsoft Entra ID. The break-glass list is kept."
        in done.out
    )
    (entra, _) = team("glass", "list", "--json").json
    assert [entry["email"] for entry in entra["entries"]] == [OWNER]


@pytest.fixture
def paused(team: CommandLine, join: Join) -> CommandLine:
    """Grace alone is on Entra's list, and paused by the last of a hundred guesses."""
    join(GRACE)
    team("provider", "enforce", "entra", "on", "--add", GRACE)
    guess = ("sign-in", GRACE, "--password-stdin")
    team(*guess, stdin="not her password")
    assert team.database is not None
    with closing(sqlite3.connect(team.database.removeprefix("sqlite:///"))) as file, file:
        file.execute("UPDATE account_throttle SET failures = 99 WHERE email = ?", (GRACE,))
    team(*guess, stdin="not her password")
    return team


def test_a_pause_is_shown_wherever_usability_is(paused: CommandLine) -> None:
    (entra, _) = paused("glass", "list", "--json").json
    assert entra["entries"] == [{"email": GRACE, "usable": True, "problem": "paused"}]
    shown = paused("glass", "list").out
    assert "usable, paused" in shown
    assert "bgconsole member unpause EMAIL" in shown
    answer = paused("simulate", GRACE, "--json").json
    assert (answer["allowed"], answer["warnings"]) == (True, ["paused"])
    told = paused("simulate", GRACE).out
    assert "throttle: paused: from known sources only" in told
    assert "! They are paused: their password works only from addresses they signed in from" in told
    found = paused("doctor")
    assert found.code == 3
    assert "1 of 1 usable break-glass users can only get in from known addresses" in found.out
    assert GRACE not in found.out
    (event,) = paused("audit", "list", "--type", "Member Paused", "--json").json
    assert (event["actor"], event["target"], event["provider"]) == ("bgconsole", GRACE, "entra")


def test_lifting_a_pause_ends_it_everywhere(paused: CommandLine) -> None:
    assert paused("member", "unpause", GRACE).code == 0
    (entra, _) = paused("glass", "list", "--json").json
    assert entra["entries"] == [{"email": GRACE, "usable": True, "problem": None}]
    assert "paused" not in paused("glass", "list").out + paused("doctor").out
    assert paused("simulate", GRACE, "--json").json["warnings"] == []


def test_glass_list_has_this_shape(team: CommandLine) -> None:
    listed = team("glass", "list", "--json").json
    assert [item["provider"] for item in listed] == ["entra", "oidc"]
    assert all(set(item) == {"provider", "enforced", "version", "entries"} for item in listed)
    people = team("glass", "list").out
    assert "Microsoft Entra ID (entra): not enforced, 0 of 5" in people


@pytest.mark.parametrize(
    ("email", "code", "message", "remedy"),
    [
        ("ada at harbor", "invalid_email", "Enter a valid email address", ""),
        (
            "nobody@x.example",
            "unknown_account",
            "This user does not exist in the system",
            "Have the user sign up first",
        ),
        (
            "sso@harbor.example",
            "no_password",
            "This user has no password configured",
            'Have the user set a password via "Forgot Password"',
        ),
        (OWNER, "duplicate", "This email is already added", "The user is already in the list"),
    ],
)
def test_glass_check_says_why_somebody_cannot_be_added(
    team: CommandLine, email: str, code: str, message: str, remedy: str
) -> None:
    team("member", "add", "sso@harbor.example", "--sso-only")
    team("provider", "enforce", "entra", "on", "--add", OWNER)
    done = team("glass", "check", "entra", email, "--json")
    assert done.code == 4
    assert done.json == {"ok": False, "code": code, "message": message, "remedy": remedy}
    assert message in done.err


def test_glass_check_says_when_somebody_can_be_added_enforced_or_not(team: CommandLine) -> None:
    done = team("glass", "check", "oidc", OWNER, "--json")
    assert (done.code, done.json, done.err) == (0, {"ok": True}, "")
    assert team("glass", "check", "oidc", OWNER).out == f"{OWNER} can be added.\n"


def test_a_batch_is_added_as_a_whole_or_not_at_all(team: CommandLine, join: Join) -> None:
    join(GRACE)
    team("provider", "enforce", "entra", "on", "--add", OWNER)
    done = team("glass", "add", "entra", GRACE, "nobody@x.example", "ada at harbor", "--json")
    assert done.code == 4
    assert codes(done.json["errors"]) == [
        ("nobody@x.example", "unknown_account"),
        ("ada at harbor", "invalid_email"),
    ]
    assert set(done.json["errors"][0]) == {"email", "code", "message", "remedy"}
    assert len(team("glass", "list", "--json").json[0]["entries"]) == 1
    done = team("glass", "add", "entra", GRACE, "--json")
    assert done.code == 0
    assert [entry["email"] for entry in done.json["entries"]] == [OWNER, GRACE]


def test_the_sixth_is_refused(team: CommandLine, join: Join) -> None:
    five = [f"p{number}@harbor.example" for number in range(5)]
    join(*five)
    team("provider", "enforce", "entra", "on", "--add", OWNER)
    assert team("glass", "add", "entra", *five[:4]).code == 0
    done = team("glass", "add", "entra", five[4], "--json")
    assert (done.code, done.json["error"]["code"]) == (4, "limit_reached")


def test_adding_to_a_list_that_is_not_enforced_is_refused(team: CommandLine) -> None:
    done = team("glass", "add", "entra", OWNER, "--json")
    assert (done.code, done.json["error"]["code"]) == (4, "not_enforced")
    assert f'"bgconsole provider enforce entra on --add {OWNER}"' in done.err


def test_removing_the_last_one_needs_a_reason(team: CommandLine, join: Join) -> None:
    join(GRACE)
    team("provider", "enforce", "entra", "on", "--add", OWNER, "--add", GRACE)
    assert team("glass", "remove", "entra", GRACE).code == 0
    done = team("glass", "remove", "entra", OWNER, "--json")
    assert (done.code, done.json["error"]["code"]) == (4, "would_lock_out")
    assert team("glass", "remove", "entra", OWNER, "--override-reason", " ").code == 4
    done = team("glass", "remove", "entra", OWNER, "--override-reason", "the IdP is gone", "--json")
    assert (done.code, done.json["entries"]) == (0, [])


def test_removing_somebody_who_is_not_there_is_refused(team: CommandLine) -> None:
    done = team("glass", "remove", "entra", GRACE, "--json")
    assert (done.code, done.json["error"]["code"]) == (4, "unknown_member")


@pytest.mark.parametrize(
    "command",
    [
        ("glass", "check", "okta", OWNER),
        ("glass", "add", "okta", OWNER),
        ("glass", "remove", "okta", OWNER),
        ("provider", "enforce", "okta", "on"),
        ("provider", "set", "okta", "--name", "Okta"),
        ("provider", "remove", "okta"),
        ("simulate", OWNER, "--enforced", "okta=on"),
        ("simulate", OWNER, "--method", "sso", "--provider", "okta"),
    ],
)
def test_an_unknown_provider_is_named_as_such(team: CommandLine, command: tuple[str, ...]) -> None:
    done = team(*command, "--json")
    assert (done.code, done.json["error"]["code"]) == (4, "unknown_provider")


def test_providers_are_added_changed_moved_and_removed(team: CommandLine) -> None:
    done = team("provider", "add", "backup", "--kind", "oidc", "--name", "Backup", "--json")
    assert done.code == 0
    assert set(done.json) == {
        *("slug", "kind", "name", "position", "issuer", "enforced", "version", "listed_me"),
        *("idp", "saved_by", "saved_at", "stage", "client_id", "client_secret_file", "scopes"),
        *("email_domains", "internal", "trust_file", "proven_at", "proven_by"),
    }
    again = team("provider", "add", "backup", "--kind", "oidc", "--name", "Backup", "--json")
    assert (again.code, again.json["error"]["code"]) == (4, "invalid_value")
    done = team("provider", "set", "backup", "--name", "Spare", "--position", "1", "--json")
    assert (done.json["name"], done.json["position"]) == ("Spare", 1)
    listed = team("provider", "list", "--json").json
    assert [one["slug"] for one in listed] == ["backup", "entra", "oidc"]
    assert team("provider", "list").out.splitlines()[0].startswith("SLUG")
    gone = team("provider", "remove", "backup", "--json").json
    assert (gone["slug"], gone["removed"], gone["warnings"]) == ("backup", True, [])
    assert len(team("provider", "list", "--json").json) == 2


def test_a_break_glass_user_comes_in_and_others_do_not(team: CommandLine, join: Join) -> None:
    join(GRACE, TOM)
    team("provider", "enforce", "entra", "on", "--add", GRACE, "--add", OWNER)
    done = team("sign-in", GRACE, "--password-stdin", stdin=PASSWORD)
    assert done.code == 0
    assert "break-glass login" in done.out
    done = team("sign-in", TOM, "--password-stdin", "--json", stdin=PASSWORD)
    assert (done.code, done.json["error"]["code"]) == (7, "login_failed")
    team("sign-in", OWNER, "--password-stdin", stdin=PASSWORD)
    events = team("audit", "list", "--break-glass", "--json").json
    assert {event["actor"] for event in events} == {GRACE, OWNER}


SIMULATION = {"allowed", "reason", "is_break_glass", "via", "methods", "trace", "warnings"}


def test_the_simulator_answers_in_this_shape(team: CommandLine, join: Join) -> None:
    join(TOM)
    team("provider", "enforce", "entra", "on", "--add", OWNER)
    yes = team("simulate", OWNER, "--json")
    assert (yes.code, set(yes.json)) == (0, SIMULATION)
    assert (yes.json["allowed"], yes.json["reason"]) == (True, None)
    assert (yes.json["is_break_glass"], yes.json["via"]) == (True, ["entra"])
    assert yes.json["methods"][0] == {"method": "password", "provider": None, "allowed": True}
    assert all(set(line) == {"check", "passed", "detail"} for line in yes.json["trace"])
    no = team("simulate", TOM, "--json")
    assert (no.code, no.json["allowed"], no.json["reason"]) == (0, False, "sso_required")


def test_the_simulator_supposes_what_it_is_told(team: CommandLine, join: Join) -> None:
    join(TOM)
    ask = ("simulate", TOM, "--json")
    assert team(*ask).json["allowed"] is True
    assert team(*ask, "--enforced", "oidc=on").json["reason"] == "sso_required"
    sso = (*ask, "--method", "sso", "--provider", "oidc")
    absent = team(*sso, "--idp", "oidc=up").json
    assert (absent["allowed"], absent["reason"]) == (False, "sso_unconfigured")
    team("provider", "set", "oidc", "--issuer", "https://login.x.example", "--client-id", "bg")
    assert team(*sso, "--idp", "oidc=down").json["reason"] == "idp_down"
    up = team(*sso, "--idp", "oidc=up").json
    assert (up["allowed"], up["warnings"]) == (True, ["sso_untried"])
    assert team("simulate", "nobody@x.example", "--json").json["reason"] == "unknown_account"


def test_people_read_the_verdict_first(team: CommandLine) -> None:
    lines = team("simulate", OWNER).out.splitlines()
    assert lines[0] == "✓ Can log in"
    assert "  ✓ membership: owner" in lines
    lines = team("simulate", "nobody@x.example").out.splitlines()
    assert lines[0] == "× Cannot log in: there is no such account (unknown_account)"


@pytest.mark.parametrize("more", [(), ("--json",)], ids=str)
def test_a_member_is_refused_the_lists_and_not_told_that_they_are_empty(
    team: CommandLine, join: Join, more: tuple[str, ...]
) -> None:
    join(GRACE, TOM)
    assert team("provider", "enforce", "entra", "on", "--add", OWNER, "--add", GRACE).code == 0
    assert team("sign-in", GRACE, "--password-stdin", stdin=PASSWORD).code == 0
    done = team("glass", "list", *more)
    assert done.code == 7
    assert "Only owners and admins can see the lists" in done.err + done.out
    assert "of 5" not in done.out
    assert team("glass", "check", "entra", TOM).code == 7
    assert "listed" in team("provider", "list").out


def test_a_change_of_the_list_says_what_could_be_better_about_it(
    team: CommandLine, join: Join
) -> None:
    others = [f"{name}@harbor.example" for name in ("ben", "cleo", "dov", "eli")]
    join(*others)
    assert team("provider", "enforce", "entra", "on", "--add", OWNER).code == 0
    done = team("glass", "add", "entra", *others, "--json")
    assert set(done.json) == CHANGED
    assert "Nobody loses password login." in done.err
    assert done.err.endswith(
        "bgconsole: The list is full: 5 of 5.\nbgconsole: 5 usable: 2–3 is recommended.\n"
    )
    done = team("glass", "remove", "entra", OWNER, "--json")
    assert set(done.json) == CHANGED
    assert done.json["warnings"] == [
        "You are not on this list and SSO is not set up: no way back in",
        "No owner or admin gets in: put one on a list or have one use SSO",
        "4 usable: 2–3 is recommended",
    ]
    done = team("glass", "remove", "entra", *others[1:])
    assert "Only one usable: 2–3 is recommended" in done.err


def test_whoever_leaves_one_list_is_told_what_still_lets_them_in(
    team: CommandLine, join: Join
) -> None:
    join(GRACE, role="admin")
    for slug in ("entra", "oidc"):
        assert team("provider", "enforce", slug, "on", "--add", OWNER, "--add", GRACE).code == 0
    assert "another list still lets you in" in team("glass", "remove", "entra", OWNER).err
    registered = ("--issuer", "https://idp.harbor.example", "--client-id", "bgconsole")
    assert team("provider", "set", "oidc", *registered).code == 0
    assert "you will need SSO to come back" in team("glass", "remove", "oidc", OWNER).err


def test_a_change_on_an_old_version_ends_with_a_conflict(team: CommandLine) -> None:
    (version,) = [
        one["version"] for one in team("provider", "list", "--json").json if one["slug"] == "oidc"
    ]
    mine = ("provider", "set", "oidc", "--name", "Mine", "--if-version", str(version), "--json")
    assert team("provider", "set", "oidc", "--name", "Theirs").code == 0
    done = team(*mine)
    assert (done.code, done.json["error"]["code"]) == (5, "version_conflict")
    assert "Theirs" in team("provider", "list").out
    assert team(*mine[:-2], str(version + 1)).code == 0
    assert team("provider", "set", "oidc", "--if-version", "1").code == 2


def test_a_refusal_names_the_command_that_does_what_the_remedy_says(team: CommandLine) -> None:
    team("member", "add", GRACE, "--sso-only")
    team("provider", "enforce", "entra", "on", "--add", OWNER)
    stranger = team("glass", "add", "entra", "nobody@x.example")
    assert 'Have the user sign up first: "bgconsole member add EMAIL"' in stranger.err
    without = team("glass", "add", "entra", GRACE).err
    assert '"Forgot Password": "bgconsole member reset EMAIL"' in without
