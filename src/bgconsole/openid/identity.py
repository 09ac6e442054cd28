"""From the claims of a token to who signed in, by the rules of the provider's kind."""

from bgconsole.openid.client import Client
from bgconsole.openid.id_token import invalid
from bgconsole.openid.values import Claims, VerifiedIdentity
from bgconsole.policy.email import InvalidEmailError, canonical_email
from bgconsole.policy.kind_facts import KindFacts
from bgconsole.policy.text import visible

_MOST_NAME = 200


def identity(claims: Claims, client: Client) -> VerifiedIdentity:
    """Who signed in. Raises OpenIdError when the claims that name them are missing."""
    email, vouched = _email(claims, client)
    name = (claims.name or "").strip()
    return VerifiedIdentity(
        issuer=claims.issuer,
        subject=_subject(claims, client),
        email=email,
        email_verified=vouched,
        name=visible(name)[:_MOST_NAME] or email or visible(claims.subject),
    )


def _subject(claims: Claims, client: Client) -> str:
    found = {"sub": claims.subject, "tid": claims.tenant, "oid": claims.object_id}
    parts: list[str] = []
    for name in client.facts.subject_claims:
        value = found[name]
        if value is None:
            raise invalid(name, f"The id_token does not have the claim {name}")
        parts.append(value)
    if claims.tenant is not None and "tid" in client.facts.subject_claims:
        _demand_own_tenant(claims.tenant, client)
    return "/".join(parts)


def _demand_own_tenant(tenant: str, client: Client) -> None:
    # Of an issuer such as https://login.microsoftonline.com/TENANT/v2.0.
    if tenant.lower() != client.issuer.rstrip("/").split("/")[-2].lower():
        raise invalid("tid", "The id_token is from another tenant")


def _email(claims: Claims, client: Client) -> tuple[str | None, bool]:
    """The email, and whether the provider vouches for it."""
    facts = client.facts
    said = {"email": claims.email, "preferred_username": claims.preferred_username}
    found: list[tuple[str, str]] = []
    for name in facts.email_claims:
        email = _canonical(said[name])
        if email is not None:
            found.append((name, email))
    for name, email in found:
        if _vouched(name, email, claims, client):
            return email, True
    return (found[0][1], False) if found else (None, False)


def _vouched(name: str, email: str, claims: Claims, client: Client) -> bool:
    facts = client.facts
    inside = email.rpartition("@")[2] in _domains(client)
    if facts.trusts_email_verified:
        return claims.email_verified is True or (claims.email_verified is None and inside)
    return inside and (name != "email" or _own_email(claims, facts))


def _own_email(claims: Claims, facts: KindFacts) -> bool:
    """Whether the claim `email` is the tenant's own word.

    That of a guest comes from their own organisation, whose admin can write anybody's there.
    """
    guest = claims.guest_of is not None and claims.guest_of != claims.issuer
    denied = claims.domain_verified is False or claims.email_verified is False
    return not guest and not denied and "email" in facts.email_claims


def _domains(client: Client) -> frozenset[str]:
    return frozenset(_domain(entry) for entry in client.email_domains)


def _domain(entry: str) -> str:
    """A domain in the form that it has in a canonical email."""
    try:
        return canonical_email(f"x@{entry.strip().lstrip('@')}").rpartition("@")[2]
    except InvalidEmailError:
        return ""


def _canonical(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return canonical_email(text)
    except InvalidEmailError:
        return None
