"""The chain of reviewers follows from the line of organisations and the policy, whatever the line."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.accounts.contract import OrganisationKind, OrganisationLevel
from services.workflow.review_chain.chain import Link, chain_of
from services.workflow.review_chain.policy import ReviewChainPolicy
from tests.services.workflow.season import notice

LEVELS = {"PROVINCE": 0, "PREFECTURE": 1, "COUNTY": 2}
USUAL = "ON_ESTABLISHMENT"
KINDS = [kind for kind in OrganisationKind if kind is not OrganisationKind.HRSS]


def link(kind: str, level: str) -> Link:
    """A new organisation."""
    return Link(id=uuid4(), name=f"{level} {kind}", kind=kind, level=level)


@st.composite
def lines(draw) -> list[Link]:
    """A line from the provincial HRSS down: HRSS of each level up to the unit's, then other organisations."""
    level = draw(st.sampled_from(list(OrganisationLevel)))
    hrss = [link("HRSS", each) for each, depth in LEVELS.items() if depth <= LEVELS[level]]
    kept = [hrss[0], *(each for each in hrss[1:] if draw(st.booleans()))]
    below = draw(st.lists(st.sampled_from(KINDS), max_size=5))
    line = [*kept, *(link(kind, level) for kind in below)]
    return line if line[-1].level == level else [*line, link("EMPLOYER", level)]


@settings(deadline=None)
@given(line=lines())
def test_everyone_on_the_line_reviews_once_but_the_province(line):
    """Nobody is left out, nobody comes twice, nobody from outside; the provincial HRSS is not in it."""
    chain = chain_of(line, notice().review_chain.places_for(line[-1].level, USUAL))
    assert sorted(each.id for each in chain) == sorted(each.id for each in line[1:])


@settings(deadline=None)
@given(line=lines())
def test_the_hrss_come_last_and_nearest_first(line):
    """After units and authorities the county's HRSS reviews, then the prefecture's."""
    chain = chain_of(line, notice().review_chain.places_for(line[-1].level, USUAL))
    kinds = [each.kind == "HRSS" for each in chain]
    assert kinds == sorted(kinds)
    depths = [LEVELS[each.level] for each in chain if each.kind == "HRSS"]
    assert depths == sorted(depths, reverse=True)


def test_a_division_above_a_unit_reviews_after_it():
    """A private technical school's own department reviews first, then the school, then the division it belongs to."""
    division, school = link("INTERNAL_DEPARTMENT", "PROVINCE"), link("EMPLOYER", "PROVINCE")
    department = link("INTERNAL_DEPARTMENT", "PROVINCE")
    line = [link("HRSS", "PROVINCE"), division, school, department]
    assert chain_of(line, notice().review_chain.places_for("PROVINCE", USUAL)) == [
        department,
        school,
        division,
    ]


@settings(deadline=None)
@given(line=lines())
def test_of_one_kind_the_nearer_comes_first(line):
    """A unit inside a unit reviews before the one above it."""
    chain = chain_of(line, notice().review_chain.places_for(line[-1].level, USUAL))
    height = {each.id: number for number, each in enumerate(line)}
    for kind in OrganisationKind:
        heights = [height[each.id] for each in chain if each.kind == kind]
        assert heights == sorted(heights, reverse=True)


@pytest.mark.parametrize("level", list(OrganisationLevel))
def test_the_policy_has_one_chain_a_level(level):
    """Department and unit come before the authority at every level."""
    kinds = [each.kind for each in notice().review_chain.places_for(level, USUAL)]
    assert kinds.index(OrganisationKind.INTERNAL_DEPARTMENT) == 0
    assert kinds.index(OrganisationKind.EMPLOYER) < kinds.index(OrganisationKind.AUTHORITY)


@settings(deadline=None)
@given(line=lines())
def test_an_aid_talent_has_the_usual_chain_without_departments_and_exchange_centres(line):
    """From the receiving unit up nobody is left out, and nobody else stands between (二（四）1（2）)."""
    chain = chain_of(line, notice().review_chain.places_for(line[-1].level, "AID_QINGHAI"))
    usual = chain_of(line, notice().review_chain.places_for(line[-1].level, USUAL))
    spared = ("INTERNAL_DEPARTMENT", "TALENT_EXCHANGE_CENTRE")
    assert chain == [each for each in usual if each.kind not in spared]


@pytest.mark.parametrize("bent", ["left out", "twice", "nobody's"])
def test_a_policy_has_one_chain_a_level_for_everybody(bent):
    """A kind of person that has chains of its own has one at each level; so has everybody else."""
    told = notice().review_chain.model_dump(mode="json")
    own = [chain for chain in told["chains"] if chain["kinds"]]
    if bent == "left out":
        told["chains"].remove(own[0])
    elif bent == "twice":
        told["chains"].append(own[0])
    else:
        told["chains"] = own
    with pytest.raises(ValidationError, match="each level needs exactly one chain for"):
        ReviewChainPolicy.model_validate(told)
