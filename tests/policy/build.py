"""Small builders, so that a test names only what it is about."""

from bgconsole.policy.team import IdpState, Person, Provider, Role, Team

OLGA = Person("olga@harbor.example", "Olga", Role.OWNER, has_password=True)
KEN = Person("ken@harbor.example", "Ken", Role.ADMIN, has_password=True)
TOM = Person("tom@harbor.example", "Tom", Role.MEMBER, has_password=True)
RAJ = Person("raj@harbor.example", "Raj", Role.ADMIN, has_password=False)
ZOE = Person("zoe@harbor.example", "Zoe", None, has_password=True)
NED = Person("ned@harbor.example", "Ned", None, has_password=False)
PEOPLE = (OLGA, KEN, TOM, RAJ, ZOE, NED)


def entra(
    *people: Person | str,
    enforced: bool = True,
    idp: IdpState = IdpState.UNKNOWN,
    configured: bool = True,
) -> Provider:
    """Microsoft Entra ID with these people (or emails) on its list."""
    return _provider("entra", "Microsoft Entra ID", people, enforced, idp, configured)


def oidc(
    *people: Person | str,
    enforced: bool = True,
    idp: IdpState = IdpState.UNKNOWN,
    configured: bool = True,
) -> Provider:
    """Generic OIDC with these people (or emails) on its list."""
    return _provider("oidc", "Generic OIDC", people, enforced, idp, configured)


def team(*providers: Provider, people: tuple[Person, ...] = PEOPLE) -> Team:
    """A team of `people` behind these providers."""
    return Team.of(people, providers)


def _provider(
    slug: str,
    name: str,
    people: tuple[Person | str, ...],
    enforced: bool,
    idp: IdpState,
    configured: bool,
) -> Provider:
    emails = tuple(p if isinstance(p, str) else p.email for p in people)
    return Provider(slug, name, enforced, emails, configured, idp)
