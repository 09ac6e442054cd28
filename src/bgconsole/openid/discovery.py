"""The discovery document: fetched, checked, and kept for a while."""

from typing import Any, Final, cast

from bgconsole.openid.client import Client
from bgconsole.openid.documents import Document, fetched, text
from bgconsole.openid.errors import SsoStep, quoted, unreachable
from bgconsole.openid.keys import ALGORITHMS
from bgconsole.openid.transport import HttpConnection
from bgconsole.openid.values import Metadata

WELL_KNOWN: Final = "/.well-known/openid-configuration"


def discover(client: Client, connection: HttpConnection) -> Metadata:
    """Fetch and check the document (OpenID Connect Discovery 1.0, 4). Raises OpenIdError."""
    answer = connection.get(document_url(client), SsoStep.DISCOVERY)
    return metadata_of(client, fetched(answer, SsoStep.DISCOVERY))


def document_url(client: Client) -> str:
    """Where the document is."""
    return client.issuer.rstrip("/") + WELL_KNOWN


def metadata_of(client: Client, document: Document) -> Metadata:
    """What the document says. Raises OpenIdError where it is not this issuer's, or incomplete."""
    issuer = document.get("issuer")
    if issuer != client.issuer:
        raise unreachable(
            SsoStep.DISCOVERY,
            f"The discovery document is for another issuer: {quoted(issuer)}",
            f"If you mean that provider, set its issuer to exactly {quoted(issuer)}",
        )
    algorithms = _texts(document, "id_token_signing_alg_values_supported")
    if algorithms and not set(algorithms) & set(ALGORITHMS):
        raise unreachable(
            SsoStep.DISCOVERY,
            (
                "The provider signs tokens only with algorithms that are not accepted:"
                f" {quoted(', '.join(algorithms))}"
            ),
            "Configure it to sign with an asymmetric algorithm, such as RS256",
        )
    return Metadata(
        issuer=client.issuer,
        jwks_uri=_endpoint(document, "jwks_uri"),
        token_endpoint=_endpoint(document, "token_endpoint"),
        authorization_endpoint=text(document, "authorization_endpoint"),
        device_authorization_endpoint=text(document, "device_authorization_endpoint"),
        userinfo_endpoint=text(document, "userinfo_endpoint"),
        token_auth_methods=_texts(document, "token_endpoint_auth_methods_supported"),
    )


def _endpoint(document: Document, name: str) -> str:
    found = text(document, name)
    if found is None:
        raise unreachable(
            SsoStep.DISCOVERY,
            f"The discovery document does not name its {name}",
            "Check that the issuer is an OpenID Connect provider",
        )
    return found


def _texts(document: Document, name: str) -> tuple[str, ...]:
    found = document.get(name)
    listed = cast("list[Any]", found) if isinstance(found, list) else []
    return tuple(entry for entry in listed if isinstance(entry, str))
