"""Every status of the contract, with its code, its headers, and the words of problem+json."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from bgconsole import __version__
from bgconsole.backend.wire import Problem
from tests.backend.world import OWNER, PASSWORD
from tests.server.site import SOMEBODY, Site, standing

SETTINGS = "/v1/providers/entra/settings"
LOGIN = "/v1/login"
OTHER = "quite another set of words"


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Holds that the answer is this problem; what it says."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert (said["status"], said["code"]) == (status, code)
    assert said["title"]
    assert said["message"] == said["detail"] != ""
    assert said["request_id"] == answer.headers["x-request-id"]
    assert said.keys() <= set(Problem.__dataclass_fields__)
    return said


async def test_a_login_gives_a_session_and_a_refused_one_says_the_same_whatever_the_reason(
    site: Site,
) -> None:
    opened = await site.call("POST", LOGIN, {"email": OWNER, "password": PASSWORD}, by="nobody")
    assert opened.status_code == 200
    assert opened.json().keys() == {"token", "email", "role", "expires_at", "is_break_glass"}
    refused = [
        await site.call("POST", LOGIN, {"email": email, "password": OTHER}, by="nobody")
        for email in (OWNER, "unknown@acme.test", "no email")
    ]
    told = [problem(one, 401, "login_failed") for one in refused]
    assert {one.pop("request_id") for one in told} != {""}
    assert told[0] == told[1] == told[2]
    assert refused[0].headers["www-authenticate"].startswith("Bearer")


async def test_a_throttle_tells_its_wait(site: Site) -> None:
    body = {"email": "unknown@acme.test", "password": OTHER}
    for _ in range(5):
        await site.call("POST", LOGIN, body, by="nobody")
    answer = await site.call("POST", LOGIN, body, by="nobody")
    said = problem(answer, 429, "throttled")
    assert said["wait"] == int(answer.headers["retry-after"]) > 0


async def test_proof_that_is_too_old_is_asked_for_again(site: Site) -> None:
    site.clock.advance(minutes=6)
    problem(await site.call("DELETE", "/v1/providers/oidc"), 403, "reauth_required")
    assert (await site.call("POST", "/v1/reauth", {"password": PASSWORD})).status_code == 204
    assert (await site.call("DELETE", "/v1/providers/oidc")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PATCH", "/v1/members/nobody@acme.test", {"role": "admin"}, 404, "unknown_member"),
        ("DELETE", "/v1/tokens/nosuch", None, 404, "unknown_token"),
        ("GET", "/v1/nosuch", None, 404, "invalid_request"),
        ("POST", "/v1/providers/entra/entries", {"add": [OWNER]}, 409, "not_enforced"),
        ("PATCH", f"/v1/members/{OWNER}", {"role": "member"}, 409, "last_owner"),
        ("POST", "/v1/providers/entra/entries", {"enforced": True}, 409, "would_lock_out"),
        ("POST", "/v1/providers/entra/check", {"email": "a@b.example"}, 409, "unknown_account"),
        ("POST", "/v1/providers/entra/check", {"email": "no email"}, 422, "invalid_email"),
        ("POST", "/v1/tokens", {"days": 0}, 422, "invalid_value"),
        ("POST", "/v1/redeem", {"email": OWNER, "code": "x", "password": OTHER}, 422, None),
        ("PUT", "/v1/me/password", {"current": PASSWORD, "password": "short"}, 422, None),
        ("PUT", "/v1/me/password", {"current": "wrong", "password": OTHER}, 401, "login_failed"),
        ("POST", "/v1/reauth", {"password": "wrong"}, 401, "login_failed"),
    ],
)
async def test_a_refusal_has_its_status_and_code(
    site: Site, method: str, path: str, body: object, status: int, code: str | None
) -> None:
    expected = code or {"/v1/redeem": "code_invalid"}.get(path, "password_too_short")
    problem(await site.call(method, path, body), status, expected)


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "/v1/me/password", {"current": "wrong", "password": OTHER}, "current"),
        ("PUT", "/v1/me/password", {"current": PASSWORD, "password": "short"}, "password"),
        ("POST", "/v1/tokens", {"days": 0}, "days"),
        ("POST", "/v1/providers", {"slug": "A B", "kind": "oidc", "name": "X"}, "slug"),
        ("POST", "/v1/providers/entra/check", {"email": "no email"}, "email"),
    ],
)
async def test_a_refusal_names_the_field_of_the_body(
    site: Site, method: str, path: str, body: object, field: str
) -> None:
    assert (await site.call(method, path, body)).json()["field"] == field


async def test_a_refused_batch_names_every_item(site: Site) -> None:
    people = [{"email": OWNER, "line": 2}, {"email": "no email", "line": 3}]
    answer = await site.call("POST", "/v1/members", {"members": people})
    said = problem(answer, 409, "duplicate")
    assert [(one["email"], one["code"], one["line"]) for one in said["errors"]] == [
        (OWNER, "duplicate", 2),
        ("no email", "invalid_email", 3),
    ]


async def test_a_whole_list_is_saved_on_the_version_in_if_match_only(site: Site) -> None:
    body = {"enforced": True, "emails": [OWNER]}
    missing = await site.call("PUT", SETTINGS, body)
    assert "If-Match" in problem(missing, 428, "invalid_request")["message"]
    saved = await site.call("PUT", SETTINGS, body, headers={"If-Match": '"1"'})
    assert (saved.status_code, saved.headers["etag"]) == (200, '"2"')
    for tag in ('"1"', 'W/"2"', '"other"'):
        stale = await site.call("PUT", SETTINGS, body, headers={"If-Match": tag})
        said = problem(stale, 412, "version_conflict")
        assert said["theirs"]["emails"] == [OWNER]
        assert (said["theirs"]["version"], said["theirs"]["saved_by"]) == (2, OWNER)
    for tag in ("2", "*", '"1", "2"', '"', ""):
        odd = await site.call("PUT", SETTINGS, body, headers={"If-Match": tag})
        problem(odd, 422, "invalid_request")
    again = await site.call("PUT", SETTINGS, body, headers={"If-Match": saved.headers["etag"]})
    assert again.status_code == 200


async def test_a_provider_is_changed_on_the_version_in_if_match(site: Site) -> None:
    path, body = "/v1/providers/entra", {"name": "Entra"}
    assert (
        "If-Match"
        in problem(await site.call("PATCH", path, body), 428, "invalid_request")["message"]
    )
    changed = await site.call("PATCH", path, body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    other = {"name": "Other"}
    said = problem(
        await site.call("PATCH", path, other, headers={"If-Match": '"1"'}), 412, "version_conflict"
    )
    assert said["theirs"]["version"] == 2
    for tag in ("2", '"1", "2"', '"', "", '*, "2"'):
        odd = await site.call("PATCH", path, other, headers={"If-Match": tag})
        problem(odd, 422, "invalid_request")
    absent = await site.call("PATCH", "/v1/providers/nosuch", other, headers={"If-Match": "*"})
    problem(absent, 404, "unknown_provider")
    for tag in (changed.headers["etag"], "*"):
        done = await site.call("PATCH", path, {"name": tag}, headers={"If-Match": tag})
        assert done.json()["name"] == tag


async def test_a_change_is_done_once_for_one_key(site: Site) -> None:
    path, body = "/v1/members", {"members": [{"email": "more@acme.test"}]}
    problem(await site.call("POST", path, body, key=None), 428, "invalid_request")
    for key in ("short", "with spaces in the key", "ä" * 20, "x" * 201):
        bearer = f"Bearer {site.tokens['owner']}"
        raw = {b"Authorization": bearer.encode(), b"Idempotency-Key": key.encode()}
        answer = await site.client.post(path, json=body, headers=raw)
        problem(answer, 422, "invalid_request")
    first = await site.call("POST", path, body, key="k" * 16)
    second = await site.call("POST", path, body, key="k" * 16)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert first.status_code == 201
    other = {"members": [{"email": "other@acme.test"}]}
    problem(await site.call("POST", path, other, key="k" * 16), 422, "key_reused")


async def test_another_method_is_told_which_ones_there_are(site: Site) -> None:
    answer = await site.call("DELETE", "/v1/providers")
    problem(answer, 405, "invalid_request")
    assert answer.headers["allow"] == "GET, HEAD, POST"
    answer = await site.call("GET", f"/v1/members/{SOMEBODY}")
    assert answer.headers["allow"] == "DELETE, PATCH"


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/readyz",
        "/openapi.json",
        "/v1/me",
        "/v1/providers",
        "/v1/members",
        "/v1/audit?limit=1",
        "/v1/audit?limit=none",
        f"/v1/members/{SOMEBODY}/identities",
        "/v1/members/nobody@acme.test/identities",
        "/v1/sso/callback?state=x",
        "/nowhere",
    ],
)
@pytest.mark.parametrize("by", ["owner", "member", "nobody"])
async def test_head_answers_as_get_does(site: Site, path: str, by: str) -> None:
    got, head = [await site.call(method, path, by=by) for method in ("GET", "HEAD")]
    assert head.status_code == got.status_code
    told = ("content-type", "etag", "allow", "www-authenticate")
    assert [head.headers.get(name) for name in told] == [got.headers.get(name) for name in told]


def test_every_address_with_get_has_head_too(site: Site) -> None:
    methods: dict[str, set[str]] = {}
    for route in site.app.routes:
        if isinstance(route, Route):
            methods.setdefault(route.path, set()).update(route.methods or ())
    assert methods
    assert [path for path, has in methods.items() if "GET" in has and "HEAD" not in has] == []


async def test_head_of_a_stream_ends_and_acts_on_nothing(site: Site) -> None:
    answer = await site.call("HEAD", "/v1/audit/stream")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert (await site.call("HEAD", "/v1/audit/stream", by="nobody")).status_code == 401


async def test_what_is_no_type_of_event_is_refused(site: Site) -> None:
    for path in ("/v1/audit", "/v1/audit/stream"):
        for kind in ("nope", "", "Login Success", "auth.login.success%00"):
            answer = await site.call("GET", f"{path}?type={kind}")
            assert "nope" not in problem(answer, 422, "invalid_request")["message"]
    both = "type=auth.login.success&type=member.added"
    assert (await site.call("GET", f"/v1/audit?{both}")).status_code == 200


async def test_a_database_that_is_not_there_is_a_503_with_a_time_to_come_back(
    tmp_path: Path,
) -> None:
    (tmp_path / "team.db").write_text("no database at all, but long enough to be looked at")
    async with standing(tmp_path, founded=False) as site:
        assert (await site.call("GET", "/healthz", by="nobody")).status_code == 200
        for path in ("/readyz", "/v1/welcome"):
            answer = await site.call("GET", path, by="nobody")
            said = problem(answer, 503, "unavailable")
            assert int(answer.headers["retry-after"]) > 0
            assert str(tmp_path) not in said["message"]


async def test_a_fault_of_the_servers_own_is_a_500_that_says_nothing(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken() -> None:
        secret = "hunter2"
        raise ValueError(f"never seen outside: {secret}")

    site.backend.welcome = broken  # pyright: ignore[reportAttributeAccessIssue] (the fault)
    answer = await site.call("GET", "/v1/welcome", by="nobody", headers={"X-Request-ID": "mine-1"})
    problem(answer, 500, "unavailable")
    assert "hunter2" not in answer.text
    logged = capsys.readouterr().err
    assert "request mine-1 failed: builtins.ValueError at " in logged
    assert "hunter2" not in logged


async def test_every_answer_has_the_version_a_request_id_and_may_not_be_kept(site: Site) -> None:
    for path in ("/healthz", "/v1/me", "/v1/nosuch", "/openapi.json"):
        answer = await site.call("GET", path, by="nobody")
        assert answer.headers["x-bgconsole-version"] == __version__
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert len(answer.headers["x-request-id"]) == 16
    sane = await site.call("GET", "/healthz", headers={"X-Request-ID": "from.client-1"})
    assert sane.headers["x-request-id"] == "from.client-1"
    code = "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY-Z2345"
    for odd in (
        "",
        "two words",
        "x" * 65,
        "\x1b[2J",
        code,
        f"my.{code.lower()}",
        "bga_" + "A" * 43,
    ):
        answer = await site.call("GET", "/healthz", headers={"X-Request-ID": odd})
        assert answer.headers["x-request-id"] not in {odd, ""}


async def test_a_member_is_changed_in_one_thing_at_a_time(site: Site) -> None:
    place = f"/v1/members/{SOMEBODY}"
    for body in ({}, {"role": "admin", "name": "Some Body"}, {"name": "S", "email": "s@acme.test"}):
        answer = await site.call("PATCH", place, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")
    answer = await site.call("PATCH", place, {"name": "Some Body"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Some Body")
    answer = await site.call("PATCH", place, {"email": OWNER})
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
    answer = await site.call("PATCH", place, {"email": "other@acme.test"})
    assert (answer.status_code, answer.json()["email"]) == (200, "other@acme.test")
    answer = await site.call("PATCH", place, {"name": "Some Body"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_member")
