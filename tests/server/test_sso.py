"""SSO over HTTP: the browser anywhere, three digits, and what a stranger's link is worth."""

import re
from collections.abc import AsyncGenerator, Generator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bgconsole.backend.identity import Caller
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.parts import SsoOptions
from bgconsole.backend.values import ProviderChange
from tests.backend.world import CONSOLE
from tests.openid.stub import Stub, stub_provider
from tests.server.site import MEMBER, Site, standing

BY_SERVER = {"flow": "server"}
PUBLIC = SsoOptions("https://team.example")


@pytest.fixture
def stub() -> Generator[Stub]:
    with stub_provider() as running:
        yield running


@pytest.fixture
async def site(tmp_path: Path, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Site]:
    """A server with a public address, and a provider that is set up."""
    monkeypatch.setattr(LocalBackend, "at", partial(LocalBackend.at, sso=PUBLIC))
    async with standing(tmp_path) as site:
        owner = Caller(CONSOLE, site.tokens["owner"])
        change = ProviderChange(
            issuer=stub.issuer, client_id="console", email_domains=("acme.test",)
        )
        await site.backend.change_provider(owner, "oidc", change)
        yield site


async def begun(site: Site, stub: Stub) -> tuple[str, str]:
    """The handle of a sign-in by the server's flow, and the state that its address holds."""
    started = await site.call("POST", "/v1/sso/oidc/start", BY_SERVER, by="nobody", key=None)
    assert started.status_code == 201, started.text
    body = started.json()
    asked = parse_qs(urlsplit(body["authorization_url"]).query)
    assert asked["redirect_uri"] == ["https://team.example/v1/sso/callback"]
    assert asked["code_challenge_method"] == ["S256"]
    assert body["state"] is None, "the server keeps what only it needs"
    claims = stub.claims(email=MEMBER, nonce=asked["nonce"][0])
    stub.id_token = stub.signed(claims)
    return body["handle"], asked["state"][0]


async def finish(site: Site, handle: str, **more: str) -> tuple[int, dict[str, object]]:
    answer = await site.call(
        "POST", "/v1/sso/finish", {"handle": handle, **more}, by="nobody", key=None
    )
    return answer.status_code, answer.json()


async def come_back(site: Site, state: str, **more: str) -> str | None:
    """What the browser shows; the digits if there are any."""
    query = "&".join(f"{name}={value}" for name, value in {"state": state, **more}.items())
    page = await site.call("GET", f"/v1/sso/callback?{query}", by="nobody", key=None)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    found = re.search(r"<strong>(\d{3})</strong>", page.text)
    assert (found is not None) is (page.status_code == 200)
    return None if found is None else found[1]


async def test_the_digits_of_the_page_finish_the_sign_in(site: Site, stub: Stub) -> None:
    handle, state = await begun(site, stub)
    assert await finish(site, handle) == (202, {"interval": 2, "digits_needed": False})
    digits = await come_back(site, state, code="a-code")
    assert digits is not None
    assert await finish(site, handle) == (202, {"interval": 2, "digits_needed": True})
    status, session = await finish(site, handle, digits=digits)
    assert (status, session["email"]) == (200, MEMBER)
    assert await come_back(site, state, code="a-code") is None, "a page is shown once"


async def test_without_the_digits_a_strangers_approval_opens_nothing(
    site: Site, stub: Stub
) -> None:
    handle, state = await begun(site, stub)
    digits = await come_back(site, state, code="a-code")
    wrong = [f"{number:03d}" for number in range(4) if f"{number:03d}" != digits][:3]
    for guess in wrong[:2]:
        assert (await finish(site, handle, digits=guess))[0] == 202
    status, problem = await finish(site, handle, digits=wrong[2])
    assert (status, problem["code"]) == (403, "sso_denied")
    assert (await finish(site, handle, digits=str(digits)))[0] == 410


async def test_head_of_the_page_takes_no_answer(site: Site, stub: Stub) -> None:
    """A mail scanner that looks at the link leaves it to the browser."""
    handle, state = await begun(site, stub)
    address = f"/v1/sso/callback?state={state}&code=a-code"
    head = await site.call("HEAD", address, by="nobody", key=None)
    assert head.status_code == 200
    assert head.headers["content-type"].startswith("text/html")
    assert await finish(site, handle) == (202, {"interval": 2, "digits_needed": False})
    digits = await come_back(site, state, code="a-code")
    assert (await finish(site, handle, digits=str(digits)))[0] == 200
    assert (await site.call("HEAD", address, by="nobody", key=None)).status_code == 403


async def test_a_refusal_at_the_provider_is_told_to_both_sides(site: Site, stub: Stub) -> None:
    handle, state = await begun(site, stub)
    assert await come_back(site, state, error="access_denied") is None
    status, problem = await finish(site, handle)
    assert (status, problem["code"]) == (403, "sso_denied")
    assert await come_back(site, "unknown", code="a-code") is None
    assert (await finish(site, "bgh_unknown"))[0] == 410


async def test_a_server_without_a_public_address_has_no_such_flow(
    tmp_path: Path, stub: Stub
) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    async with standing(folder) as plain:
        owner = Caller(CONSOLE, plain.tokens["owner"])
        change = ProviderChange(issuer=stub.issuer, client_id="console")
        await plain.backend.change_provider(owner, "oidc", change)
        answer = await plain.call("POST", "/v1/sso/oidc/start", BY_SERVER, by="nobody", key=None)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")
        welcome = (await plain.call("GET", "/v1/welcome", by="nobody", key=None)).json()
        assert welcome["ways"][1]["flows"] == ["device", "browser"]
