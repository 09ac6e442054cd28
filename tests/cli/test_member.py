"""People: adding, codes, roles, removing."""

from pathlib import Path

from tests.cli.conftest import OWNER, PASSWORD, Join
from tests.cli.driver import CommandLine

GRACE = "grace@harbor.example"
TOM = "tom@harbor.example"


def test_adding_gives_a_one_time_code_once(team: CommandLine) -> None:
    done = team("member", "add", " Grace@HARBOR.example ", "--name", "Grace Hopper", "--json")
    assert done.code == 0
    assert set(done.json) == {"email", "code", "expires_at"}
    assert done.json["email"] == "Grace@HARBOR.example"
    assert done.json["code"]
    assert done.json["expires_at"].endswith("Z")
    assert done.json["code"] not in team("audit", "list", "--json").out


def test_adding_tells_people_what_to_do_with_the_code(team: CommandLine) -> None:
    done = team("member", "add", GRACE)
    assert f"bgconsole redeem {GRACE}" in done.out


def test_somebody_sso_only_gets_no_code(team: CommandLine) -> None:
    done = team("member", "add", GRACE, "--sso-only", "--json")
    assert done.json == {"email": GRACE, "code": None, "expires_at": None}


def test_an_email_that_is_none_or_is_there_is_refused_by_name(team: CommandLine) -> None:
    done = team("member", "add", "ada at harbor", "--json")
    assert done.code == 4
    assert done.json["error"] == {
        "code": "invalid_email",
        "message": "Enter a valid email address",
        "remedy": "",
    }
    assert done.json["errors"] == [
        {
            "email": "ada at harbor",
            "code": "invalid_email",
            "message": "Enter a valid email address",
            "remedy": "",
        }
    ]
    assert done.err == "bgconsole: ada at harbor: Enter a valid email address.\n"
    assert team("member", "add", OWNER, "--json").json["error"]["code"] == "duplicate"


def test_somebody_who_comes_back_starts_afresh_and_it_says_what_was_kept(
    team: CommandLine, join: Join
) -> None:
    join(GRACE)
    assert team("sign-in", GRACE, "--password-stdin", stdin=PASSWORD).code == 0
    team("sign-in", OWNER, "--password-stdin", stdin=PASSWORD)
    team("member", "remove", GRACE)
    done = team("member", "add", GRACE)
    assert "They were a member before. Kept: their last sign-in." in done.out
    assert "Their old password no longer works" in done.out
    assert f"bgconsole redeem {GRACE}" in done.out
    assert team("sign-in", GRACE, "--password-stdin", stdin=PASSWORD).code == 7
    team("member", "remove", GRACE)


def test_somebody_who_comes_back_may_keep_their_password(team: CommandLine, join: Join) -> None:
    join(GRACE)
    team("member", "remove", GRACE)
    done = team("member", "add", GRACE, "--keep-password", "--json")
    assert (done.json["code"], done.json["kept"]) == (None, ["password"])
    assert team("sign-in", GRACE, "--password-stdin", stdin=PASSWORD).code == 0
    assert team("member", "add", TOM, "--keep-password", "--sso-only").code == 2


def test_a_hostile_name_never_reaches_the_terminal(team: CommandLine) -> None:
    done = team("member", "add", GRACE, "--name", "Grace\x1b[2J\u202eevil")
    assert "\x1b" not in done.out + done.err
    listed = team("member", "list")
    assert "\x1b" not in listed.out
    assert "\u202e" not in listed.out
    assert "\x1b" not in team("member", "list", "--json").out


def test_the_list_has_everybody(team: CommandLine, join: Join) -> None:
    join(GRACE, role="admin")
    team("member", "add", TOM, "--sso-only", "--name", "Tom")
    listed = {one["email"]: one for one in team("member", "list", "--json").json}
    assert set(listed) == {OWNER, GRACE, TOM}
    assert set(listed[TOM]) == {
        *("email", "name", "role", "has_password", "password_set_at", "code_expires_at"),
        *("last_sign_in", "paused", "lists"),
    }
    assert (listed[GRACE]["role"], listed[GRACE]["has_password"]) == ("admin", True)
    table = team("member", "list").out.splitlines()
    assert table[0].split()[:3] == ["EMAIL", "NAME", "ROLE"]
    assert len(table) == 4
    assert "SSO only" in next(line for line in table if line.startswith(TOM))


def test_reset_ends_the_old_password(team: CommandLine, join: Join) -> None:
    join(GRACE)
    done = team("member", "reset", GRACE, "--json")
    assert set(done.json) == {"email", "code", "expires_at"}
    assert team("sign-in", GRACE, "--password-stdin", stdin=PASSWORD).code == 7
    assert team("member", "reset", "nobody@x.example", "--json").json["error"]["code"] == (
        "unknown_member"
    )


