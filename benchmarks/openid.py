"""OpenID Connect: what verifying an id_token and probing a provider cost, beside the network."""

import ssl
import tempfile
import time
from pathlib import Path

import trustme

from tests.openid.stub import provider, stub_provider

_TOKENS = 50
_PROBES = 20


def verification_ms() -> float:
    """Milliseconds for one id_token, keys known, libraries loaded."""
    with stub_provider() as stub:
        idp, token = provider(stub), stub.signed()
        idp.verify(token, nonce="a nonce", authenticated_after=None)
        begun = time.perf_counter()
        for _ in range(_TOKENS):
            idp.verify(token, nonce="a nonce", authenticated_after=None)
        return (time.perf_counter() - begun) * 1000 / _TOKENS


def probe_cpu_ms() -> float:
    """Milliseconds of CPU for one probe over TLS, the trusted certificates loaded.

    Only the probing thread counts: the provider runs in others of the same process.
    """
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with tempfile.TemporaryDirectory() as folder, stub_provider(tls=context, host="localhost") as s:
        trust_file = Path(folder) / "ca.pem"
        authority.cert_pem.write_to_path(trust_file)
        idp = provider(s, trust_file=trust_file)
        if not idp.probe().ok:
            raise RuntimeError(idp.probe().detail)
        begun = time.thread_time()
        for _ in range(_PROBES):
            idp.probe()
        return (time.thread_time() - begun) * 1000 / _PROBES
