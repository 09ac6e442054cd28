"""Whose certificates are believed, and what is said of one that is not."""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bgconsole.openid.errors import OpenIdError, SsoStep, quoted, unreachable

_EXPIRED: Final = 10
_NOT_YET: Final = 9
_SELF_SIGNED: Final = frozenset({18, 19})
_UNKNOWN_ISSUER: Final = frozenset({2, 20, 21})
_WRONG_NAME: Final = frozenset({62, 64})
# X509_V_ERR_… of OpenSSL, which the ssl module gives as numbers.


class Trust:
    """The certificates that are believed, loaded once and again when the trust file changes."""

    def __init__(self, trust_file: Path | None) -> None:
        self._file = trust_file
        self._loaded: tuple[object, ssl.SSLContext] | None = None

    def context(self) -> ssl.SSLContext:
        """The system's certificates and those in the trust file. Raises OpenIdError."""
        stamp = _stamp(self._file)
        if self._loaded is None or self._loaded[0] != stamp:
            self._loaded = stamp, _trusted(self._file)
        return self._loaded[1]


def _stamp(path: Path | None) -> object:
    try:
        found = None if path is None else path.stat()
    except OSError:
        # Loading says what is wrong with it.
        return None
    return found and (found.st_mtime_ns, found.st_size, found.st_ino)


def _trusted(trust_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if trust_file is None:
        return context
    try:
        context.load_verify_locations(cafile=trust_file)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise unreachable(
            SsoStep.SETTINGS,
            f"The trust file {trust_file} cannot be used: {why or 'it holds no certificates'}",
            "Name a PEM file with the certificate of the provider's certificate authority",
        ) from error
    return context


def bad_certificate(host: str, error: ssl.SSLCertVerificationError) -> OpenIdError:
    """Why the certificate of `host` was not believed."""
    code, named = error.verify_code, quoted(host)
    if code == _EXPIRED:
        return _refused(
            f"The certificate of {named} has expired",
            "Renew it at the provider; until then nobody can sign in there",
        )
    if code == _NOT_YET:
        return _refused(
            f"The certificate of {named} is not valid yet",
            "Check this machine's clock, and the certificate at the provider",
        )
    if code in _SELF_SIGNED or code in _UNKNOWN_ISSUER:
        return _refused(
            f"This machine does not trust the certificate authority of {named}",
            (
                "If the provider has its own certificate authority, name its certificate with"
                " --trust-file"
            ),
        )
    if code in _WRONG_NAME:
        return _refused(
            f"The certificate of {named} is for another host",
            "Check the issuer's spelling, and the certificate at the provider",
        )
    return _refused(
        f"The certificate of {named} is not valid: {quoted(error.verify_message)}",
        "Check the certificate at the provider",
    )


def no_tls(host: str, error: ssl.SSLError) -> OpenIdError:
    """The handshake failed for another reason than the certificate."""
    return _refused(
        f"{quoted(host)} answers, but TLS fails: {quoted(error.reason)}",
        "Check the issuer's port, and that the provider speaks TLS 1.2 or later",
    )


def valid_until(secured: Any) -> datetime | None:
    """When the certificate ends that a TLS connection of the ssl module was shown."""
    if secured is None:
        return None
    certificate = secured.getpeercert()
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _refused(message: str, remedy: str) -> OpenIdError:
    return unreachable(SsoStep.CERTIFICATE, message, remedy)
