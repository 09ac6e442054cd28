"""The id_tokens of the demo's provider and the key that signs them, made anew at each start.

What a token says is what Microsoft Entra ID says too: `oid` and `tid` beside `sub`, and the email
as `preferred_username`. Sources: OpenID Connect Core 1.0 section 2; Microsoft's id_token reference.
"""

import time
from collections.abc import Mapping
from typing import Final

from joserfc import jwt
from joserfc.jwk import ECKey

from bgconsole.demo.identity_provider.grants import Approval
from bgconsole.demo.identity_provider.protocol import CLIENT_ID, TENANT, subject

ALGORITHM: Final = "ES256"

_VALID_SECONDS: Final = 300


class Signer:
    """Signs id_tokens of one issuer."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._key = ECKey.generate_key("P-256", auto_kid=True)

    def keys(self) -> Mapping[str, object]:
        """The public key, as a JSON Web Key Set."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "use": "sig", "alg": ALGORITHM}]}

    def id_token(self, approval: Approval) -> str:
        """Who signed in, and when."""
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self._issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + _VALID_SECONDS,
            "auth_time": approval.at,
            "name": approval.who.name,
            "email": approval.who.email,
            "email_verified": True,
            "preferred_username": approval.who.email,
            "sub": subject(approval.who),
            "oid": subject(approval.who),
            "tid": TENANT,
        }
        if approval.nonce is not None:
            claims["nonce"] = approval.nonce
        header = {"alg": ALGORITHM, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])
