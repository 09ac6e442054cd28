"""Hypothesis strategies of teams: few names, so that lists, people and attempts meet often."""

from hypothesis import strategies as st

from bgconsole.policy.entries import MAX_ENTRIES
from bgconsole.policy.login import Attempt, Method, PasswordCheck
from bgconsole.policy.team import IdpState, Person, Provider, Role, Team

SLUGS = ("entra", "oidc", "third")

emails = st.sampled_from([f"{name}@harbor.example" for name in "abcdefghij"])
people = st.builds(
    Person,
    emails,
    st.just("Name"),
    st.sampled_from([None, *Role]),
    st.booleans(),
    st.frozensets(st.sampled_from(SLUGS)),
)
groups = st.lists(people, max_size=10, unique_by=lambda person: person.email)
entries = st.lists(emails, unique=True, max_size=MAX_ENTRIES).map(tuple)


def _provider(slug: str) -> st.SearchStrategy[Provider]:
    return st.builds(
        Provider,
        st.just(slug),
        st.just(slug.title()),
        st.booleans(),
        entries,
        st.booleans(),
        st.sampled_from(IdpState),
    )


def _first(providers: tuple[Provider, ...], count: int) -> tuple[Provider, ...]:
    return providers[:count]


providers = st.builds(_first, st.tuples(*map(_provider, SLUGS)), st.integers(0, len(SLUGS)))
teams = st.builds(Team.of, groups, providers)
attempts = st.builds(
    Attempt,
    emails,
    st.none() | people,
    providers,
    st.sampled_from(Method),
    st.none() | st.sampled_from(SLUGS),
    st.sampled_from(PasswordCheck),
    st.integers(0, 100),
)
