"""What holds for every number, seed and proposal, not only for those someone thought of."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature
from services.accounts.installation import ARTICLES_USED
from services.accounts.learning import paper
from services.accounts.organisation.details import uscc_is_right
from services.accounts.organisation.rules import Creator, Proposal, judge
from services.accounts.person import document, resident_id
from services.accounts.policy import Policy
from services.accounts.sign_in.passwords import weaknesses

POLICY = Policy(Path(__file__).parents[3] / "policies" / "qinghai" / "2023", 2023, used=ARTICLES_USED)
TODAY = date(2023, 11, 1)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

resident_ids = st.builds(
    lambda region, born, order: (
        (body := f"{region:06}{born:%Y%m%d}{order:03}") + ric.calc_check_digit(body + "0")
    ),
    st.integers(110000, 659999),
    st.dates(date(1930, 1, 1), date(2005, 1, 1)),
    st.integers(0, 999),
)
codes = st.builds(
    lambda head, region, rest: (body := f"{head}{region:06}{rest}") + uscc.calc_check_digit(body),
    st.sampled_from(["11", "12", "51", "91", "92", "N2", "Y1"]),
    st.integers(110000, 659999),
    st.text(ALPHABET, min_size=9, max_size=9),
)
regions = st.sampled_from(list(POLICY.regions.values()))
industries = st.sampled_from([None, *POLICY.organisations.industries])
natures = st.sampled_from([None, *OrganisationNature])


@given(resident_ids)
def test_right_resident_ids_pass(number):
    """Whatever the region: boundary changes make tables out of date."""
    assert resident_id.is_right(number, TODAY)
    assert number[3:-4] not in document.masked(number)


@given(resident_ids, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_noticed(number, place, other):
    """MOD 11-2 finds every single slip."""
    assume(number[place] != other)
    assert not resident_id.is_right(number[:place] + other + number[place + 1 :], TODAY)


@given(st.text(max_size=30))
def test_any_text_is_judged_without_an_error(text):
    """Whatever is typed is right or wrong, never a fault."""
    resident_id.is_right(resident_id.compact(text), TODAY)
    uscc_is_right(text)


@given(codes)
def test_right_codes_pass(code):
    """Digits or a letter in the first place, as the standard has it."""
    assert uscc_is_right(code)


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_of_a_code_is_noticed(code, place, other):
    """Every single slip changes the check character."""
    assume(code[place] != other)
    assert not uscc_is_right(code[:place] + other + code[place + 1 :])


@given(st.integers(0, 2**62 - 1))
def test_the_same_seed_draws_the_same_paper(seed):
    """As many questions as the policy says, none twice, each with all its options."""
    drawn = paper.draw(POLICY.learning.questions, POLICY.learning.paper, seed)
    assert drawn == paper.draw(POLICY.learning.questions, POLICY.learning.paper, seed)
    assert len({question.id for question in drawn}) == POLICY.learning.paper.questions
    for question in drawn:
        known = next(q for q in POLICY.learning.questions if q.id == question.id)
        assert question.options == known.options
        assert question.answer == known.answer


@given(
    st.sampled_from(OrganisationKind),
    st.sampled_from(OrganisationLevel),
    natures,
    industries,
    regions,
    st.builds(
        Proposal,
        st.sampled_from(OrganisationKind),
        st.sampled_from(OrganisationLevel),
        natures,
        industries,
        regions,
    ),
)
def test_every_proposal_gets_a_reasoned_verdict(kind, level, nature, industry, region, proposal):
    """Allowed or refused, it rests on an article; a refusal fills its sentences; inside one's own province only."""
    creator = Creator(kind, level, nature, industry, region)
    verdict = judge(POLICY.organisations, POLICY.articles, proposal, creator)
    assert verdict.basis
    if verdict.refusal is None:
        assert proposal.region.lies_in(creator.jurisdiction) or proposal.region == creator.region
        order = list(OrganisationLevel)
        assert order.index(proposal.level) >= order.index(creator.level), "never upwards"
        return
    assert "{" not in str(verdict.refusal)
    only_root = proposal.kind is OrganisationKind.HRSS and proposal.level is OrganisationLevel.PROVINCE
    assert verdict.who_may or only_root, "somebody may, but for the root"


@given(regions)
def test_a_region_lies_in_its_province_through_every_level(region):
    """Codes and levels agree: 000000, 0000, 00."""
    line = list(region.line())
    assert line[-1].code == "630000"
    assert [each.level for each in reversed(line)] == list(OrganisationLevel)[: len(line)]
    for lower, upper in pairwise(line):
        assert lower.code.startswith(upper.code.rstrip("0"))


def test_all_prefectures_and_counties_are_there():
    """Eight prefectures, forty-five counties with 大柴旦."""
    levels = [region.level for region in POLICY.regions.values()]
    assert [levels.count(level) for level in OrganisationLevel] == [1, 8, 45]


@pytest.mark.parametrize(
    ("password", "count"),
    [
        ("Abcdefgh-1", 0),
        ("abcdefghij", 1),
        ("a", 2),
        ("zhang3-Zhang3", 1),
        ("QingHai@20261111", 1),
        ("青海Xinghe-7777", 1),
    ],
)
def test_what_is_wrong_with_a_password_is_told_all_at_once(password, count):
    """Length, mixture, and the name in it, its owner's or that of system and place."""
    assert len(weaknesses(password, "zhang3", POLICY.sign_in.password)) == count


@given(
    resident_ids, st.lists(st.tuples(st.integers(0, 18), st.sampled_from(" -\u200b\u3000\u00a0\x00.·\u2011")))
)
def test_a_number_has_one_spelling(number, noise):
    """Blanks, hyphens, marks, small letters and full width, anywhere and in any number, make no other number."""
    told = number
    for place, mark in noise:
        told = told[:place] + mark + told[place:]
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in told.lower())
    assert (
        document.normalised(told) == document.normalised(told.lower()) == document.normalised(wide) == number
    )


@given(st.text(max_size=40))
def test_normalising_is_done_once(text):
    """What is normalised stays as it is, whatever was told."""
    once = document.normalised(text)
    assert document.normalised(once) == once


@given(st.text(alphabet="0123456789ABCX", min_size=5, max_size=18))
def test_a_masked_number_hides_the_middle(number):
    """As long as the number, and never more than seven characters of it are seen."""
    masked = document.masked(number)
    assert len(masked) == len(number)
    assert masked.count("*") >= len(number) - 7
    assert masked.count("*") >= 2
