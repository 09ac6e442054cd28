"""Which addresses look like one of the team's, by Unicode's table of characters that look alike."""

import pytest

from bgconsole.backend.confusables import prototypes
from bgconsole.policy.look_alikes import LookAlikes

TEAM = ("aca@harbor.example", "grace.hull@harbor.example", "Ian@harbor.example", "tim@acme.example")


@pytest.mark.parametrize(
    ("email", "like"),
    [
        ("\u0430\u0441\u0430@harbor.example", "aca@harbor.example"),
        ("\u0430ca@harbor.example", "aca@harbor.example"),
        ("\uff41ca@harbor.example", "aca@harbor.example"),
        ("aca@harb0r.example", "aca@harbor.example"),
        ("aca@xn--hrbor-4ve.example", "aca@harbor.example"),
        ("grace.hu1l@harbor.example", "grace.hull@harbor.example"),
        ("grace.huIl@harbor.example", "grace.hull@harbor.example"),
        ("lan@harbor.example", "Ian@harbor.example"),
        ("tirn@acme.example", "tim@acme.example"),
        ("\u1e6dim@acme.example", None),
    ],
)
def test_an_address_that_looks_like_another_s_is_told_with_it(email: str, like: str | None) -> None:
    told = LookAlikes(TEAM, prototypes()).warnings(email)
    first = f"It looks like {like}, another address of the team"
    assert told[:1] == ((first,) if like else ())


def test_the_domain_alone_is_told_where_the_address_is_like_nobody_s() -> None:
    told = LookAlikes(TEAM, prototypes()).warnings("zoe@harb0r.example")
    assert told == ("Its domain looks like harbor.example, which the team has",)


@pytest.mark.parametrize(
    "email",
    [*TEAM, "ACA@harbor.example", "ian@harbor.example", "zoe@acme.example", "иван@пример.example"],
)
def test_spellings_of_one_address_and_others_are_not(email: str) -> None:
    assert LookAlikes(TEAM, prototypes()).warnings(email) == ()


def test_two_of_the_same_import_are_told_of_each_other() -> None:
    both = ("bob1@acme.example", "bobl@acme.example")
    look_alikes = LookAlikes(both, prototypes())
    assert [look_alikes.warnings(one) for one in both] == [
        (f"It looks like {other}, another address of the team",) for other in reversed(both)
    ]


def test_every_prototype_is_one_itself() -> None:
    """So two characters that look like a third look like each other."""
    table = prototypes()
    assert len(table) > 6_000
    assert {key for key, one in table.items() if one.translate(table) != one} == set()
