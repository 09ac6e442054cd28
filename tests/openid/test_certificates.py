"""TLS: what is believed, and what is said of a certificate that is not."""

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from bgconsole.openid.errors import OpenIdError, SsoStep
from tests.openid.stub import Stub, as_json, provider, stub_provider


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trust_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@contextmanager
def secured(authority: trustme.CA, name: str = "localhost", **more) -> Generator[Stub]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **more).configure_cert(context)
    with stub_provider(tls=context, host="localhost") as stub:
        yield stub


def refusal(stub: Stub, **settings) -> OpenIdError:
    with pytest.raises(OpenIdError) as refused:
        provider(stub, **settings).metadata()
    assert refused.value.remedy
    return refused.value


def test_a_trusted_certificate_is_shown_with_its_end(
    authority: trustme.CA, trust_file: Path
) -> None:
    end = datetime.now(UTC) + timedelta(days=3)
    with secured(authority, not_after=end) as stub:
        idp = provider(stub, trust_file=trust_file)
        found = idp.probe()
        assert found.ok
        assert found.certificate_until is not None
        assert abs(found.certificate_until - end) < timedelta(seconds=2)
        report = idp.check()
        certificate = next(step for step in report.steps if step.step is SsoStep.CERTIFICATE)
        assert certificate.ok
        assert "Renew" in certificate.remedy
        assert report.certificate_until == found.certificate_until


def test_names_go_to_the_server_although_the_address_was_chosen(
    authority: trustme.CA, trust_file: Path
) -> None:
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    with stub_provider(tls=context, host="localhost") as stub:
        provider(stub, trust_file=trust_file).metadata()
        assert asked == ["localhost"]
        assert stub.asked[0].headers["Host"] == stub.issuer.removeprefix("https://")


def test_an_unknown_authority_is_named(authority: trustme.CA) -> None:
    with secured(authority) as stub:
        found = refusal(stub)
        assert found.step is SsoStep.CERTIFICATE
        assert "does not trust the certificate authority" in found.message
        assert "--trust-file" in found.remedy
        assert [step.step for step in provider(stub).check().steps if not step.ok] == [
            SsoStep.CERTIFICATE
        ]


def test_a_check_that_stops_early_still_says_when_the_certificate_ends(
    authority: trustme.CA, trust_file: Path
) -> None:
    with secured(authority) as stub:
        stub.routes["/keys"] = lambda _asked: as_json({"keys": []})
        report = provider(stub, trust_file=trust_file).check()
        assert [step.step for step in report.steps if not step.ok] == [SsoStep.KEYS]
        assert report.certificate_until is not None
        assert report.flows == ()


@pytest.mark.parametrize(
    ("name", "dates", "part"),
    [
        ("localhost", {"not_after": timedelta(days=-1)}, "has expired"),
        ("localhost", {"not_before": timedelta(days=1)}, "not valid yet"),
        ("other.example", {}, "is for another host"),
    ],
)
def test_a_certificate_that_is_not_right_is_named(
    authority: trustme.CA, trust_file: Path, name: str, dates: dict[str, timedelta], part: str
) -> None:
    more = {which: datetime.now(UTC) + offset for which, offset in dates.items()}
    if "not_after" in more:
        more["not_before"] = more["not_after"] - timedelta(days=1)
    with secured(authority, name, **more) as stub:
        found = refusal(stub, trust_file=trust_file)
        assert found.step is SsoStep.CERTIFICATE
        assert part in found.message


def test_a_port_without_tls_is_named(stub: Stub) -> None:
    stub.issuer = stub.issuer.replace("http://", "https://")
    found = refusal(stub)
    assert found.step is SsoStep.CERTIFICATE
    assert "but TLS fails" in found.message


def test_discovery_that_names_another_host_is_checked_as_any(
    authority: trustme.CA, trust_file: Path
) -> None:
    with secured(authority) as stub:
        stub.document["jwks_uri"] = "https://169.254.169.254/latest/meta-data"
        found = provider(stub, trust_file=trust_file).probe()
        assert (found.ok, found.step) == (False, SsoStep.NAME)
        stub.discovery = lambda _asked: as_json({"issuer": "https://evil.example"})
        assert provider(stub, trust_file=trust_file).probe().step is SsoStep.DISCOVERY


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_trust_file_that_is_of_no_use_is_named(
    stub: Stub, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    found = refusal(stub, trust_file=file)
    assert found.step is SsoStep.SETTINGS
    assert str(file) in found.message


def test_a_trust_file_that_changes_is_read_again(
    authority: trustme.CA, trust_file: Path, tmp_path: Path
) -> None:
    with secured(authority) as stub:
        file = tmp_path / "changing.pem"
        trustme.CA().cert_pem.write_to_path(file)
        idp = provider(stub, trust_file=file)
        with pytest.raises(OpenIdError, match="does not trust"):
            idp.metadata()
        file.unlink()
        file.write_bytes(trust_file.read_bytes())
        assert idp.metadata().issuer == stub.issuer
