"""Lines after a change of the tree, for any lines."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.workflow.line.places import handed_over, replaced, widened
from services.workflow.review_chain.chain import Link

IDS = [UUID(int=n) for n in range(1, 13)]
ROOT, PASSED, HEIR = IDS[0], IDS[1], IDS[2]
CALM = settings(deadline=None)
ABOVE = st.lists(st.sampled_from(IDS[3:7]), unique=True, max_size=4)
BELOW = st.lists(st.sampled_from(IDS[7:]), unique=True, max_size=4)


def link(id: UUID) -> Link:
    """A body of a chain."""
    return Link(id=id, name=str(id.int), kind="EMPLOYER", level="COUNTY")


@CALM
@given(ABOVE, ABOVE, BELOW)
def test_what_follows_stays_and_what_comes_before_is_new(before, after, below):
    """The line below what has moved is untouched, doing it again changes nothing, and moving back restores it."""
    old, line = [ROOT, *before, PASSED, *below], [ROOT, *after, PASSED]
    new = replaced(old, PASSED, line)
    assert new == [ROOT, *after, PASSED, *below]
    assert replaced(new, PASSED, line) == new
    assert replaced(new, PASSED, [ROOT, *before, PASSED]) == old


@CALM
@given(ABOVE, ABOVE, BELOW)
def test_a_widened_line_loses_nobody(before, after, below):
    """Whoever stood on it and whoever stands on it now is on it once, root first, the unit last."""
    old, line = [ROOT, *before, PASSED, *below], [ROOT, *after, PASSED]
    new = widened(old, PASSED, line)
    assert set(new) == set(old) | set(line)
    assert len(new) == len(set(new))
    assert (new[0], new[-1]) == (ROOT, old[-1])
    assert widened(new, PASSED, line) == new


@CALM
@given(st.lists(st.sampled_from([PASSED, HEIR, *IDS[7:]]), unique=True, min_size=1), st.integers(-1, 6))
def test_the_heir_stands_for_who_is_gone(ids, position):
    """Nobody gone is left, places before the present one keep their number, and nobody reviews twice in a row."""
    position = min(position, len(ids) - 1)
    chain = handed_over([link(each) for each in ids], position, PASSED, link(HEIR))
    told = [each.id for each in chain]
    assert PASSED not in told
    done = max(position, 0)
    assert [HEIR if each == PASSED else each for each in ids[:done]] == told[:done]
    left = told[done:]
    assert all(first != second for first, second in pairwise(left))
