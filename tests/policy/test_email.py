"""The canonical form of an email: one per address, and nothing that a terminal would obey."""

import unicodedata

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgconsole.policy.email import (
    MAX_LENGTH,
    InvalidEmailError,
    canonical_email,
    is_public,
    written_email,
)
from bgconsole.policy.text import is_visible
from tests.hostile.corpus import HOSTILE

LONGEST = "a" * (MAX_LENGTH - len("@harbor.example")) + "@harbor.example"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("olga@harbor.example", "olga@harbor.example"),
        ("  olga@harbor.example\t\n", "olga@harbor.example"),
        ("\u00a0olga@harbor.example\u3000", "olga@harbor.example"),
        ("Olga.Brandt@Harbor.EXAMPLE", "olga.brandt@harbor.example"),
        ("jose\u0301@harbor.example", "josé@harbor.example"),
        ("JOSÉ@harbor.example", "josé@harbor.example"),
        ("straße@harbor.example", "straße@harbor.example"),
        ("STRASSE@harbor.example", "strasse@harbor.example"),
        ("STRA\u1e9eE@harbor.example", "straße@harbor.example"),  # capital sharp s
        ("\ufb01ona@harbor.example", "\ufb01ona@harbor.example"),  # a ligature is no two letters
        ("\u017fam@harbor.example", "sam@harbor.example"),  # long s
        ("İpek@harbor.example", "i\u0307pek@harbor.example"),
        ("\u03a3\u0391\u03a3@harbor.example", "\u03c3\u03b1\u03c3@harbor.example"),
        ("\u03c3\u03b1\u03c2@harbor.example", "\u03c3\u03b1\u03c3@harbor.example"),  # final sigma
        ("\u212aen@harbor.example", "ken@harbor.example"),
        # Two spellings that Unicode calls equal: the marks in either order.
        ("\u03b1\u0345\u0301@harbor.example", "\u03ac\u03b9@harbor.example"),
        ("\u03b1\u0301\u0345@harbor.example", "\u03ac\u03b9@harbor.example"),
        ("olga+glass@harbor.example", "olga+glass@harbor.example"),
        ("o'brien_x{y}@harbor.example", "o'brien_x{y}@harbor.example"),
        ("root@localhost", "root@localhost"),
        ("用户@例子.example", "用户@例子.example"),
        ("x@xn--fsqu00a.example", "x@例子.example"),
        ("x@MÜNCHEN.example", "x@münchen.example"),
        ("x@XN--Mnchen-3YA.example", "x@münchen.example"),
        ("x@straße.example", "x@straße.example"),
        ("x@xn--strae-oqa.example", "x@straße.example"),
        ("x@strasse.example", "x@strasse.example"),
        ("x@νίκος.example", "x@νίκος.example"),
        ("x@ΝΊΚΟΣ.example", "x@νίκοσ.example"),
        ("x@हिन्दी.example", "x@हिन्दी.example"),
        ("x@\uff45\uff58\uff0ecom", "x@ex.com"),
        ("x@例子\u3002example", "x@例子.example"),
        ("x@xn--a.example", "x@xn--a.example"),  # not the code of anything
        ("x@xn--invisible-9p8h.example", "x@xn--invisible-9p8h.example"),
        (LONGEST, LONGEST),
    ],
)
def test_canonical_form(text: str, canonical: str) -> None:
    assert canonical_email(text) == unicodedata.normalize("NFC", canonical)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("  Strau\u00df@Stra\u00dfe.Example ", "Strauß@Straße.Example"),
        ("jose\u0301@harbor.example", "josé@harbor.example"),
        ("x@XN--mnchen-3ya.example", "x@XN--mnchen-3ya.example"),
        ("İpek@harbor.example", "İpek@harbor.example"),
        ("νίκος@harbor.example", "νίκος@harbor.example"),
    ],
)
def test_an_address_is_written_as_it_was_typed(text: str, written: str) -> None:
    assert written_email(text) == unicodedata.normalize("NFC", written)
    assert canonical_email(written_email(text)) == canonical_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "olga",
        "@",
        "olga@",
        "@harbor.example",
        "olga@@harbor.example",
        "olga@harbor@example",
        "olga brandt@harbor.example",
        "olga@harbor .example",
        "olga@harbor..example",
        "olga@.example",
        "olga@harbor.",
        "olga@-harbor.example",
        "olga@harbor-.example",
        "olga@harbor_.example",
        ".olga@harbor.example",
        "olga.@harbor.example",
        "ol..ga@harbor.example",
        "olga,ken@harbor.example",
        "olga;ken@harbor.example",
        "<olga@harbor.example>",
        "mailto:olga@harbor.example",
        "Olga <olga@harbor.example>",
        '"olga"@harbor.example',
        "olga\\x@harbor.example",
        "olga[@harbor.example",
        "olga@[127.0.0.1]",
        "olga\n@harbor.example",
        "olga\x00@harbor.example",
        "olga@harbor\x1b[2J.example",
        "olga\u202e@harbor.example",
        "ol\u200bga@harbor.example",
        "ol\u00adga@harbor.example",
        "ol\u00a0ga@harbor.example",
        "olga\ud800@harbor.example",
        "olga\ue000@harbor.example",
        "olga@harbor.example\nken@harbor.example",
        "a" + LONGEST,
        "é" * 120 + LONGEST[-20:],
        "x" * 1_000_000,
        "x" * 1_000_000 + "@harbor.example",
        "a" + "\u0301\u0316" * 500_000 + "@harbor.example",
        "@" * 1_000_000,
        "a@" + "a-" * 500_000,
        "a@" + "a." * 120,
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_no_email(text: str) -> None:
    with pytest.raises(InvalidEmailError):
        canonical_email(text)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: ascii(text[:20]))
