"""A file of people: all of them or nobody, and every bad row named by its line."""

import csv
import json
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.cli.conftest import OWNER, PASSWORD
from tests.cli.driver import CommandLine, Done
from tests.hostile import corpus

HEADER = "email,name,role,sso_only\n"


def bring(team: CommandLine, tmp_path: Path, content: str | bytes, *options: str) -> Done:
    """Import a file of this content."""
    path = tmp_path / "people.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return team("member", "import", str(path), *options)


def people(team: CommandLine) -> dict[str, dict[str, object]]:
    """The members by email, without the owner."""
    found = {one["email"]: one for one in team("member", "list", "--json").json}
    del found[OWNER]
    return found


def test_people_come_in_with_name_role_and_codes(team: CommandLine, tmp_path: Path) -> None:
    rows = "g@x.example,Grace,admin,no\nt@x.example,,,\ns@x.example,Sue,MEMBER,Yes\n"
    done = bring(team, tmp_path, HEADER + rows, "--json")
    assert done.code == 0
    assert done.json["added"] == 3
    codes = {one["email"]: one["code"] for one in done.json["codes"]}
    assert codes["g@x.example"]
    assert codes["s@x.example"] is None
    found = people(team)
    assert (found["g@x.example"]["name"], found["g@x.example"]["role"]) == ("Grace", "admin")
    assert found["t@x.example"]["role"] == "member"


def test_columns_stand_in_any_order_with_bom_crlf_quotes_and_empty_lines(
    team: CommandLine, tmp_path: Path
) -> None:
    content = (
        "\ufeffRole, sso_only ,EMAIL,name\r\n"
        "\r\n"
        'member,no," G@X.example ","Hopper, ""Amazing"" Grace"\r\n'
        ",,,\r\n"
        "admin,,t@x.example,Zoë\r\n"
    )
    assert bring(team, tmp_path, content).code == 0
    found = people(team)
    assert found["G@X.example"]["name"] == 'Hopper, "Amazing" Grace'
    assert found["t@x.example"]["name"] == "Zoë"


