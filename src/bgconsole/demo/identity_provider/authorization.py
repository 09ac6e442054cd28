"""A request to sign in through a browser: what it must bring, and where its answer may go.

Sources: RFC 6749 section 4.1, RFC 7636 (PKCE), RFC 8252 section 7.3 (loopback redirects), RFC 9207.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from bgconsole.demo.identity_provider.protocol import (
    OAuthError,
    ProtocolError,
    demand_client,
    demand_openid,
)

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
_CALLBACK: Final = "/v1/sso/callback"
_LONGEST_ADDRESS: Final = 2000
_URL: Final = re.compile(r"[!-~]+")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""A SHA-256 in base64url."""


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a client asked for; it waits for somebody to approve it on the page."""

    redirect_uri: str
    challenge: str
    state: str | None
    nonce: str | None
    login_hint: str

    @property
    def origin(self) -> str:
        """Scheme and host of the place that gets the answer."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    def answer(self, issuer: str, **fields: str) -> str:
        """The address that the browser is sent to with the answer."""
        if self.state is not None:
            fields["state"] = self.state
        joint = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{joint}{urlencode({**fields, 'iss': issuer})}"


class AnswerableError(Exception):
    """A request that is refused, which its sender learns by being redirected to `address`."""

    def __init__(self, address: str) -> None:
        super().__init__("refused by redirect")
        self.address = address


def read_request(given: Mapping[str, str], issuer: str) -> AuthorizationRequest:
    """The request in these fields.

    Raises RefusedError where client or redirect address are not right: the browser is then sent
    nowhere. Raises AnswerableError for any other fault.
    """
    demand_client(given)
    request = AuthorizationRequest(
        _redirect_uri(given),
        given.get("code_challenge", ""),
        given.get("state"),
        given.get("nonce"),
        given.get("login_hint", ""),
    )
    try:
        _check(given)
    except ProtocolError as error:
        answer = request.answer(issuer, error=error.error, error_description=error.description)
        raise AnswerableError(answer) from error
    return request


def _check(given: Mapping[str, str]) -> None:
    if given.get("response_type") != "code":
        raise ProtocolError(OAuthError.UNSUPPORTED_RESPONSE_TYPE, "The response type must be code")
    if given.get("response_mode", "query") != "query":
        raise ProtocolError(OAuthError.INVALID_REQUEST, "The response mode must be query")
    demand_openid(given)
    if given.get("code_challenge_method") != "S256":
        raise ProtocolError(OAuthError.INVALID_REQUEST, "The code challenge method must be S256")
    if not _CHALLENGE.fullmatch(given.get("code_challenge", "")):
        raise ProtocolError(OAuthError.INVALID_REQUEST, "The code challenge is not a SHA-256 hash")
    # Nobody stays signed in here, so that prompt=login and max_age are always fulfilled.
    if given.get("prompt") == "none":
        raise ProtocolError(OAuthError.LOGIN_REQUIRED, "No person was chosen")


def _redirect_uri(given: Mapping[str, str]) -> str:
    """The address for the answer, if it is one of those that are registered."""
    uri = given.get("redirect_uri", "")
    if not _is_registered(uri):
        raise ProtocolError(
            OAuthError.INVALID_REQUEST,
            "The redirect address must be http://127.0.0.1 with any port and path,"
            f" or https://SERVER{_CALLBACK}",
        )
    return uri


def _is_registered(uri: str) -> bool:
    if len(uri) > _LONGEST_ADDRESS or not _URL.fullmatch(uri) or "#" in uri or "\\" in uri:
        return False
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    if parts.scheme == "http":
        return host in _LOOPBACK
    return parts.scheme == "https" and parts.path == _CALLBACK and not parts.query
