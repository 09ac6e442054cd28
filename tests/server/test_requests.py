"""What a request may hold: strict bodies and queries, bounded sizes, and nothing secret in URLs."""

import asyncio
import gc
import json
import weakref
from collections.abc import AsyncGenerator
from urllib.parse import quote

import httpx
import pytest
from starlette.requests import Request

from bgconsole.server import bodies
from tests.backend.world import OWNER, PASSWORD
from tests.server.site import Site
from tests.server.test_statuses import problem

JSON = {"Content-Type": "application/json"}


async def sent(site: Site, content: bytes, path: str = "/v1/simulate", **headers: str) -> int:
    """The status that a body as it stands gets."""
    answer = await site.call("POST", path, content=content, headers={**JSON, **headers})
    if answer.status_code >= 400:
        problem(answer, answer.status_code, "invalid_request")
    return answer.status_code


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"email": 1}',
        b'{"email": null}',
        b'{"email": "a@b.example", "surplus": 1}',
        b'{"email": "a@b.example", "method": "telepathy"}',
        b'{"email": "a@b.example", "enforced": {"entra": "on"}}',
        b'{"email": "a@b.example", "enforced": {"entra": 1}}',
        b'{"email": "a@b.example", "provider": 9007199254740993}',
        b'{"email": "\xff@b.example"}',
        b'{"email": "\\ud800@b.example"}',
        b'{"email": NaN}',
        b"[" * 100_000,
        b'{"email":' * 50_000,
    ],
    ids=lambda content: ascii(content[:40]),
)
async def test_a_body_that_is_not_as_it_should_be_is_refused(site: Site, content: bytes) -> None:
    assert await sent(site, content) == 422


async def test_a_field_unknown_deep_inside_is_refused_and_named(site: Site) -> None:
    person = {"email": "a@b.example", "sso_only": True, "admin": True}
    answer = await site.call("POST", "/v1/members", {"members": [person]})
    said = problem(answer, 422, "invalid_request")["message"]
    assert "unknown field `admin` - at `$.members[0]`" in said


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("APPLICATION/JSON", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/json; charset=utf-16", 415),
        ("application/jsonx", 415),
        ("", 415),
    ],
)
async def test_only_json_is_taken(site: Site, kind: str, status: int) -> None:
    body = json.dumps({"email": OWNER}).encode()
    assert await sent(site, body, **{"Content-Type": kind}) == status


@pytest.mark.parametrize(("path", "mebibytes"), [("/v1/simulate", 1), ("/v1/members", 4)])
async def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(
    site: Site, path: str, mebibytes: int
) -> None:
    fits, more = b" " * (mebibytes << 20), b" " * ((mebibytes << 20) + 1)
    assert await sent(site, fits, path) == 422
    assert await sent(site, more, path) == 413

    async def pieces() -> AsyncGenerator[bytes]:
        for _ in range(mebibytes * 16 + 1):
            yield b" " * 65536

    token = {"Authorization": f"Bearer {site.tokens['owner']}", "Idempotency-Key": "k" * 16}
    request = site.client.build_request("POST", path, content=pieces(), headers={**JSON, **token})
    problem(await site.client.send(request), 413, "invalid_request")


async def test_a_stranger_s_large_body_is_not_gathered(site: Site) -> None:
    taken = 0

    async def pieces() -> AsyncGenerator[bytes]:
        nonlocal taken
        for _ in range(16):
            taken += 1
            yield b" " * 16384

    stranger = {**JSON, "Authorization": "Bearer nobody", "Idempotency-Key": "k" * 16}
    for path, status, code, pieces_taken in (
        ("/v1/members", 401, "signed_out", 5),
        # Thrown away to the end, so that the client comes to read the answer.
        ("/v1/login", 413, "invalid_request", 16),
        ("/v1/redeem", 413, "invalid_request", 16),
    ):
        taken = 0
        request = site.client.build_request("POST", path, content=pieces(), headers=stranger)
        problem(await site.client.send(request), status, code)
        assert taken == pieces_taken


