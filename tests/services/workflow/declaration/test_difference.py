"""The difference between two rounds, applied to the earlier one, gives the later one."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.workflow.declaration.difference import MATERIALS, Difference, difference
from services.workflow.declaration.states import Change

WORDS = st.sampled_from(["甲", "乙", "丙", None])
ENTRY = st.fixed_dictionaries({"title": WORDS, "obtained_on": st.sampled_from(["2020-01-01", "2021-01-01"])})
FILE = st.fixed_dictionaries({"id": st.integers(0, 5).map(str), "item": st.sampled_from(["A", "B"])})
ROUND = st.fixed_dictionaries(
    {
        "basic": st.none() | st.fixed_dictionaries({"post": WORDS, "birth_date": WORDS}),
        "present_title": st.none() | st.fixed_dictionaries({"name": WORDS}),
        "achievements": st.lists(ENTRY, max_size=8),
        "education": st.lists(ENTRY, max_size=3),
        MATERIALS: st.lists(FILE, max_size=6),
    }
)


def applied(before: dict[str, Any], changes: list[Difference]) -> dict[str, Any]:
    """The round after these changes."""
    after = deepcopy(before)
    for section in {each.section for each in changes}:
        own = [each for each in changes if each.section == section]
        if isinstance(before[section], list):
            after[section] = relisted(before[section], own)
        for each in own:
            if each.item is not None and section != MATERIALS:
                assert after[section][each.item] == each.before
                after[section][each.item] = each.after
            elif not isinstance(before[section], list):
                assert before[section] == each.before
                after[section] = each.after
    return after


def relisted(before: list[Any], changes: list[Difference]) -> list[Any]:
    """The list after these changes: what went leaves its place, what came takes its own."""
    gone = {each.place_before: each.before for each in changes if each.place_before is not None}
    assert all(before[place - 1] == entry for place, entry in gone.items())
    left = [entry for place, entry in enumerate(before, 1) if place not in gone]
    for each in sorted((c for c in changes if c.place_after is not None), key=lambda c: c.place_after or 0):
        left.insert((each.place_after or 0) - 1, each.after)
    return left


@given(ROUND, ROUND)
def test_the_difference_leads_from_one_round_to_the_other(before, after):
    """Whatever the rounds, nothing is left out and nothing is made up."""
    changes = difference(before, after)
    assert applied(before, changes) == after
    assert (changes == []) == (before == after)


@given(ROUND, ROUND)
def test_every_change_says_what_it_is(before, after):
    """What was added has no before, what was removed no after, what changed has both and they differ."""
    for each in difference(before, after):
        if each.place_before is None and each.place_after is None:
            continue
        assert (each.place_before is None) == (each.change is Change.ADDED)
        assert (each.place_after is None) == (each.change is Change.REMOVED)
        assert each.before != each.after
        assert (each.item is not None) == (each.section == MATERIALS)


def test_an_entry_put_in_front_moves_the_others_and_changes_none():
    """The places tell where an entry stands; those that only moved are no change."""
    one, two = {"title": "甲"}, {"title": "乙"}
    assert difference({"achievements": [one]}, {"achievements": [two, one]}) == [
        Difference("achievements", Change.ADDED, None, two, None, None, 1)
    ]
