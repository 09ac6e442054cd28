"""What the demo's provider answers to each request."""

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from bgconsole.demo.identity_provider.authorization import AnswerableError, read_request
from bgconsole.demo.identity_provider.grants import Approval, Grants
from bgconsole.demo.identity_provider.pages import device_page, message_page, request_page
from bgconsole.demo.identity_provider.protocol import (
    GrantType,
    OAuthError,
    Path,
    ProtocolError,
    address_at,
    demand_client,
    demand_openid,
    issuer_at,
)
from bgconsole.demo.identity_provider.tokens import ALGORITHM, Signer
from bgconsole.demo.people import EVERYBODY, Colleague

_TOO_LATE = "This request was answered before, or has expired. Start again in the console."
_UNKNOWN_CODE = "No terminal waits for this code. Compare it with the one on the terminal."


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. `goes_to` is the only other origin that a form of the page may lead to."""

    status: HTTPStatus
    kind: str
    body: str
    location: str = ""
    goes_to: str = ""


class OpenIdProvider:
    """One issuer, one client, the people of the sample team; safe for threads."""

    def __init__(self, port: int, grants: Grants) -> None:
        """The provider that listens on this port of loopback."""
        self._port = port
        self._issuer = issuer_at(port)
        self._grants = grants
        self._signer = Signer(self._issuer)
        self._lock = threading.Lock()

    def get(self, path: Path, given: Mapping[str, str]) -> Response | None:
        """The answer to a GET; None where there is only POST."""
        with self._lock:
            return self._get(path, given)

    def post(self, path: Path, given: Mapping[str, str]) -> Response | None:
        """The answer to a POST; None where there is only GET."""
        with self._lock:
            return self._post(path, given)

    def _get(self, path: Path, given: Mapping[str, str]) -> Response | None:
        match path:
            case Path.DISCOVERY:
                return _json(self._discovery())
            case Path.KEYS:
                return _json(self._signer.keys())
            case Path.AUTHORIZE:
                return self._ask(given)
            case Path.DEVICE:
                return _html(device_page(given.get("user_code", "")))
            case Path.TOKEN | Path.DEVICE_AUTHORIZATION:
                return None

    def _post(self, path: Path, given: Mapping[str, str]) -> Response | None:
        match path:
            case Path.AUTHORIZE:
                # Clients may send the request itself by POST too; the page adds what it waits by.
                return self._decide(given) if "request" in given else self._ask(given)
            case Path.DEVICE:
                return self._decide_device(given)
            case Path.TOKEN:
                return _token_response(lambda: self._token(given))
            case Path.DEVICE_AUTHORIZATION:
                return _token_response(lambda: self._add_device(given))
            case Path.DISCOVERY | Path.KEYS:
                return None

    def _discovery(self) -> Mapping[str, object]:
        def at(path: Path) -> str:
            return address_at(self._port, path)

        return {
            "issuer": self._issuer,
            "authorization_endpoint": at(Path.AUTHORIZE),
            "token_endpoint": at(Path.TOKEN),
            "device_authorization_endpoint": at(Path.DEVICE_AUTHORIZATION),
            "jwks_uri": at(Path.KEYS),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": list(GrantType),
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "authorization_response_iss_parameter_supported": True,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "scopes_supported": ["openid", "email", "profile"],
            "prompt_values_supported": ["login"],
            "claims_supported": ["sub", "auth_time", "name", "email", "email_verified"],
        }

    def _ask(self, given: Mapping[str, str]) -> Response:
        try:
            request = read_request(given, self._issuer)
        except AnswerableError as error:
            return _redirect(error.address)
        except ProtocolError as error:
            return _html(message_page(f"{error.description}."), HTTPStatus.BAD_REQUEST)
        page = request_page(self._grants.keep(request), request.origin, request.login_hint)
        return _html(page, goes_to=request.origin)

    def _decide(self, given: Mapping[str, str]) -> Response:
        request = self._grants.answered(given["request"])
        if request is None:
            return _html(message_page(_TOO_LATE), HTTPStatus.BAD_REQUEST)
        who = _chosen(given)
        if who is None:
            denied = OAuthError.ACCESS_DENIED
            answer = request.answer(self._issuer, error=denied, error_description="Denied")
            return _redirect(answer)
        return _redirect(request.answer(self._issuer, code=self._grants.give_code(request, who)))

    def _decide_device(self, given: Mapping[str, str]) -> Response:
        user_code = given.get("user_code", "")
        device = self._grants.device(user_code)
        if device is None:
            return _html(device_page(user_code, _UNKNOWN_CODE), HTTPStatus.BAD_REQUEST)
        who = _chosen(given)
        self._grants.answer_device(device, who)
        done = "Denied" if who is None else f"You are signed in as {who.name}"
        return _html(message_page(f"{done}. Return to the terminal; you can close this page."))

    def _add_device(self, given: Mapping[str, str]) -> Mapping[str, object]:
        demand_client(given)
        demand_openid(given)
        device_code, device = self._grants.add_device()
        page = address_at(self._port, Path.DEVICE)
        return {
            "device_code": device_code,
            "user_code": device.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={device.user_code}",
            "expires_in": int(self._grants.lifetime),
            "interval": int(self._grants.interval),
        }

    def _token(self, given: Mapping[str, str]) -> Mapping[str, object]:
        demand_client(given)
        approval = self._redeem(given)
        return {
            # Demanded by OAuth; it opens nothing, since nothing else is here to be opened.
            "access_token": secrets.token_urlsafe(32),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self._signer.id_token(approval),
        }

    def _redeem(self, given: Mapping[str, str]) -> Approval:
        match given.get("grant_type"):
            case GrantType.AUTHORIZATION_CODE:
                return self._grants.redeem_code(
                    given.get("code", ""),
                    given.get("redirect_uri", ""),
                    given.get("code_verifier", ""),
                )
            case GrantType.DEVICE_CODE:
                return self._grants.poll(given.get("device_code", ""))
            case _:
                words = "The grant type is neither a code nor a device code"
                raise ProtocolError(OAuthError.UNSUPPORTED_GRANT_TYPE, words)


def _chosen(given: Mapping[str, str]) -> Colleague | None:
    """Who somebody signs in as; None: they denied, or chose nobody whom there is."""
    if "approve" not in given or "deny" in given:
        return None
    return next((who for who in EVERYBODY if who.email == given.get("person")), None)


def _token_response(answer: Callable[[], Mapping[str, object]]) -> Response:
    try:
        return _json(answer())
    except ProtocolError as error:
        return refusal(error)


def refusal(error: ProtocolError) -> Response:
    """The answer to a client whose request is refused."""
    unknown = error.error is OAuthError.INVALID_CLIENT
    status = HTTPStatus.UNAUTHORIZED if unknown else HTTPStatus.BAD_REQUEST
    return _json({"error": error.error, "error_description": error.description}, status)


def _json(content: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(status, "application/json", json.dumps(content))


def _html(page: str, status: HTTPStatus = HTTPStatus.OK, *, goes_to: str = "") -> Response:
    return Response(status, "text/html; charset=utf-8", page, goes_to=goes_to)


def _redirect(address: str) -> Response:
    return Response(HTTPStatus.SEE_OTHER, "text/plain; charset=utf-8", "", location=address)
