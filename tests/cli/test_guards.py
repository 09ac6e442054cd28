"""Guards on the command line: who counts as able to get in, and what an override names."""

from tests.cli.conftest import OWNER, PASSWORD, Join
from tests.cli.driver import CommandLine

GRACE = "grace@harbor.example"
SAM = "sam@harbor.example"
TOM = "tom@harbor.example"


def test_the_last_owner_who_can_get_in_stays_one(team: CommandLine) -> None:
    assert team("member", "add", GRACE, "--role", "owner").code == 0
    assert team("member", "add", SAM, "--role", "owner", "--sso-only").code == 0
    for command in (
        ("member", "set-role", OWNER, "member"),
        ("member", "reset", OWNER),
        ("member", "remove", OWNER),
    ):
        done = team(*command, "--json")
        assert (done.code, done.json["error"]["code"]) == (4, "last_owner"), command
        assert "the last owner who can get in" in done.err
    assert team("whoami").code == 0


def test_a_reset_of_oneself_says_that_the_session_has_ended(team: CommandLine, join: Join) -> None:
    join(GRACE, role="owner")
    done = team("member", "reset", f" {OWNER.upper()}")
    assert done.code == 0
    assert "Your session has ended" in done.err
    assert team("whoami").code == 7


def test_one_reason_lifts_one_guard_and_several_are_named(team: CommandLine, join: Join) -> None:
    join(GRACE)
    for slug in ("entra", "oidc"):
        assert team("provider", "enforce", slug, "on", "--add", GRACE).code == 0
    for command in (("member", "remove", GRACE), ("member", "reset", GRACE)):
        done = team(*command, "--override-reason", "she left", "--json")
        assert (done.code, done.json["error"]["code"]) == (4, "would_lock_out")
        assert "--override entra --override oidc" in done.err
        done = team(*command, "--override", "entra", "--override-reason", "she left", "--json")
        assert done.code == 4
        assert done.json["error"]["message"].startswith("Generic OIDC would be")
        assert team(*command, "--override", "entra").code == 2
    both = ("--override", "entra", "--override", "OIDC", "--override-reason", "she left")
    assert team("member", "remove", GRACE, *both).code == 0
    events = team("audit", "list", "--type", "break_glass.guard.overridden", "--json").json
    assert {event["provider"] for event in events} == {"entra", "oidc"}


def test_a_reason_alone_lifts_the_one_guard_of_another_provider(
    team: CommandLine, join: Join
) -> None:
    join(GRACE)
    assert team("provider", "enforce", "entra", "on", "--add", GRACE).code == 0
    assert team("provider", "enforce", "oidc", "on", "--override-reason", "nobody yet").code == 0
    for command in (("provider", "remove", "entra"), ("provider", "enforce", "entra", "off")):
        done = team(*command, "--json")
        assert (done.code, done.json["error"]["code"]) == (4, "would_lock_out")
        assert done.json["error"]["message"].startswith("Generic OIDC would be")
    done = team("provider", "enforce", "entra", "off", "--override", "entra")
    assert done.code == 2
    assert team("provider", "enforce", "entra", "off", "--override-reason", "a start").code == 0


def test_guards_of_two_kinds_are_named_too(team: CommandLine, join: Join) -> None:
    """Entra's list is the last usable one, and the owner's last way in."""
    join(GRACE)
    assert team("provider", "enforce", "entra", "on", "--add", OWNER).code == 0
    assert team("provider", "enforce", "oidc", "on", "--override-reason", "nobody yet").code == 0
    reason = ("--override-reason", "a new start", "--json")
    done = team("provider", "remove", "entra", *reason)
    assert (done.code, done.json["error"]["code"]) == (4, "would_lock_out")
    assert "No owner could sign in afterwards" in done.json["error"]["message"]
    assert "--override oidc --override entra" in done.json["error"]["remedy"]
    done = team("provider", "remove", "entra", "--override", "oidc", *reason)
    assert (done.code, done.json["error"]["message"]) == (4, "No owner could sign in afterwards")
    both = ("--override", "oidc", "--override", "entra")
    assert team("provider", "remove", "entra", *both, *reason).code == 0
    events = team("audit", "list", "--type", "break_glass.guard.overridden", "--json").json
    assert [(one["provider"], one["metadata"]["guard"]) for one in events] == [
        ("entra", "no_owner"),
        ("oidc", "no_usable_entry"),
        ("oidc", "no_usable_entry"),
    ]


