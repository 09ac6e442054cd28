"""The signature of a token, by joserfc; imported only when a token is verified."""

import base64
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import JWKRegistry

from bgconsole.openid.keys import KeyDocument

_LEAST_RSA: Final = 2048
_PUBLIC: Final = frozenset({"kty", "n", "e", "crv", "x", "y"})


class WrongSignatureError(Exception):
    """The token was not signed by this key."""


class WeakKeyError(Exception):
    """The key is too short to be trusted."""


class UnreadableTokenError(Exception):
    """The token or the key has not the form that it must have."""


class _Registry(jws.JWSRegistry):
    """One algorithm, which the caller took from its own list."""

    max_header_length = 8192

    def get_alg(self, name: str) -> Any:
        # The library warns of EdDSA, which providers still call that.
        return self.algorithms[name]


def signed_claims(id_token: str, algorithm: str, key: KeyDocument) -> dict[str, Any]:
    """The claims, once the signature is right. Raises the errors above."""
    registry = _Registry(algorithms=[algorithm], strict_check_header=False)
    try:
        if _is_short(key):
            raise WeakKeyError
        public = JWKRegistry.import_key(_public(key))
        return jwt.decode(id_token, public, [algorithm], registry).claims
    except BadSignatureError as error:
        raise WrongSignatureError from error
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnreadableTokenError from error


def _is_short(key: KeyDocument) -> bool:
    """Looked at before the library sees the key: it would only warn, on the terminal."""
    if key["kty"] != "RSA":
        return False
    modulus = base64.urlsafe_b64decode(key["n"] + "=" * (-len(key["n"]) % 4))
    return int.from_bytes(modulus).bit_length() < _LEAST_RSA


def _public(key: KeyDocument) -> KeyDocument:
    """The public key alone; what else is written beside it was looked at when it was chosen."""
    return {name: value for name, value in key.items() if name in _PUBLIC}
