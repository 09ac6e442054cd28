"""Where a request is said to come from: a client writes what it likes, a trusted proxy does not."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from bgconsole.server.settings import ServerSettings
from tests.backend.world import OWNER
from tests.server.site import standing

PROXIES = ("10.0.0.0/8", "fd00::/8", "203.0.113.9")


@pytest.mark.parametrize(
    ("peer", "forwarded", "source"),
    [
        ("203.0.113.9", "198.51.100.7", "198.51.100.7"),
        ("198.51.100.1", "198.51.100.7", "198.51.100.1"),
        ("10.1.2.3", "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "1.1.1.1, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("10.1.2.3", "198.51.100.7:4711", "198.51.100.7"),
        ("10.1.2.3", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.1.2.3", "::ffff:198.51.100.7", "198.51.100.7"),
        ("::ffff:10.1.2.3", "198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "198.51.100.7, what is this", "10.1.2.3"),
        ("10.1.2.3", "198.51.100.7, unknown, 10.9.9.9", "10.9.9.9"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("10.1.2.3", ",,,", "10.1.2.3"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("not an address", "198.51.100.7", "unknown"),
    ],
)
async def test_the_right_most_address_that_is_no_trusted_proxy_counts(
    tmp_path: Path, peer: str, forwarded: str, source: str
) -> None:
    settings = ServerSettings(trusted_proxies=tuple(map(ip_network, PROXIES)))
    async with standing(tmp_path, settings, peer=peer) as site:
        body = {"email": OWNER, "password": "wrong wrong wrong wrong"}
        headers = {"X-Forwarded-For": forwarded}
        await site.call("POST", "/v1/login", body, by="nobody", headers=headers)
        (event, *_) = (await site.call("GET", "/v1/audit?limit=1")).json()["events"]
        assert (event["type"], event["source"]) == ("auth.login.failure", source)
        assert site.told[-2].source == source


async def test_nobody_is_asked_to_believe_a_peer_that_is_not_trusted(tmp_path: Path) -> None:
    async with standing(tmp_path, peer="127.0.0.1") as site:
        headers = {"X-Forwarded-For": "198.51.100.7"}
        await site.call("GET", "/healthz", headers=headers)
        assert site.told[-1].source == "127.0.0.1"


async def test_the_throttle_counts_an_ipv6_network_as_one(tmp_path: Path) -> None:
    settings = ServerSettings(trusted_proxies=(ip_network("127.0.0.0/8"),))
    async with standing(tmp_path, settings, peer="127.0.0.1") as site:

        async def tried(address: str) -> int:
            body = {"email": "unknown@acme.test", "password": "wrong wrong wrong wrong"}
            headers = {"X-Forwarded-For": address}
            return (
                await site.call("POST", "/v1/login", body, by="nobody", headers=headers)
            ).status_code

        assert [await tried(f"2001:db8:1:2::{last}") for last in range(6)] == [401] * 5 + [429]
        assert await tried("2001:db8:1:3::1") == 401
