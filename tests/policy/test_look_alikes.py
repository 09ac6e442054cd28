"""Which addresses are told to mix scripts, and which are what people write."""

import pytest

from bgconsole.policy.look_alikes import mixed_scripts


@pytest.mark.parametrize(
    ("email", "what", "scripts"),
    [
        ("\u0430da@harbor.example", "The part before the @", "Cyrillic and Latin"),
        ("ad\u0251.\u03bfwner@harbor.example", "The part before the @", "Greek and Latin"),
        ("ada@h\u0430rbor.example", "A name in the domain", "Cyrillic and Latin"),
        ("ada@xn--hrbor-4ve.example", "A name in the domain", "Cyrillic and Latin"),
        ("\U0001d41ada@harbor.example", "The part before the @", "Latin and Mathematical"),
    ],
)
def test_mixed_scripts_are_told(email: str, what: str, scripts: str) -> None:
    (told,) = mixed_scripts(email)
    assert told.startswith(f"{what} mixes {scripts} letters")


@pytest.mark.parametrize(
    "email",
    [
        "ada@harbor.example",
        "strauß.žižek@münchen.example",
        "иван.петров@пример.example",
        "иван_7@harbor.example",
        "山田ひろコー-tokyo@例え.example",
        "김철수kim@한국.example",
        "Ὀδυσσεύς@παράδειγμα.example",
        "ada@xn--mnchen-3ya.example",
        "no email \u0430t all",
    ],
)
def test_what_people_write_is_not(email: str) -> None:
    assert mixed_scripts(email) == ()
