"""The identity providers' state on the metrics port."""

import math
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from prometheus_client import generate_latest

from bgconsole.backend.identity import IdpStatus, SignInWay
from bgconsole.demo.identity_provider.process import DemoIdentityProvider
from bgconsole.demo.identity_provider.protocol import CLIENT_ID
from bgconsole.policy.team import IdpState
from bgconsole.server.metrics import Meters
from tests.server.command import WITHIN, found_team, serving, signed_in

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_a_probe_finds_is_shown(tmp_path: Path, workers: str) -> None:
    found_team()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
    with (
        DemoIdentityProvider() as idp,
        serving(tmp_path, "--workers", workers, "--metrics-port", port) as served,
        httpx.Client(base_url=served.url, timeout=WITHIN) as client,
    ):
        issuer = idp.start()
        signed_in(client)
        body = {"issuer": issuer, "client_id": CLIENT_ID, "email_domains": ["acme.test"]}
        answer = client.patch(
            "/v1/providers/entra", json=body, headers={"Idempotency-Key": "k" * 16, "If-Match": "*"}
        )
        assert answer.status_code == 200, answer.text
        shown = _shown(port, 'bgconsole_idp_up{provider="entra"}')
        assert "oidc" not in shown, "it is not set up"
        assert issuer not in shown


def _shown(port: str, sample: str) -> str:
    """The metrics, once they have this sample."""
    end = time.monotonic() + WITHIN
    while True:
        metrics = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        if sample in metrics:
            return metrics
        assert time.monotonic() < end, metrics
        time.sleep(0.1)


def test_states_are_numbers_and_what_is_not_known_is_none() -> None:
    meters = Meters()

    def know(*states: tuple[str, IdpState]) -> None:
        meters.know_idps(
            tuple(
                SignInWay(slug, "Name", configured=True, idp=IdpStatus(state, since=AT))
                for slug, state in states
            )
        )

    def sample(name: str, slug: str) -> float | None:
        return meters.registry.get_sample_value(f"bgconsole_idp_{name}", {"provider": slug})

    know(("a", IdpState.UP), ("b", IdpState.DEGRADED), ("c", IdpState.DOWN))
    assert [sample("up", slug) for slug in "abc"] == [1, 1, 0]
    assert [sample("degraded", slug) for slug in "abc"] == [0, 1, 0]
    assert sample("state_changed_timestamp_seconds", "a") == AT.timestamp()
    know(("a", IdpState.UNKNOWN))
    for slug in "abc":
        found = sample("up", slug)
        assert found is not None
        assert math.isnan(found), "neither up nor down"


def test_label_is_the_slug_and_nothing_that_a_provider_says() -> None:
    hostile = 'x"} 1\nbgconsole_idp_up{provider="forged'
    meters = Meters()
    status = IdpStatus(IdpState.DOWN, detail=hostile)
    meters.know_idps((SignInWay("entra", hostile, configured=True, idp=status),))
    shown = generate_latest(meters.registry).decode()
    assert "forged" not in shown