def test_only_an_owner_makes_admins(team: CommandLine, join: Join) -> None:
    join(GRACE, role="admin")
    join(TOM)
    assert team("member", "set-role", TOM, "ADMIN").code == 0
    assert team("member", "set-role", TOM, "member", "--json").json["role"] == "member"
    team("sign-in", GRACE, "--password-stdin", stdin=PASSWORD)
    for command in (
        ("member", "set-role", TOM, "admin"),
        ("member", "add", "new@harbor.example", "--role", "owner"),
        ("member", "reset", OWNER),
        ("member", "unpause", TOM),
    ):
        done = team(*command, "--json")
        assert (command, done.code, done.json["error"]["code"]) == (command, 7, "forbidden")


def test_the_last_owner_stays(team: CommandLine) -> None:
    for command in (("member", "set-role", OWNER, "member"), ("member", "remove", OWNER)):
        done = team(*command, "--json")
        assert (done.code, done.json["error"]["code"]) == (4, "last_owner")


def test_removing_the_last_usable_entry_needs_a_reason(team: CommandLine, join: Join) -> None:
    join(GRACE)
    assert team("provider", "enforce", "entra", "on", "--add", GRACE).code == 0
    for command in (("member", "remove", GRACE), ("member", "reset", GRACE)):
        done = team(*command, "--json")
        assert (done.code, done.json["error"]["code"]) == (4, "would_lock_out")
        assert "--override-reason" in done.err
    done = team("member", "remove", GRACE, "--override-reason", "she left the company")
    assert done.code == 0
    assert team("glass", "list", "--json").json[0]["entries"] == []
    (event,) = team("audit", "list", "--type", "Guard Overridden", "--json").json
    assert "she left the company" in str(event)


def test_unpause_and_remove_say_what_they_did(team: CommandLine, join: Join) -> None:
    join(GRACE)
    assert team("member", "unpause", GRACE).out == f"{GRACE} can sign in again at once.\n"
    done = team("member", "remove", GRACE, "--json").json
    assert (done["email"], done["removed"]) == (GRACE, True)
    assert team("member", "remove", GRACE).code == 4


def test_somebody_gets_another_email_and_another_name(team: CommandLine, join: Join) -> None:
    join(GRACE)
    assert team("provider", "enforce", "entra", "on", "--add", GRACE).code == 0
    married = "Grace.Murray@harbor.example"
    done = team("member", "rename", GRACE, married)
    assert (done.code, done.out) == (0, f"{GRACE} is now {married}.\n")
    done = team("member", "set-name", married.lower(), "Grace Murray", "--json")
    assert (done.json["email"], done.json["name"]) == (married, "Grace Murray")
    assert done.json["lists"] == ["entra"]
    assert team("member", "set-name", married, "").out == f"{married} now has no name.\n"
    done = team("member", "rename", married, OWNER.upper(), "--json")
    assert (done.code, done.json["error"]["code"]) == (4, "duplicate")
    (event, *_) = team("audit", "list", "--type", "member.renamed", "--json").json
    assert event["metadata"] == {"from": GRACE, "to": married}


def test_an_address_that_mixes_scripts_is_warned_of(team: CommandLine) -> None:
    done = team("member", "add", "gr\u0430ce@harbor.example", "--json")
    (warning,) = done.json["warnings"]
    assert "mixes Cyrillic and Latin letters" in warning
    assert warning in done.err
    assert "warnings" not in team("member", "add", "ken@harbor.example", "--json").json
    done = team("member", "rename", "ken@harbor.example", "k\u0435n@harbor.example")
    assert "mixes Cyrillic and Latin letters" in done.err


def test_an_address_that_looks_like_another_of_the_team_is_warned_of(
    team: CommandLine, tmp_path: Path
) -> None:
    told = "It looks like aca@harbor.example, another address of the team"
    assert team("member", "add", "aca@harbor.example").code == 0
    cyrillic = "\u0430\u0441\u0430@harbor.example"
    done = team("member", "add", cyrillic, "--json")
    assert done.json["warnings"] == [told]
    assert told in done.err
    assert team("member", "remove", cyrillic).code == 0
    assert team("member", "add", GRACE).code == 0
    mixed = "ac\u0430@harbor.example"
    assert told in team("member", "rename", GRACE, mixed, "--json").err
    # Her own address of before is nobody else's.
    assert "looks like" not in team("member", "rename", mixed, "ac0@harbor.example").err
    people = tmp_path / "people.csv"
    people.write_text("email\nzoe@harb0r.example\nbob1@harbor.example\nbobl@harbor.example\n")
    done = team("member", "import", str(people))
    assert "zoe@harb0r.example: Its domain looks like harbor.example" in done.err
    assert "bob1@harbor.example: It looks like bobl@harbor.example" in done.err
    assert "bobl@harbor.example: It looks like bob1@harbor.example" in done.err
