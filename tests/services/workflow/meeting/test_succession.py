"""Replacements as a pure function: replayable, in the order of tickets, fair; nobody chooses who comes in."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.workflow.meeting.draw import Candidate, draw, ticket
from services.workflow.meeting.succession import (
    Departure,
    NotReplayed,
    in_line,
    next_of,
    seated,
    waiting,
)
from tests.services.workflow.meeting.test_draw import pools, seeds

SIZE = 5


def leave(seed, found, sitting, before, leaving, unfit):
    """One departure by the rules, as the platform writes it."""
    line = in_line(seed, waiting(found, before), sitting[leaving].stratum)
    entered, passed_over = next_of(line, unfit)
    return Departure(leaving, frozenset(passed_over), entered and entered.pseudonym), line


@given(seeds, pools(), st.data())
def test_a_committee_with_replacements_can_be_replayed(seed, pool, data):
    """Whoever leaves and whoever is unfit at each moment: the record repeats who sits, nobody twice, in rank."""
    found = draw(seed, pool, SIZE)
    departures: list[Departure] = []
    for _ in range(data.draw(st.integers(1, 6))):
        sitting = {each.pseudonym: each for each in seated(seed, found, departures)}
        assume(sitting)
        leaving = data.draw(st.sampled_from(sorted(sitting)))
        ids = [each.pseudonym for each in found.reserves]
        unfit = data.draw(st.sets(st.sampled_from(ids), max_size=4)) if ids else set()
        departure, line = leave(seed, found, sitting, departures, leaving, unfit)
        own = [each for each in line if each.stratum == sitting[leaving].stratum]
        fit = [each for each in own or line if each.pseudonym not in unfit]
        if fit:
            lowest = min(fit, key=lambda each: ticket(seed, each.pseudonym))
            assert departure.entered == lowest.pseudonym
        departures.append(departure)
    sits = {each.pseudonym for each in seated(seed, found, departures)}
    vacant = sum(each.entered is None for each in departures)
    assert len(sits) == SIZE - vacant
    assert not sits & {each.left for each in departures}


@given(seeds, pools(), st.data())
def test_a_record_that_was_tampered_with_is_not_replayed(seed, pool, data):
    """Another one let in, somebody passed over in silence, or one who did not sit: each is found out."""
    found = draw(seed, pool, SIZE)
    assume(len(found.reserves) > 1)
    sitting = {each.pseudonym: each for each in found.drawn}
    leaving = data.draw(st.sampled_from(sorted(sitting)))
    true, line = leave(seed, found, sitting, [], leaving, set())
    favourite = line[-1].pseudonym
    wrong = [
        replace(true, entered=favourite),
        replace(true, entered=None),
        replace(true, left=UUID(int=1)),
        replace(true, passed_over=frozenset([favourite])),
    ]
    for each in wrong:
        with pytest.raises(NotReplayed):
            seated(seed, found, [each])


def test_every_reserve_has_the_same_chance_to_come_in():
    """Over many seeds each of 12 candidates replaces a drawn one about equally often (chi-square, fixed seeds)."""
    pool = [Candidate(UUID(int=number), "A") for number in range(12)]
    rounds, entered = 2400, Counter()
    for number in range(rounds):
        seed = number.to_bytes(32, "big")
        found = draw(seed, pool, SIZE)
        leaving = found.drawn[number % SIZE]
        sitting = {each.pseudonym: each for each in found.drawn}
        departure, _ = leave(seed, found, sitting, [], leaving.pseudonym, set())
        entered[departure.entered.int] += 1
    expected = rounds / 12
    chi_squared = sum((entered[number] - expected) ** 2 / expected for number in range(12))
    assert chi_squared < 31.3, "beyond the 99.9 % quantile of 11 degrees of freedom"


def test_a_stratum_without_reserves_takes_the_lowest_ticket_of_all():
    """A specialty whose only candidate leaves is filled from the others, by ticket and by nothing else."""
    seed = bytes(range(32))
    pool = [Candidate(UUID(int=1), "A"), *(Candidate(UUID(int=10 + n), "BC"[n % 2]) for n in range(10))]
    found = draw(seed, pool, SIZE)
    sitting = {each.pseudonym: each for each in found.drawn}
    departure, _ = leave(seed, found, sitting, [], UUID(int=1), set())
    assert departure.entered == min(found.reserves, key=lambda each: ticket(seed, each.pseudonym)).pseudonym