@pytest.mark.parametrize("shape", ["{}", "{}@harbor.example", "olga{}x@harbor.example", "olga@{}"])
def test_whatever_comes_through_is_printable_and_one_word(hostile: str, shape: str) -> None:
    """Either refused, or a text without control, bidi, invisible or blank characters."""
    try:
        email = canonical_email(shape.replace("{}", hostile))
    except InvalidEmailError:
        return
    assert email.isprintable()
    assert len(email.split()) == 1
    assert email.count("@") == 1
    assert not set(email) & set('[]<>()"\\,;:')
    assert canonical_email(email) == email


labels = st.text(
    st.characters(categories=["Ll", "Lu", "Lo", "Mn", "Mc", "Nd"], max_codepoint=0xFFFF),
    min_size=1,
    max_size=12,
)


@given(labels)
def test_domains_are_compared_as_idna_compares_them(label: str) -> None:
    """Whatever IDNA 2008 with the mapping of UTS #46 encodes, has one form here: its decoded one.

    The package's tables are of another Unicode than this Python may have, so a few are left out.
    """
    try:
        encoded = idna.encode(f"{label}.example", uts46=True, transitional=False).decode()
        canonical = canonical_email(f"x@{label}.example")
    except (idna.IDNAError, InvalidEmailError):
        return
    assert canonical_email(f"x@{encoded}") == canonical
    assert canonical_email(f"x@{encoded.upper()}") == canonical
    assert canonical == f"x@{idna.decode(encoded)}"


addresses = st.builds(
    "{}@{}".format,
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20),
    st.sampled_from(["harbor.example", "HARBOR.example", "Straße.example", "x"]),
)


@given(addresses | st.text(max_size=40))
def test_canonical_form_of_a_canonical_form_is_itself(text: str) -> None:
    try:
        email = canonical_email(text)
    except InvalidEmailError:
        return
    assert canonical_email(email) == email


@given(addresses)
def test_spellings_that_unicode_calls_equal_are_one_address(text: str) -> None:
    def form(spelling: str) -> str | None:
        try:
            return canonical_email(spelling)
        except InvalidEmailError:
            return None

    found = form(text)
    assert form(unicodedata.normalize("NFD", text)) == found
    assert form(unicodedata.normalize("NFC", text)) == found
    assert form(f" {text}\n") == found


def test_every_letter_has_one_form() -> None:
    """All of Unicode, alone and under marks that trade places: stable, and equal when equal."""
    for code in range(0x110000):
        char = chr(code)
        if not char.isalpha() or not is_visible(char):
            continue
        for marks in ("", "\u0345\u0301", "\u0307"):
            written = f"{char}{marks}@x"
            email = canonical_email(written)
            # Most are their own form: then they need not be asked about again.
            for same in {email, unicodedata.normalize("NFD", written)} - {written}:
                assert canonical_email(same) == email


@pytest.mark.parametrize(
    ("email", "public"),
    [
        ("ada@harbor.example", True),
        ("ada@mail.harbor.co.uk", True),
        ("ada@xn--mnchen-3ya.example", True),
        ("ada@münchen.xn--vermgensberatung-pwb", True),
        ("ada@例え.テスト", True),
        ("root@localhost", False),
        ("p@ssw0rd-of-mine-2024", False),
        ("summer.p@rk.2024", False),
        ("ada@harbor.exampleplumviolinharbour", False),
        ("ada@harbor.example2024", False),
    ],
)
def test_a_domain_that_the_internet_could_have(email: str, public: bool) -> None:
    assert is_public(email) is public