_AS_SPREADSHEETS_WRITE = {
    "semicolons": "email;name;role;sso_only\ng@x.example;Zoë, Grace;admin;no\n",
    "declared separator": "sep=;\nemail;name;role\ng@x.example;Zoë, Grace;admin\n",
    "declared and quoted": '"sep=|"\r\nemail|name|role\r\ng@x.example|Zoë, Grace|admin\r\n',
    "tabs": "email\tname\trole\ng@x.example\tZoë, Grace\tadmin\n",
    "blank columns": 'email,name,role,,,\ng@x.example,"Zoë, Grace",admin,,,\n,,,,,\n',
    "ragged rows": 'email,name,role\ng@x.example,"Zoë, Grace",admin,, ,\n',
    "written by hand": " E-Mail ;SSO Only;NAME;Role \ng@x.example;;Zoë, Grace; Admin \n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("content", _AS_SPREADSHEETS_WRITE.values(), ids=_AS_SPREADSHEETS_WRITE)
def test_what_spreadsheets_write_is_read(
    team: CommandLine, tmp_path: Path, content: str, encoding: str
) -> None:
    bom = "\ufeff" if encoding == "utf-16-be" else ""
    done = bring(team, tmp_path, (bom + content).encode(encoding))
    assert done.code == 0, done.err
    assert [(one["name"], one["role"]) for one in people(team).values()] == [
        ("Zoë, Grace", "admin")
    ]


@pytest.mark.parametrize(
    "content", ["email\ng@x.example\n", "EMAIL\r\n\r\ng@x.example", "email;;\ng@x.example;;\n"]
)
def test_the_emails_alone_are_enough(team: CommandLine, tmp_path: Path, content: str) -> None:
    assert bring(team, tmp_path, content).code == 0
    assert people(team)["g@x.example"]["role"] == "member"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "The first line has no column email"),
        ("\n\n", "The first line has no column email"),
        ("name,role,sso_only\nA,member,no\n", "The first line has no column email"),
        ("email;name;role;sso_only\n", "The file lists nobody"),
        ("sep=;\nemail,name\na@x.example,A\n", "The first line has no column email"),
        ("email,name,role,sso_only,phone\n", "unknown columns: 'phone'"),
        ("email,email,name,role,sso_only\n", "a column twice"),
        (HEADER, "The file lists nobody"),
        (HEADER + "\n,,,\n", "The file lists nobody"),
        (HEADER + 'a@x.example,"A,member,no\n', "Line 2 cannot be read as CSV"),
        (HEADER + "a@x.example," + "x" * 200_000 + ",,\n", "Line 2 cannot be read as CSV"),
        (HEADER.encode() + b"a@x.example,\xe9,member,no\n", "Line 2 is not UTF-8"),
        ("email,,name\na@x.example,,A\n", "unknown columns: ''"),
        (HEADER.encode("utf-16"), "The file lists nobody"),
        (HEADER.encode("utf-16-le"), "The first line has no column email"),
        ("email\na@x.example\n".encode("utf-16")[:-1], "Line 2 is not UTF-16"),
        (HEADER + "\x1b[2J,,,\n", r"line 2: \x1b[2J: Enter a valid email address"),
        (
            HEADER + "a@x.example,,boss,\n",
            "line 2: a@x.example: The role is not owner, admin or member",
        ),
        (HEADER + "a@x.example,,,perhaps\n", "line 2: a@x.example: sso_only is neither"),
        (HEADER + "a@x.example,A\x00B,,\n", "line 2: a@x.example: The name contains characters"),
        (HEADER + "a@x.example," + "n" * 201 + ",,\n", "line 2: a@x.example: The name is longer"),
        (HEADER + "a@x.example\n", "line 2: 1 values for 4 columns"),
        (HEADER + "a@x.example,A,,,,x\n", "line 2: 6 values for 4 columns"),
        (HEADER + f"\n{OWNER},,,\n", f"line 3: {OWNER}: This email is already a member"),
        (HEADER + "a@x.example,,,\n\nA@X.example,,,\n", "line 4: A@X.example: This email is on"),
    ],
)
def test_a_file_that_is_not_right_brings_nobody_and_says_where(
    team: CommandLine, tmp_path: Path, content: str | bytes, told: str
) -> None:
    codes = tmp_path / "codes.csv"
    done = bring(team, tmp_path, content, "--codes", str(codes))
    assert (done.code, done.out) == (4, "")
    assert told in done.err
    assert done.err.count("\n") == 1
    assert not codes.exists()
    assert not people(team)


def test_every_bad_row_is_named_and_no_good_one_is_imported(
    team: CommandLine, tmp_path: Path
) -> None:
    rows = 'good@x.example,"two\nlines",,\nbad,,,\nfine@x.example,,,\nworse@,,owner,\n'
    done = bring(team, tmp_path, HEADER + rows, "--json")
    assert done.code == 4
    places = [(item["line"], item["email"], item["code"]) for item in done.json["errors"]]
    assert places == [
        (2, "good@x.example", "invalid_value"),
        (4, "bad", "invalid_email"),
        (6, "worse@", "invalid_email"),
    ]
    assert done.json["error"]["code"] == "invalid_value"
    assert "3 entries are refused" in done.err
    assert "  line 4: bad: Enter a valid email address" in done.err
    assert not people(team)


def test_many_bad_rows_are_counted_on_stderr_and_all_there_in_json(
    team: CommandLine, tmp_path: Path
) -> None:
    done = bring(team, tmp_path, HEADER + "bad,,,\n" * 500, "--json")
    assert len(done.json["errors"]) == 500
    assert "... and 480 more" in done.err
    assert done.err.count("\n") == 22


def test_hostile_names_and_emails_are_refused_and_shown_as_escapes(
    team: CommandLine, tmp_path: Path
) -> None:
    for text in corpus.ESCAPES + corpus.CONTROLS:
        quoted = text.replace('"', '""')
        for row in (f'a@x.example,"{quoted}",,', f'"{quoted}@x.example",,,'):
            done = bring(team, tmp_path, f"{HEADER}{row}\n")
            if done.code == 0:  # its ends alone were unprintable, and a name's ends do not count
                team("member", "remove", "a@x.example")
            assert not any(c < " " and c != "\n" for c in done.out + done.err)
            assert not any("\x7f" <= c < "\xa0" for c in done.out + done.err)
    assert all(str(one["name"]).isprintable() for one in people(team).values())