async def test_a_removal_may_have_a_body_or_none(site: Site) -> None:
    override = {"override": {"confirmations": ["oidc"], "reason": "no longer used"}}
    assert (await site.call("DELETE", "/v1/providers/oidc", override)).status_code == 200
    assert (await site.call("DELETE", "/v1/providers/entra")).status_code == 200
    surplus = {"override": {"confirmations": [], "reason": "", "force": True}}
    problem(await site.call("DELETE", "/v1/providers/x", surplus), 422, "invalid_request")


@pytest.mark.parametrize("name", ["token", "access_token"])
@pytest.mark.parametrize("path", ["/v1/me", "/v1/audit", "/healthz", "/v1/audit/stream"])
async def test_a_token_in_the_url_is_refused_and_told_nowhere(
    site: Site, path: str, name: str
) -> None:
    token = site.tokens["owner"]
    answer = await site.call("GET", f"{path}?{name}={token}", by="nobody")
    assert "Revoke" in problem(answer, 422, "invalid_request")["remedy"]
    assert token is not None
    assert token not in answer.text
    assert token not in repr(site.told)


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=2001", "limit=x", "limit=1&limit=2", "limit=%D9%A3", "limit="),
        *("before=-1", "after=1e3", "after=99999999999999999999", "break_glass=yes", "surplus=1"),
        *(
            "since=yesterday",
            "since=2026-11-23T09:00:00",
            "until=2026-11-32",
            "until=20261123",
            "text=",
            "actor=",
        ),
        *("since=0001-01-01T00:00:00%2B14:00", f"text={'x' * 1001}"),
    ],
)
async def test_a_query_that_is_not_as_it_should_be_is_refused(site: Site, query: str) -> None:
    problem(await site.call("GET", f"/v1/audit?{query}"), 422, "invalid_request")


async def test_a_query_chooses_events(site: Site) -> None:
    async def found(query: str) -> list[str]:
        page = (await site.call("GET", f"/v1/audit?{query}")).json()
        return [event["type"] for event in page["events"]]

    assert await found("type=member.added&type=token.created&limit=2") == [
        "token.created",
        "member.added",
    ]
    assert set(await found("actor=owner%40acme.test&type=token.created")) == {"token.created"}
    assert await found("until=2026-11-23T09:00:00Z") == []
    assert await found("until=2026-11-22") == []
    assert len(await found("since=2026-11-23&until=2026-11-23&limit=3")) == 3
    assert len(await found("until=9999-12-31&limit=3")) == 3
    assert await found("since=2026-11-24") == []
    page = (await site.call("GET", "/v1/audit?until=2026-11-23")).json()
    assert page["looked_until"] == "2026-11-23T23:59:59.999999Z"
    assert len(await found("since=2026-11-23T10:00:00%2B01:00&limit=3")) == 3
    assert await found("after=1&limit=1") == ["provider.added"]
    assert await found("text=no+such+text") == []
    assert await found("break_glass=true&provider=entra") == []


async def test_wrong_ways_to_show_a_token_are_no_token(site: Site) -> None:
    token = site.tokens["owner"]
    for value in (
        *(f"Basic {token}", f"bearer{token}", "Bearer", "Bearer ", f"Bearer {token}x"),
        *(f"Bearer {token} {token}", f"Token {token}", "Bearer \u00e9"),
    ):
        answer = await site.client.get("/v1/me", headers={b"Authorization": value.encode()})
        problem(answer, 401, "signed_out")
    twice = [("Authorization", f"Bearer {token}"), ("Authorization", "Bearer other")]
    problem(await site.client.get("/v1/me", headers=twice), 422, "invalid_request")
    assert (
        await site.client.get("/v1/me", headers={"Authorization": f"bEARER {token}"})
    ).status_code == 200


