"""No way to the server, or to a server that can be believed: one sentence, and what to do."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from bgconsole.backend.errors import UnreachableError
from bgconsole.backend.identity import Caller
from bgconsole.backend.line import LineState
from bgconsole.backend.remote.backend import RemoteBackend
from bgconsole.backend.remote.settings import RemoteSettings
from bgconsole.policy.refusals import Code
from tests.backend.remote.conftest import Open, Told
from tests.backend.remote.scripted import Seen, each, http, scripted, value
from tests.backend.remote.test_bad_answers import WELCOME
from tests.backend.world import CONSOLE


async def unreachable(client: RemoteBackend) -> str:
    """What is said of a server that cannot be reached."""
    told = Told(client)
    with pytest.raises(UnreachableError) as caught:
        await client.welcome()
    assert caught.value.code is Code.UNREACHABLE
    assert caught.value.refusal.remedy
    assert told.states == [LineState.DOWN]
    assert told.all[0].sentence == caught.value.refusal.message
    return caught.value.refusal.message


async def unused_port() -> int:
    """A port of loopback where nobody listens."""
    listening = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    return port


async def test_a_wrong_port_is_told(opened: Open) -> None:
    url = f"http://127.0.0.1:{await unused_port()}"
    assert await unreachable(opened(url)) == f"No server answers at {url}"


async def test_a_wrong_host_is_told(opened: Open) -> None:
    url = "https://bgconsole.invalid"
    assert await unreachable(opened(url)) == f"The host of {url} is unknown"


async def test_a_server_that_says_nothing_is_told(opened: Open) -> None:
    async def silent(seen: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with scripted(silent) as server:
        said = await unreachable(opened(server.url))
    assert said == f"The server at {server.url} stopped answering"


async def test_an_answer_that_never_ends_is_given_up(opened: Open) -> None:
    async def drip(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        writer.write(b"Content-Length: 1000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with scripted(drip) as server:
        said = await unreachable(opened(server.url))
    assert said == f"The server at {server.url} stopped answering"


async def test_an_answer_cut_in_the_middle_is_told(opened: Open) -> None:
    cut = http(b'{"team":"Acme"}', headers={}).replace(b"Content-Length: 15", b"Content-Length: 99")

    async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(cut)
        await writer.drain()
        writer.close()

    async with scripted(reply) as server:
        said = await unreachable(opened(server.url))
    assert said == f"The connection to the server at {server.url} was lost"


async def test_no_http_at_all_is_told(opened: Open) -> None:
    async with scripted(each(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")) as server:
        said = await unreachable(opened(server.url))
    assert said == f"The connection to the server at {server.url} was lost"


@pytest.mark.parametrize(
    "url",
    ["http://bgconsole.acme.test", "http://10.0.0.1:8080", "ftp://127.0.0.1", "127.0.0.1:80"],
)
def test_passwords_go_unencrypted_to_this_machine_only(url: str) -> None:
    with pytest.raises(UnreachableError) as caught:
        RemoteBackend(RemoteSettings(url))
    assert "https" in caught.value.refusal.message + caught.value.refusal.remedy


@pytest.mark.parametrize(
    "url", ["https://me:hunter2@acme.test", "https://acme.test/?token=hunter2"]
)
def test_a_secret_in_the_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UnreachableError) as caught:
        RemoteBackend(RemoteSettings(url))
    assert "hunter2" not in str(caught.value.refusal)


def serving(authority: trustme.CA, *names: str, expires: datetime | None = None) -> ssl.SSLContext:
    """TLS with a certificate for these names."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names, not_after=expires).configure_cert(context)
    return context


@pytest.fixture
def authority() -> trustme.CA:
    """The team's own CA."""
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    """Its certificate."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


async def test_a_private_ca_is_believed_when_it_is_named(
    opened: Open, authority: trustme.CA, ca_file: Path
) -> None:
    async with scripted(each(value(WELCOME)), serving(authority, "127.0.0.1")) as server:
        client = opened(server.url, ca_file=ca_file)
        assert await client.welcome() == WELCOME


async def test_an_unknown_ca_is_not_believed_and_the_token_is_not_sent(
    opened: Open, authority: trustme.CA
) -> None:
    async with scripted(each(value(WELCOME)), serving(authority, "127.0.0.1")) as server:
        said = await unreachable(opened(server.url))
        with pytest.raises(UnreachableError) as caught:
            await opened(server.url).me(Caller(CONSOLE, "token"))
    assert said == f"The certificate of {server.url} is not from a trusted CA"
    assert "--ca" in caught.value.refusal.remedy
    assert not server.seen


async def test_the_wrong_ca_is_not_believed(
    opened: Open, authority: trustme.CA, ca_file: Path
) -> None:
    async with scripted(each(value(WELCOME)), serving(trustme.CA(), "127.0.0.1")) as server:
        said = await unreachable(opened(server.url, ca_file=ca_file))
    assert said == f"The certificate of {server.url} is not from a trusted CA"


async def test_an_expired_certificate_is_told(
    opened: Open, authority: trustme.CA, ca_file: Path
) -> None:
    past = datetime.now(UTC) - timedelta(days=1)
    tls = serving(authority, "127.0.0.1", expires=past)
    async with scripted(each(value(WELCOME)), tls) as server:
        said = await unreachable(opened(server.url, ca_file=ca_file))
    assert said == f"The certificate of {server.url} has expired"


async def test_a_certificate_for_another_name_is_told(
    opened: Open, authority: trustme.CA, ca_file: Path
) -> None:
    async with scripted(each(value(WELCOME)), serving(authority, "acme.test")) as server:
        said = await unreachable(opened(server.url, ca_file=ca_file))
    assert said == f"The certificate of {server.url} is for another name"


async def test_tls_where_there_is_none_is_told(opened: Open) -> None:
    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    listening = await asyncio.start_server(reply, "127.0.0.1", 0)
    async with listening:
        url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        assert await unreachable(opened(url)) == f"The server at {url} does not speak TLS"


@pytest.mark.parametrize("text", [None, "no certificate"])
async def test_a_ca_file_that_is_none_is_told_with_its_name(
    opened: Open, tmp_path: Path, text: str | None
) -> None:
    path = tmp_path / "team.pem"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UnreachableError, match=r"team\.pem") as caught:
        await opened("https://127.0.0.1:1", ca_file=path).welcome()
    assert caught.value.refusal.remedy


async def test_the_environment_is_not_asked_for_a_way(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that somebody else set would see every token."""
    async with scripted(each(value(WELCOME))) as proxy, scripted(each(value(WELCOME))) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert await opened(server.url).welcome() == WELCOME
    assert not proxy.seen
