"""Two edits side by side: by itself the merge of the rules, line by line what was chosen."""

from hypothesis import given
from hypothesis import strategies as st

from bgconsole.policy.settings import Settings, merge
from bgconsole.tui.model.comparison import Comparison, Side

_EMAILS = [f"{name}@acme.test" for name in ("ana", "ben", "cleo", "dov", "eli")]
SETTINGS = st.builds(
    Settings, st.booleans(), st.lists(st.sampled_from(_EMAILS), unique=True).map(tuple)
)
COMPARISONS = st.builds(Comparison, SETTINGS, SETTINGS, SETTINGS)


@given(COMPARISONS)
def test_by_itself_it_is_the_merge_that_keeps_both(comparison: Comparison) -> None:
    merged = merge(comparison.base, comparison.theirs, comparison.mine)
    assert comparison.merged.enforced == merged.enforced
    assert set(comparison.merged.emails) == set(merged.emails)


@given(COMPARISONS)
def test_all_of_one_side_is_that_side(comparison: Comparison) -> None:
    assert comparison.all_of(Side.THEIRS).merged == comparison.theirs
    mine = comparison.all_of(Side.MINE).merged
    assert mine.enforced == comparison.mine.enforced
    assert set(mine.emails) == set(comparison.mine.emails)


@given(COMPARISONS, st.data())
def test_a_flip_changes_its_own_line_and_twice_nothing(
    comparison: Comparison, data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from(comparison.rows))
    flipped = comparison.flipped(row)
    assert (flipped.merged == comparison.merged) == (not comparison.differs(row))
    assert flipped.flipped(row).merged == comparison.merged
    others = [other for other in comparison.rows if other != row]
    assert [flipped.side(other) for other in others] == [comparison.side(o) for o in others]


@given(COMPARISONS)
def test_as_merged_forgets_every_choice(comparison: Comparison) -> None:
    assert comparison.all_of(Side.MINE).as_merged().merged == comparison.merged
