"""Who is meant by a few letters of a name or an email."""

from collections.abc import Iterable

from bgconsole.policy.email import is_email
from bgconsole.policy.team import Person


def people_called(people: Iterable[Person], typed: str) -> tuple[Person, ...]:
    """Everybody who can be meant, the likeliest first.

    The whole email counts before its start, that before the start of a name, that before middles.
    An address that is typed whole means nobody whose email does not begin with it.
    """
    wanted = typed.strip().casefold()
    if not wanted:
        return ()
    whole = "@" in wanted and is_email(wanted)
    ranked: tuple[list[Person], ...] = ([], [], [], [], [])
    for person in people:
        email, name = person.email.casefold(), person.name.casefold()
        if email == wanted:
            ranked[0].append(person)
        elif email.startswith(wanted):
            ranked[1].append(person)
        elif whole:
            continue
        elif name.startswith(wanted):
            ranked[2].append(person)
        elif f" {wanted}" in name:
            ranked[3].append(person)
        elif wanted in email or wanted in name:
            ranked[4].append(person)
    return tuple(person for rank in ranked for person in rank)


def is_called(email: str, name: str, typed: str) -> bool:
    """Whether the letters are a whole email, what is before its @, or a whole name."""
    wanted = typed.strip().casefold()
    folded = email.casefold()
    return wanted in {folded, folded.partition("@")[0], name.casefold()}
