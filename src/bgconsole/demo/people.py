"""The people of Harbor Pay, the sample team: who they are, since when, and where they sign in."""

from dataclasses import dataclass

from bgconsole.backend.identity import Source
from bgconsole.policy.team import Role

TEAM_NAME = "Harbor Pay"
DOMAIN = "harbor.example"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with an account. `joined` and `left` are in days before the present.

    `left` None: still in the team. `password` empty: a random one, or none if `sso_only`.
    """

    desk: int
    name: str
    role: Role = Role.MEMBER
    joined: int = 364
    left: int | None = None
    sso_only: bool = False
    password: str = ""

    @property
    def email(self) -> str:
        """Their address: the first name at the sample domain."""
        return f"{self.name.split()[0].lower()}@{DOMAIN}"

    @property
    def source(self) -> Source:
        """Where they usually sign in from."""
        address = f"10.2.0.{self.desk}"
        return Source(bucket=address, label=address, local=False)


OLGA = Colleague(14, "Olga Brandt", Role.OWNER, 365, password="demo green lanterns")
NILS = Colleague(15, "Nils Okafor", Role.OWNER)
MIA = Colleague(22, "Mia Santos", Role.ADMIN)
KEN = Colleague(52, "Ken Watanabe", password="demo kettles hum")
RAJ = Colleague(37, "Raj Mehta", Role.ADMIN)
TOM = Colleague(41, "Tom Lindqvist", password="demo gulls at noon")
ANA = Colleague(31, "Ana Ribeiro")
DOV = Colleague(33, "Dov Adler", left=140)
SVEN = Colleague(61, "Sven Aalto", left=88)
UMA = Colleague(62, "Uma Iyer", joined=257, left=61, sso_only=True)
NOOR = Colleague(63, "Noor Haddad", joined=1)

EVERYBODY = (
    OLGA,
    NILS,
    MIA,
    KEN,
    RAJ,
    TOM,
    ANA,
    DOV,
    SVEN,
    UMA,
    NOOR,
    Colleague(32, "Ben Carver"),
    Colleague(34, "Cleo Mbeki"),
    Colleague(35, "Eli Novak"),
    Colleague(36, "Fay O'Neill", joined=182),
    Colleague(38, "Gus Moreau", joined=101),
    Colleague(39, "Hana Kimura"),
    Colleague(40, "Ivo Petrov"),
    Colleague(42, "Jun Park", joined=257),
    Colleague(43, "Lea Fontaine"),
    Colleague(44, "Max Weber", joined=182),
    Colleague(45, "Otto Lange"),
    Colleague(46, "Pia Lund", joined=257, sso_only=True),
    Colleague(47, "Quinn Doyle", joined=101, sso_only=True),
    Colleague(48, "Sara Nilsson", sso_only=True),
)
