"""Certificate numbers, names and jurisdiction as pure rules."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.contract import OrganisationLevel
from services.workflow.certificate import names
from services.workflow.certificate.jurisdiction import filing_hrss
from services.workflow.certificate.number import Line, SequenceExhausted, compose, is_well_formed, normalise

LINE = Line("63", 2023, "03", "2")


@given(st.integers(1, 99999))
def test_a_number_carries_a_check_character(sequence):
    """What we compose is well formed, of fixed width, and reads its running number."""
    number = compose(LINE, sequence, 5)
    assert len(number) == 15
    assert number.startswith("632023032")
    assert is_well_formed(number)


@given(st.integers(1, 99999), st.integers(0, 14), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_noticed(sequence, place, character):
    """Any single substitution breaks the check."""
    number = compose(LINE, sequence, 5)
    altered = number[:place] + character + number[place + 1 :]
    assert is_well_formed(altered) == (altered == number)


@given(st.integers(1, 99999), st.integers(0, 13))
def test_two_neighbours_swapped_are_always_noticed(sequence, place):
    """Any swap of neighbours breaks the check."""
    number = compose(LINE, sequence, 5)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert is_well_formed(swapped) == (swapped == number)


def test_numbers_do_not_grow_beyond_their_width():
    """A running number too long for its digits is refused rather than widened."""
    with pytest.raises(SequenceExhausted):
        compose(LINE, 100000, 5)


@pytest.mark.parametrize(
    "told", ["6320 2303 2000 011", "６３２０２３０３２００００１１", "632023032-00001-1"]
)
def test_a_number_is_read_as_people_type_it(told):
    """Spaces, hyphens and full-width digits do not matter."""
    assert normalise(told) == "632023032000011"


@pytest.mark.parametrize("told", ["青职证〔2008〕第12号", "青职证(2008)第 12 号", "青职证[２００８]第12号"])
def test_an_old_number_is_read_as_people_type_it(told):
    """Nor does the kind of bracket in a number of earlier years."""
    assert normalise(told) == "青职证2008第12号"


@pytest.mark.parametrize(
    ("told", "known", "fits"),
    [
        ("张 三", "张三", True),
        ("多杰•才让", "多杰·才让", True),
        ("多杰．才让", "多杰·才让", True),
        ("张三", "张三丰", False),
        ("", "张三", False),
    ],
)
def test_names_are_compared_as_people_type_them(told, known, fits):
    """Spaces and the kind of dot in a Tibetan name do not matter, anything else does."""
    assert names.same(told, known) is fits


def path(*levels: str) -> list[dict[str, str]]:
    """A line of HRSS offices and a hospital below them."""
    line = [{"id": str(uuid4()), "name": level, "kind": "HRSS", "level": level} for level in levels]
    return [*line, {"id": str(UUID(int=1)), "name": "医院", "kind": "EMPLOYER", "level": "COUNTY"}]


@pytest.mark.parametrize(
    ("line", "wanted", "found"),
    [
        (("PROVINCE", "PREFECTURE", "COUNTY"), "PROVINCE", "PROVINCE"),
        (("PROVINCE", "PREFECTURE", "COUNTY"), "PREFECTURE", "PREFECTURE"),
        (("PROVINCE", "PREFECTURE", "COUNTY"), "COUNTY", "COUNTY"),
        (("PROVINCE", "PREFECTURE"), "COUNTY", "PREFECTURE"),
        (("PROVINCE",), "PREFECTURE", "PROVINCE"),
    ],
)
def test_the_hrss_of_the_level_files_or_the_nearest_above(line, wanted, found):
    """A unit without an HRSS of that level on its line comes under the nearest higher one."""
    hrss = filing_hrss(path(*line), OrganisationLevel(wanted))
    assert hrss is not None
    assert hrss.level == found


def test_a_line_without_hrss_has_none():
    """Nobody files for a line that no HRSS stands on."""
    assert filing_hrss(path(), OrganisationLevel.PROVINCE) is None
