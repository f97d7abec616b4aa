"""The order of a list, for any people and measures."""

from __future__ import annotations

from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.workflow.registration.ranking import Measured, ranked, risen


@st.composite
def people(draw):
    """Up to a dozen people, all with a score or all with a place, in a few measures so that many are equals."""
    scored = draw(st.booleans())
    drawn = draw(st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1, max_size=12))
    return [
        Measured(UUID(int=no), m / 2 if scored else None, None if scored else m, posted)
        for no, (m, posted) in enumerate(drawn)
    ]


@given(people())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_is_by_measure_and_by_posting_among_equals(measured):
    """Nobody stands above a better one, nor above an equal with a posting; places count those above; order given is nothing."""
    order = ranked(measured)
    assert sorted(each.of.registration_id for each in order) == [each.registration_id for each in measured]
    for one in order:
        above = [each.of for each in order if better(each.of, one.of)]
        assert one.place == 1 + len(above)
        equals = [each.of for each in order if each.of.merit == one.of.merit]
        assert one.first == (one.of.posted and not all(each.posted for each in equals))
    assert [each.place for each in order] == sorted(each.place for each in order)
    assert {e.of.registration_id: e.place for e in ranked(measured[::-1])} == {
        e.of.registration_id: e.place for e in order
    }


PLACES = st.dictionaries(st.integers(1, 7).map(lambda no: UUID(int=no)), st.integers(1, 4), max_size=7)


@given(PLACES, PLACES)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_who_has_risen_stands_higher_than_before_against_somebody(before, now):
    """By pairs, written a second time; whoever is on one list only is compared with nobody."""
    both = before.keys() & now.keys()
    assert risen(before, now) == {
        one for one in both for other in both if sign(now[one], now[other]) < sign(before[one], before[other])
    }


def sign(one: int, other: int) -> int:
    """Before, level with, or behind."""
    return (one > other) - (one < other)


def better(one: Measured, other: Measured) -> bool:
    """Whether one stands above another, by what was given: written a second time."""
    if one.score is not None and other.score is not None and one.score != other.score:
        return one.score > other.score
    if one.given is not None and other.given is not None and one.given != other.given:
        return one.given < other.given
    return one.posted and not other.posted