def test_removing_an_enforced_provider_says_what_ends_and_is_on_record(
    team: CommandLine, join: Join
) -> None:
    join(GRACE, TOM)
    assert team("provider", "enforce", "entra", "on", "--add", GRACE).code == 0
    done = team("provider", "remove", "entra")
    assert done.code == 0
    assert done.out == (
        "Removed the provider entra.\n"
        "SSO enforcement for Microsoft Entra ID ends; nothing else is enforced.\n"
        "Nobody loses password login.\n"
        f"2 of 3 people can use a password again: {OWNER}, {TOM}.\n"
        "No session ends.\n"
        "3 of 3 people can use a password.\n"
    )
    (event,) = team("audit", "list", "--type", "sso.enforcement.disabled", "--json").json
    assert event["provider"] == "entra"


def test_removing_the_last_provider_names_those_who_lose_their_last_way_in(
    team: CommandLine,
) -> None:
    assert team("member", "add", SAM, "--sso-only").code == 0
    registered = ("--issuer", "https://idp.harbor.example", "--client-id", "bgconsole")
    assert team("provider", "set", "oidc", *registered).code == 0
    assert team("provider", "remove", "entra").out == (
        "Removed the provider entra.\n"
        "Nobody loses password login; 1 person could not use it before either.\n"
        "No session ends.\n"
        "1 of 2 people can use a password.\n"
        f"1 of 2 people cannot use one: {SAM}.\n"
    )
    done = team("provider", "remove", "oidc", "--json")
    lost = f"1 of 2 people cannot get in any more: {SAM}"
    assert (done.json["slug"], done.json["removed"]) == ("oidc", True)
    assert done.json["warnings"] == [lost]
    assert f"bgconsole: {lost}.\n" in done.err


def test_doctor_says_when_no_owner_can_get_in(team: CommandLine, join: Join) -> None:
    def owners() -> str:
        findings = team("doctor", "--json").json["findings"]
        return next(one["severity"] for one in findings if one["check"] == "owners")

    join(GRACE)
    assert owners() == "ok"
    assert team("provider", "enforce", "entra", "on", "--add", GRACE).code == 0
    assert owners() == "problem"
    assert team("glass", "add", "entra", OWNER).code == 0
    assert owners() == "ok"
    assert PASSWORD not in team("doctor", "--json").out


def test_what_happens_to_a_person_says_what_it_does_to_the_lists(
    team: CommandLine, join: Join
) -> None:
    join(GRACE, role="admin")
    join(TOM)
    listed = ("--add", GRACE, "--add", TOM)
    assert team("provider", "enforce", "entra", "on", *listed).code == 0
    no_admin = "Microsoft Entra ID: No owner or admin among them: nobody could fix the SSO settings"
    done = team("member", "set-role", GRACE, "member", "--json")
    assert (done.code, done.err) == (0, f"bgconsole: {no_admin}.\n")
    assert team("member", "set-role", GRACE, "admin").err == ""
    done = team("member", "reset", GRACE, "--json")
    assert no_admin in done.json["warnings"]
    assert "Microsoft Entra ID: Only one usable: 2–3 is recommended" in done.err
    assert no_admin in done.err
    assert team("member", "remove", GRACE).err == ""


def test_whoever_leaves_the_team_is_told_that_the_session_has_ended(
    team: CommandLine, join: Join
) -> None:
    join(GRACE, role="owner")
    assert "your session has ended" in team("member", "remove", OWNER).err
