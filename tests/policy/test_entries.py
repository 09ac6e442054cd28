"""Adding an email: the six checks, their exact words, their order, and the limit."""

from dataclasses import replace

import pytest

from bgconsole.policy.entries import MAX_ENTRIES, check_addition, check_form, check_person
from bgconsole.policy.refusals import Code
from bgconsole.policy.team import EntryProblem, Person, Role
from tests.policy.build import KEN, NED, OLGA, RAJ, TOM, ZOE, entra, team

FULL = tuple(f"p{n}@harbor.example" for n in range(MAX_ENTRIES))


@pytest.mark.parametrize(
    ("email", "listed", "person", "code", "message", "remedy"),
    [
        ("no address", (), None, "invalid_email", "Enter a valid email address", ""),
        (
            OLGA.email,
            (OLGA.email,),
            OLGA,
            "duplicate",
            "This email is already added",
            "The user is already in the list",
        ),
        (
            OLGA.email,
            FULL,
            OLGA,
            "limit_reached",
            "Maximum number of users reached",
            "Remove an existing user before adding a new one",
        ),
        (
            "who@harbor.example",
            (),
            None,
            "unknown_account",
            "This user does not exist in the system",
            "Have the user sign up first",
        ),
        (
            RAJ.email,
            (),
            RAJ,
            "no_password",
            "This user has no password configured",
            'Have the user set a password via "Forgot Password"',
        ),
        (
            ZOE.email,
            (),
            ZOE,
            "not_a_member",
            "This user is not a member of this team",
            "Invite the user to join your team first",
        ),
    ],
)
def test_words(
    email: str, listed: tuple[str, ...], person: Person | None, code: str, message: str, remedy: str
) -> None:
    """The specification's 'Validation Errors', to the letter."""
    refusal = check_addition(email, listed, person)
    assert refusal is not None
    assert (refusal.code, refusal.message, refusal.remedy) == (code, message, remedy)


def test_order() -> None:
    """Each is reported before every later one: faults are taken away one after the other."""
    listed = (*FULL[1:], NED.email)
    stranger = replace(NED, email="who@harbor.example")
    steps = [
        (check_addition("not an address", listed, None), Code.INVALID_EMAIL),
        (check_addition(NED.email, listed, NED), Code.DUPLICATE),
        (check_addition(stranger.email, listed, None), Code.LIMIT_REACHED),
        (check_addition(stranger.email, listed[1:], None), Code.UNKNOWN_ACCOUNT),
        (check_addition(stranger.email, listed[1:], stranger), Code.NO_PASSWORD),
        (check_addition(ZOE.email, listed[1:], ZOE), Code.NOT_A_MEMBER),
    ]
    assert [refusal and refusal.code for refusal, _ in steps] == [code for _, code in steps]


@pytest.mark.parametrize("person", [OLGA, KEN, TOM])
def test_prerequisites(person: Person) -> None:
    """An account, a password, a membership of any role: nothing else is asked."""
    assert check_addition(person.email, (), person) is None
    assert check_person(person) is None


def test_duplicate_in_any_spelling() -> None:
    refusal = check_addition("  OLGA@Harbor.Example ", (OLGA.email,), OLGA)
    assert refusal is not None
    assert refusal.code is Code.DUPLICATE


def test_five_and_not_one_more() -> None:
    """'Maximum 5 break-glass users per provider'."""
    assert MAX_ENTRIES == 5
    assert check_form(OLGA.email, FULL[:4]) is None
    refusal = check_form(OLGA.email, FULL)
    assert refusal is not None
    assert refusal.code is Code.LIMIT_REACHED


@pytest.mark.parametrize(
    ("person", "problem"),
    [
        (OLGA, None),
        (RAJ, EntryProblem.NO_PASSWORD),
        (ZOE, EntryProblem.NOT_A_MEMBER),
        (NED, EntryProblem.NO_PASSWORD),
    ],
)
def test_entries_gone_bad_are_found_and_not_usable(
    person: Person, problem: EntryProblem | None
) -> None:
    """They stay on the list and do not count as usable."""
    provider = entra(person)
    harbor = team(provider)
    assert harbor.entry_problem(person.email) is problem
    assert harbor.usable(provider) == ((person.email,) if problem is None else ())
    assert person.email in provider.emails


def test_entry_of_an_account_that_is_gone_is_not_usable() -> None:
    harbor = team(entra("gone@harbor.example"))
    assert harbor.entry_problem("gone@harbor.example") is EntryProblem.UNKNOWN_ACCOUNT


def test_bad_entries_count_to_the_five() -> None:
    refusal = check_addition(OLGA.email, (RAJ.email, *FULL[:4]), OLGA)
    assert refusal is not None
    assert refusal.code is Code.LIMIT_REACHED


def test_problem_and_check_agree_for_every_kind_of_person() -> None:
    """An addition is refused for the very reason that would make the entry unusable."""
    for role in (None, *Role):
        for has_password in (False, True):
            person = Person("x@harbor.example", "X", role, has_password)
            refusal = check_person(person)
            assert (refusal and refusal.code.value) == (person.problem and person.problem.value)
