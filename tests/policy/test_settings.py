"""Drafts: what one edit changes, and how two edits come together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgconsole.policy.settings import Delta, Settings, difference, merge

emails = st.sampled_from([f"{name}@harbor.example" for name in "abcdefgh"])
lists = st.lists(emails, unique=True, max_size=6).map(tuple)
settings = st.builds(Settings, st.booleans(), lists)
deltas = st.builds(
    Delta,
    st.none() | st.booleans(),
    st.lists(emails, max_size=5).map(tuple),
    st.lists(emails, max_size=5).map(tuple),
)


@given(settings, settings)
def test_difference_leads_from_one_to_the_other(before: Settings, after: Settings) -> None:
    """Up to the order of the list: what stays keeps its place, what is added comes last."""
    reached = before.apply(difference(before, after))
    assert reached.enforced is after.enforced
    assert sorted(reached.emails) == sorted(after.emails)
    stayed = [email for email in before.emails if email in after.emails]
    assert list(reached.emails[: len(stayed)]) == stayed


@given(settings)
def test_no_difference_changes_nothing(same: Settings) -> None:
    assert difference(same, same) == Delta()
    assert difference(same, same).size == 0
    assert same.apply(Delta()) == same


@given(settings, deltas)
def test_delta_does_what_it_says_and_no_more(before: Settings, delta: Delta) -> None:
    after = before.apply(delta)
    assert len(set(after.emails)) == len(after.emails), "nobody is listed twice"
    assert set(after.emails) == (set(before.emails) - set(delta.remove)) | set(delta.add)
    assert after.enforced is (before.enforced if delta.enforced is None else delta.enforced)
    assert after.apply(delta).enforced is after.enforced


@given(settings, settings, settings)
def test_merge_loses_neither_side(base: Settings, theirs: Settings, mine: Settings) -> None:
    merged = merge(base, theirs, mine)
    for side in (difference(base, theirs), difference(base, mine)):
        assert set(side.add) <= set(merged.emails)
        assert not set(side.remove) & set(merged.emails)
        assert side.enforced in (None, merged.enforced)
    touched = set(base.emails) | set(theirs.emails) | set(mine.emails)
    assert set(merged.emails) <= touched
    untouched = set(base.emails) & set(theirs.emails) & set(mine.emails)
    assert untouched <= set(merged.emails)


@given(settings, settings)
def test_merge_with_a_side_that_changed_nothing_is_the_other(
    base: Settings, changed: Settings
) -> None:
    assert merge(base, changed, base) == changed
    mine = merge(base, base, changed)
    assert (mine.enforced, set(mine.emails)) == (changed.enforced, set(changed.emails))


@given(settings, settings, settings)
def test_merge_gives_the_same_people_from_either_side(
    base: Settings, theirs: Settings, mine: Settings
) -> None:
    one, other = merge(base, theirs, mine), merge(base, mine, theirs)
    assert (one.enforced, set(one.emails)) == (other.enforced, set(other.emails))


def test_size_counts_the_changes_of_the_save_row() -> None:
    delta = Delta(True, ("a@x", "b@x"), ("c@x",))
    assert delta.size == 4


def test_values_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Settings(enforced=True).enforced = False  # pyright: ignore[reportAttributeAccessIssue]