async def test_an_email_in_a_path_may_hold_what_emails_hold(site: Site) -> None:
    for email in ("a+b@acme.test", "a/b@acme.test", "x/reset@acme.test", "äö%25@acme.test"):
        added = await site.call("POST", "/v1/members", {"members": [{"email": email}]})
        assert added.status_code == 201, added.text
        path = f"/v1/members/{quote(email, safe='')}"
        assert (await site.call("POST", f"{path}/reset")).json()["email"] == email
        assert (await site.call("DELETE", path)).status_code == 200
    assert (await site.call("DELETE", f"/v1/members/{OWNER}/reset")).status_code == 405


async def test_hostile_headers_change_nothing(site: Site) -> None:
    hostile = {
        "X-Forwarded-For": "10.0.0.1, \x1b[2J",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "javascript",
        "Host": "evil.example",
        "Forwarded": "for=10.0.0.1",
        "X-HTTP-Method-Override": "DELETE",
        "X-Original-URL": "/v1/members",
        "Cookie": f"token={site.tokens['owner']}",
        "Origin": "https://evil.example",
    }
    answer = await site.call("GET", "/v1/me", by="nobody", headers=hostile)
    problem(answer, 401, "signed_out")
    assert "evil" not in answer.text + repr(answer.headers)
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert {one.source for one in site.told} == {"203.0.113.9"}


async def test_a_password_is_not_kept_while_its_refusal_is_held_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = "plum violin harbour staple canary"
    sent: list[weakref.ref[object]] = []
    decoded = bodies.decoded

    def noted(request: Request, body: bytes, kind: type[object]) -> object:
        found = decoded(request, body, kind)
        sent.append(weakref.ref(found))
        return found

    monkeypatch.setattr(bodies, "decoded", noted)

    def kept() -> list[object]:
        gc.collect()
        assert len(sent) == 305
        return [one() for one in sent if one() is not None]

    async def guess() -> httpx.Response:
        body = {"email": "nobody@acme.test", "password": canary}
        return await site.call("POST", "/v1/login", body, by="nobody", key=None)

    for _ in range(5):
        await guess()
    streams = site.app.state.streams
    tries = [asyncio.create_task(guess()) for _ in range(300)]
    # A password that is being judged is kept for that long: only those held back are looked at.
    for _ in range(10_000):
        await asyncio.sleep(0.001)
        if len(streams._resting) == sum(not one.done() for one in tries):
            break
    assert streams._resting
    assert not kept()
    streams.stop()
    assert {one.status_code for one in await asyncio.gather(*tries)} == {429}


async def test_what_is_told_of_a_request_holds_no_secret_and_no_person(site: Site) -> None:
    await site.call("POST", "/v1/login", {"email": OWNER, "password": PASSWORD}, by="nobody")
    await site.call("POST", f"/v1/members/{OWNER}/unpause")
    await site.call("GET", f"/v1/audit?actor={OWNER}&text=canary")
    await site.call("GET", f"/v1/{PASSWORD}/{OWNER}")
    told = repr(site.told)
    assert [one.route for one in site.told][-4:] == [
        "/v1/login",
        "/v1/members/{email}/unpause",
        "/v1/audit",
        "-",
    ]
    for secret in (OWNER, PASSWORD, "canary", *filter(None, site.tokens.values())):
        assert secret not in told


@pytest.mark.parametrize("by", ["nobody", "owner"])
async def test_an_address_longer_than_any_that_there_is_is_refused_unread(
    site: Site, by: str
) -> None:
    for path in (
        f"/v1/members/{'@' * 9000}/x",
        f"/v1/audit?{'a' * 9000}",
        f"/v1/audit?text={'%20' * 3000}",
        f"/{'%2F' * 3000}",
    ):
        answer = await site.call("GET", path, by=by)
        problem(answer, 414, "invalid_request")
    answer = await site.call("G" * 9000, "/v1/me", by=by)
    problem(answer, 414, "invalid_request")
    for headers in ({"X-Long": "a" * 40_000}, {f"X-{number}": "a" for number in range(5000)}):
        answer = await site.call("GET", "/v1/me", by=by, headers=headers)
        problem(answer, 431, "invalid_request")
    answer = await site.call("GET", f"/v1/audit?text={'a' * 254}&actor={'ä' * 254}", by="owner")
    assert answer.status_code == 200