def test_ten_thousand_people_come_in_at_once(team: CommandLine, tmp_path: Path) -> None:
    rows = "".join(f"p{number}@x.example,P {number},,yes\n" for number in range(10_000))
    codes = tmp_path / "codes.csv"
    done = bring(team, tmp_path, HEADER + rows, "--codes", str(codes), "--json")
    assert (done.code, done.json) == (0, {"added": 10_000, "codes_file": str(codes)})
    assert len(people(team)) == 10_000
    assert team("audit", "verify").code == 0


def test_codes_go_to_a_private_file_that_redeem_understands(
    team: CommandLine, tmp_path: Path
) -> None:
    codes = tmp_path / "codes.csv"
    done = bring(
        team, tmp_path, HEADER + "g@x.example,,,\ns@x.example,,,yes\n", "--codes", str(codes)
    )
    assert done.code == 0
    assert codes.stat().st_mode & 0o777 == 0o600
    with codes.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["email"] for row in rows] == ["g@x.example", "s@x.example"]
    assert rows[0]["code"] not in done.out
    assert (rows[1]["code"], rows[1]["expires_at"]) == ("", "")
    lines = f"{rows[0]['code']}\n{PASSWORD}\n"
    assert team("redeem", "g@x.example", "--stdin", stdin=lines).code == 0


def test_codes_for_excel_begin_with_a_byte_order_mark(team: CommandLine, tmp_path: Path) -> None:
    codes = tmp_path / "codes.csv"
    content = "email\nzoë@x.example\n"
    assert bring(team, tmp_path, content, "--codes", str(codes), "--excel").code == 0
    assert codes.read_bytes().startswith("\ufeffemail,code".encode())
    assert bring(team, tmp_path, "email\ng@x.example\n", "--excel").code == 2


def test_an_existing_codes_file_is_left_alone_and_nobody_is_imported(
    team: CommandLine, tmp_path: Path
) -> None:
    codes = tmp_path / "codes.csv"
    codes.write_text("precious")
    done = bring(team, tmp_path, HEADER + "g@x.example,,,\n", "--codes", str(codes))
    assert done.code == 2
    assert "is not overwritten" in done.err
    assert codes.read_text() == "precious"
    assert not people(team)


def test_a_codes_file_that_cannot_be_made_stops_the_import(
    team: CommandLine, tmp_path: Path
) -> None:
    codes = tmp_path / "nowhere" / "codes.csv"
    done = bring(team, tmp_path, HEADER + "g@x.example,,,\n", "--codes", str(codes))
    assert done.code == 1
    assert str(codes) in done.err
    assert not people(team)


def test_codes_that_cannot_be_written_are_printed(
    team: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bgconsole.files.private_file.os.fsync", full)
    codes = tmp_path / "codes.csv"
    done = bring(team, tmp_path, HEADER + "g@x.example,,,\n", "--codes", str(codes))
    assert done.code == 1
    assert "g@x.example" in done.out
    assert "Save the codes" in done.err
    assert not codes.exists()


def test_an_import_without_sign_in_leaves_no_file(team: CommandLine, tmp_path: Path) -> None:
    team("sign-out")
    codes = tmp_path / "codes.csv"
    done = bring(team, tmp_path, HEADER + "g@x.example,,,\n", "--codes", str(codes), "--json")
    assert (done.code, json.loads(done.out)["error"]["code"]) == (7, "signed_out")
    assert not codes.exists()


def test_no_one_is_added_whose_code_the_disk_has_no_room_for(
    team: CommandLine, tmp_path: Path
) -> None:
    """A limit on the size of files acts as a disk that is nearly full."""
    people = tmp_path / "people.csv"
    people.write_text(HEADER + "".join(f"p{n}@h.example,,,no\n" for n in range(9000)))
    codes = tmp_path / "codes.csv"
    program = (sys.executable, "-m", "bgconsole", "--database", str(team.database))
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    done = subprocess.run(
        [*program, "member", "import", str(people), "--codes", str(codes)],
        capture_output=True,
        encoding="utf-8",
        preexec_fn=limit,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"bgconsole: {codes}: File too large.\n"
    assert not codes.exists()
    assert len(team("member", "list", "--json").json) == 1
