"""The arithmetic of places, held against a search over every assignment of recommendations to places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from services.quota.allocation.rules import (
    Claim,
    Supply,
    bears,
    placed,
    resting_on_nothing,
    shortage,
    with_claims,
)
from services.quota.contract import TitleLevel

F, A, M = TitleLevel.FULL_SENIOR, TitleLevel.ASSOCIATE_SENIOR, TitleLevel.MIDDLE
LEVELS = (F, A, M)
DOWN = {F: A, A: M}
ABOVE = {A: F, M: A}


@dataclass(frozen=True)
class Place:
    """One concrete place: a vacancy, or what exits opened."""

    level: TitleLevel
    opened: bool = False


@dataclass(frozen=True)
class Seeker:
    """Who has to be seated: a recommendation."""

    level: TitleLevel


def places_of(supplies) -> list[Place]:
    """Every place there is, one by one."""
    found = []
    for level, supply in supplies.items():
        found += [Place(level)] * max(supply.own, 0)
        beyond = supply.exit_places - max(supply.declarable, 0)
        found += [Place(level, opened=True)] * max(beyond, 0)
    return found


def seekers_of(supplies) -> list[Seeker]:
    """Every recommendation."""
    return [Seeker(level) for level, supply in supplies.items() for _ in range(supply.demand)]


def assignments(seekers: Sequence[Seeker], places: Sequence[Place]) -> Iterator[list[Place]]:
    """Every way to give each seeker a place of its own level or of the level above (no opened one), none twice."""
    if not seekers:
        yield []
        return
    first, *others = seekers
    for at in {place: index for index, place in enumerate(places)}.values():
        place = places[at]
        if place.level == first.level or (not place.opened and DOWN.get(place.level) == first.level):
            for rest in assignments(others, [*places[:at], *places[at + 1 :]]):
                yield [place, *rest]


def lawful(supplies, seekers: Sequence[Seeker], given_places: Sequence[Place]) -> bool:
    """A level that borrows makes up its deficit first and lends nothing; one whose own people go short lends nothing."""
    pairs = list(zip(seekers, given_places, strict=True))
    for level, supply in supplies.items():
        borrowed = sum(s.level == level and p.level != level for s, p in pairs)
        lent = sum(p.level == level and s.level != level for s, p in pairs)
        opened = sum(p.opened and p.level == level for _, p in pairs)
        upper = ABOVE.get(level)
        idle_above = 0
        if upper is not None:
            taken = sum(p.level == upper and not p.opened for _, p in pairs)
            idle_above = max(supplies[upper].own, 0) - taken
        deficit = max(-supply.own, 0)
        if lent and (borrowed or opened):
            return False
        if borrowed and deficit > idle_above:
            return False
    return True


def fits(supplies) -> bool:
    """Whether a lawful assignment exists."""
    seekers, places = seekers_of(supplies), places_of(supplies)
    return any(lawful(supplies, seekers, each) for each in assignments(seekers, places))


supplies_of_units = st.fixed_dictionaries(
    {
        level: st.builds(
            Supply,
            declarable=st.integers(-2, 3),
            employed=st.integers(0, 1),
            freed=st.integers(0, 1),
            exit_places=st.integers(0, 3),
            demand=st.integers(0, 2),
        )
        for level in LEVELS
    }
)


def sound(supplies) -> bool:
    """No level is short."""
    return not any(shortage(supplies, ABOVE, level) for level in supplies)


@given(supplies_of_units)
def test_no_shortage_means_that_an_assignment_exists(supplies):
    """The formula and the search agree on every small unit."""
    assert sound(supplies) == fits(supplies)


@given(supplies_of_units)
def test_free_is_how_many_more_fit(supplies):
    """One more fits as long as some are free, and not one beyond; where nothing is short."""
    if not sound(supplies):
        return
    for level, places in placed(supplies, DOWN).items():
        for more in range(places.free + 2):
            asked = {**supplies, level: replace(supplies[level], demand=supplies[level].demand + more)}
            assert sound(asked) == (more <= places.free), (level, more)


claims_of_people = st.lists(
    st.builds(Claim, level=st.sampled_from(LEVELS), frees=st.sampled_from([None, A, M])), max_size=5
)


@given(
    supplies_of_units,
    claims_of_people,
    st.builds(Claim, st.sampled_from(LEVELS), st.sampled_from([None, A, M])),
)
def test_one_more_is_borne_as_long_as_all_have_places(supplies, claims, more):
    """Where every recommendation has a place, one more is granted exactly if all of them have one then too."""
    if not fits(with_claims(supplies, claims)):
        return
    assert bears(with_claims(supplies, claims), more, DOWN) == fits(with_claims(supplies, [*claims, more]))


@given(
    supplies_of_units,
    claims_of_people,
    st.builds(Claim, st.sampled_from(LEVELS), st.sampled_from([None, A, M])),
)
def test_one_more_never_makes_it_worse(supplies, claims, more):
    """Where some rest on nothing already, one more that is granted takes nothing from anybody."""
    before, after = with_claims(supplies, claims), with_claims(supplies, [*claims, more])
    if bears(before, more, DOWN):
        assert all(shortage(after, ABOVE, level) <= shortage(before, ABOVE, level) for level in LEVELS)


@given(supplies_of_units, claims_of_people)
def test_those_who_rest_on_nothing_are_as_few_and_as_late_as_can_be(supplies, claims):
    """The others all have places; not one of the fallen could stay; and among equals it is the latest who fall."""
    fallen = resting_on_nothing(supplies, claims, DOWN)
    left = [claim for place, claim in enumerate(claims) if place not in fallen]
    assert fits(with_claims(supplies, left))
    assert (fallen == []) == sound(with_claims(supplies, claims))
    for place in fallen:
        assert not fits(with_claims(supplies, [*left, claims[place]]))
        equals = [other for other in range(place + 1, len(claims)) if claims[other] == claims[place]]
        assert set(equals) <= set(fallen)


@given(supplies_of_units, st.sampled_from(LEVELS))
def test_one_more_post_never_makes_room_smaller(supplies, level):
    """Whatever is approved beyond, no level has less room for it."""
    more = {**supplies, level: replace(supplies[level], declarable=supplies[level].declarable + 1)}
    for each in LEVELS:
        assert shortage(more, ABOVE, each) <= shortage(supplies, ABOVE, each)
