"""What follows from records: months that count once, levels that count alike, facts in three values."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.contract import Known, OrganisationNature
from services.accounts.installation import ARTICLES_USED
from services.accounts.policy import Policy
from services.accounts.record import education, stretches
from services.accounts.record.bodies import READ, Body
from services.accounts.record.standing import longest_run, standing
from services.accounts.record.states import SchoolKind, StudyMode
from services.accounts.record.view import Told, View
from tests.services.accounts.records import body

POLICY = Policy(Path(__file__).parents[3] / "policies" / "qinghai" / "2023", 2023, used=ARTICLES_USED)
ON = date(2023, 12, 31)
EMPLOYER = uuid4()

days = st.dates(date(1990, 1, 1), date(2030, 12, 31))
periods = st.tuples(days, st.one_of(st.none(), st.integers(0, 4000))).map(
    lambda told: (told[0], None if told[1] is None else told[0] + timedelta(days=told[1]))
)
many = st.lists(periods, max_size=8)


def view(*records: Told, on: date = ON, place: str = "630104") -> View:
    """Records as they are seen of somebody whose unit is at a place."""
    where = POLICY.placed.get(place)
    return View(list(records), on, POLICY.records, POLICY.articles, POLICY.placed, EMPLOYER, where)


def fact(kind: str, *, confirmed: bool = True, supersedes: UUID | None = None, **more: object) -> Told:
    """A record of a kind."""
    told: Body = READ.validate_python(body(kind, **more))
    return Told(uuid4(), told, confirmed, supersedes)


@given(many, days)
def test_no_day_counts_twice(told, on):
    """Telling every period again, or in another order, changes nothing."""
    assert stretches.months_in(told, on) == stretches.months_in([*reversed(told), *told], on)


@given(many, periods, days)
def test_more_time_never_counts_less(told, more, on):
    """A further period adds months or leaves them; so does a later day."""
    assert stretches.months_in([*told, more], on) >= stretches.months_in(told, on)
    assert stretches.months_in(told, on + timedelta(days=1)) >= stretches.months_in(told, on)


@given(many, days)
def test_stretches_hold_exactly_the_days_of_their_periods(told, on):
    """Apart from each other, in order, none after the day."""
    found = stretches.joined(told, on)
    assert all(before[1] < after[0] for before, after in pairwise(found))
    inside = {since + timedelta(days=n) for since, end in found for n in range(0, (end - since).days, 97)}
    for day in inside:
        assert day <= on
        assert any(since <= day and (until is None or day <= until) for since, until in told)


@given(days, st.integers(0, 600))
def test_whole_months_are_those_of_the_calendar(since, months):
    """A stretch to the same day some months later holds as many, and one less a day before."""
    end = stretches.later(since, months)
    assert stretches.whole_months((since, end)) == months
    if months:
        assert stretches.whole_months((since, end - stretches.DAY)) == months - 1


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        ("2020-02-29", "2021-02-27", 12),
        ("2020-02-29", "2021-02-26", 11),
        ("2023-01-31", "2023-02-27", 1),
        ("2023-01-31", "2023-02-26", 0),
        ("2022-01-01", "2022-12-31", 12),
        ("2022-03-15", "2023-03-14", 12),
        ("2022-03-15", "2023-03-13", 11),
        ("2024-02-01", "2024-02-29", 1),
        ("2024-02-01", "2024-02-28", 0),
    ],
)
def test_leap_days_and_ends_of_months(since, until, months):
    """A year from 29 February is full on 27 February, a month from the 31st the day before the next month's last."""
    period = (date.fromisoformat(since), date.fromisoformat(until))
    assert stretches.months_in([period], date(2030, 1, 1)) == months


@given(st.sampled_from(list(StudyMode)), st.sampled_from([None, *SchoolKind]), st.sampled_from(range(5)))
def test_an_education_counts_by_its_level_alone(mode, school_kind, rank):
    """Neither mode nor kind of school changes what it counts as."""
    level = POLICY.records.education_levels[rank].code
    told = fact("DEGREE", education_level=level, mode=mode, school_kind=school_kind)
    found = education.highest(view(told))
    assert found is not None
    assert (found.counts_as, found.rank, [each.cite for each in found.basis]) == (level, rank, ["一（五）2"])


@pytest.mark.parametrize(
    ("technical_class", "counts_as"),
    [("MIDDLE_WORKER", "SECONDARY"), ("SENIOR_WORKER", "JUNIOR_COLLEGE"), ("TECHNICIAN", "BACHELOR")],
)
def test_classes_of_technical_schools_count_as_degrees(technical_class, counts_as):
    """With the article that says so."""
    found = education.highest(view(fact("TECHNICAL_CLASS", technical_class=technical_class)))
    assert found is not None
    assert (found.counts_as, [each.cite for each in found.basis]) == (counts_as, ["一（五）4"])


def test_the_highest_education_wins_and_the_declared_one_is_told_beside_it():
    """Confirmed junior college, declared master: both are told, and which is which."""
    found = standing(
        uuid4(),
        view(
            fact("TECHNICAL_CLASS"), fact("DEGREE", education_level="MASTER", confirmed=False),
        ),
    )  # fmt: skip
    assert found.education is not None
    assert found.education_with_declared is not None
    assert (found.education.counts_as, found.education_with_declared.counts_as) == (
        "JUNIOR_COLLEGE",
        "MASTER",
    )


def test_years_in_private_enterprises_begin_with_graduation():
    """Work before it, in other units, and at two enterprises at once does not count or counts once."""
    found = standing(
        uuid4(),
        view(
            fact("DEGREE", graduated_on="2015-07-01"),
            fact("WORK_EXPERIENCE", since="2014-01-01", until="2018-06-30"),
            fact("WORK_EXPERIENCE", unit="第二家", since="2017-01-01", until="2020-06-30"),
            fact("WORK_EXPERIENCE", unit="某院", unit_nature="PUBLIC_INSTITUTION", since="2020-07-01"),
            fact("WORK_EXPERIENCE", unit="第三家", since="2023-07-01", confirmed=False),
        ),
    )
    [service] = found.private_service
    assert (service.counts_as, service.months.confirmed, service.months.with_declared) == ("BACHELOR", 60, 66)
    assert found.in_private_enterprise == Known.UNKNOWN


@given(st.sampled_from(list(OrganisationNature)))
def test_only_private_enterprises_count(nature):
    """As the policy lists them."""
    found = standing(uuid4(), view(fact("DEGREE"), fact("WORK_EXPERIENCE", unit_nature=nature)))
    counts = nature in POLICY.records.private_natures
    assert (found.private_service[0].months.confirmed > 0) is counts
    assert found.in_private_enterprise == (Known.YES if counts else Known.NO)


def test_a_graduation_only_declared_opens_no_confirmed_years():
    """Work that is confirmed, after a degree that is not: the years hang on the degree."""
    found = standing(uuid4(), view(fact("DEGREE", confirmed=False), fact("WORK_EXPERIENCE")))
    [service] = found.private_service
    assert (service.months.confirmed, service.months.with_declared) == (0, 156)


@given(days)
def test_an_examination_counts_from_its_day_to_its_last(on):
    """And is told with its mark, confirmed or not."""
    good = view(fact("EXAMINATION", held_on="2020-05-13", until="2023-12-31", confirmed=False), on=on)
    found = standing(uuid4(), good).examinations
    assert [(each.mark, each.confirmed) for each in found] == [(67, False)] * (
        date(2020, 5, 13) <= on <= date(2023, 12, 31)
    )


def test_insurance_is_counted_by_place_up_to_the_day():
    """Periods that overlap count once; another place counts by itself."""
    told = (
        fact("SOCIAL_INSURANCE"),
        fact("SOCIAL_INSURANCE", unit="另一家", region_code="630104", periods=[{"since": "2023-03-01"}]),
    )
    found = standing(uuid4(), view(*told, on=date(2023, 8, 15)))
    assert {each.region_code: each.months.confirmed for each in found.insurance} == {
        "632801": 12,
        "630104": 5,
    }
    assert found.insurance_months.confirmed == 17


def paid(code: str, since: str, until: str | None, *, confirmed: bool = True) -> Told:
    """Insurance at a place, from a day to a day."""
    told = [{"since": since, **({"until": until} if until else {})}]
    return fact("SOCIAL_INSURANCE", region_code=code, unit=since, periods=told, confirmed=confirmed)


YEAR = ("2022-11-01", "2023-11-30")


@pytest.mark.parametrize(
    ("place", "records", "months", "still"),
    [
        ("630104", [paid("630104", *YEAR)], 13, Known.YES),
        ("630104", [paid("630100", *YEAR)], 13, Known.YES),
        ("630104", [paid("630000", *YEAR)], 13, Known.YES),
        ("630104", [paid("630105", *YEAR)], 0, Known.NO),
        ("630100", [paid("630104", *YEAR)], 0, Known.NO),
        ("630104", [paid("630104", "2022-07-01", "2022-12-31"), paid("630100", "2023-01-01", None)], 18, Known.YES),
        ("630104", [paid("630104", *YEAR), paid("630100", *YEAR), paid("630000", *YEAR)], 13, Known.YES),
        ("630106", [paid("630122", "2018-01-01", "2019-12-31"), paid("630106", "2023-01-01", None)], 36, Known.YES),
        ("630106", [paid("630122", "2018-01-01", "2019-12-31")], 24, Known.NO),
        ("630202", [paid("632100", "2012-01-01", "2012-12-31"), paid("630202", "2023-10-01", None)], 15, Known.YES),
        ("630104", [paid("630104", "2018-01-01", "2019-12-31"), paid("630105", *YEAR)], 24, Known.NO),
        ("630104", [paid("630104", *YEAR, confirmed=False)], 0, Known.UNKNOWN),
        ("630104", [paid("630104", "2023-01-01", "2023-10-29")], 9, Known.NO),
        ("630104", [paid("630104", "2023-01-01", "2023-10-31")], 10, Known.YES),
        ("", [paid("630104", *YEAR)], 0, Known.NO),
    ],
)  # fmt: skip
def test_insurance_at_the_units_place_is_what_its_division_and_those_around_it_took(
    place: str, records: list[Told], months: int, still: Known
) -> None:
    """By whatever code it had then, each month once; and it is asked whether it is still paid there."""
    found = standing(uuid4(), view(*records, place=place))
    assert (found.insurance_at_employer.confirmed, found.insured_at_employer) == (months, still)


codes = st.sampled_from(["630104", "630100", "630105", "630106", "630122", "632100", "630203"])
stays = st.lists(st.tuples(codes, periods), max_size=5)


@given(stays, codes, days)
def test_insurance_at_the_units_place_lies_between_the_best_single_place_and_all_of_them(told, place, on):
    """No month is counted twice, none elsewhere; confirming more never counts less."""
    records = [
        paid(code, str(since), str(until) if until else None, confirmed=bool(n % 2))
        for n, (code, (since, until)) in enumerate(told)
    ]
    found = standing(uuid4(), view(*records, on=on, place=place))
    own = POLICY.placed[place]
    around = [each for each in found.insurance if own.lies_in(POLICY.placed[each.region_code])]
    at_place = found.insurance_at_employer
    assert max((each.months.confirmed for each in around), default=0) <= at_place.confirmed
    assert at_place.confirmed <= found.insurance_months.confirmed
    assert at_place.confirmed <= at_place.with_declared
    if not around:
        assert (at_place.with_declared, found.insured_at_employer) == (0, Known.NO)


@pytest.mark.parametrize(
    ("more", "covers", "here"),
    [
        ({"unit_id": EMPLOYER}, Known.YES, Known.YES),
        ({}, Known.YES, Known.NO),
        ({"unit_id": EMPLOYER, "confirmed": False}, Known.UNKNOWN, Known.UNKNOWN),
        ({"unit_id": EMPLOYER, "until": "2023-12-30"}, Known.NO, Known.NO),
        ({"unit_id": EMPLOYER, "contract_kind": "SERVICE"}, Known.NO, Known.NO),
    ],
)
def test_a_contract_covers_the_day(more, covers, here):
    """One of the formal kinds, on the day itself, with the present unit or another."""
    found = standing(uuid4(), view(fact("CONTRACT", **more)))
    assert (found.contract_covers, found.contract_with_employer) == (covers, here)


@given(st.sets(st.integers(1990, 2030)))
def test_the_longest_run_of_years(years):
    """As long as some run, and no run is longer."""
    runs = [n for n in range(1, 42) for first in years if set(range(first, first + n)) <= years]
    assert longest_run(years) == max(runs, default=0)


def aid(*excellent: int, level: str = "COUNTY", until: str = "2022-12-31") -> View:
    """Aid from 2019 on with excellent years, and a competent one."""
    return view(
        fact("AID_PERIOD", place_level=level, until=until),
        *(fact("YEARLY_ASSESSMENT", year=year) for year in excellent),
        fact("YEARLY_ASSESSMENT", year=2022, result="COMPETENT"),
    )


def two_stays(*excellent: int) -> View:
    """Three years of aid at one county, and after a break less than two at another."""
    return view(
        fact("AID_PERIOD", since="2016-01-01", until="2018-12-31"),
        fact("AID_PERIOD", receiving_unit="另一医院", since="2019-12-01", until="2021-11-15"),
        *(fact("YEARLY_ASSESSMENT", year=year) for year in excellent),
    )


@pytest.mark.parametrize(
    ("seen", "years", "months"),
    [
        (aid(2019, 2020, 2021), 3, 42),
        (aid(2019, 2021), 1, 42),
        (aid(2017, 2018, 2019), 1, 42),
        (aid(2019, 2020, 2021, level="PREFECTURE"), 0, 0),
        (aid(2019, 2020, 2021, until="2020-06-30"), 1, 12),
        (two_stays(2019, 2020, 2021), 1, 36),
        (two_stays(2016, 2017, 2018), 3, 36),
        (two_stays(2018, 2019, 2020), 1, 36),
    ],
)
def test_excellent_years_of_aid_in_a_row(seen, years, months):
    """Only years with aid at county level or below, only excellent ones, only one after the other."""
    found = standing(uuid4(), seen)
    assert (found.aid_excellent_years.confirmed, found.aid_months.confirmed) == (years, months)


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 2200)), max_size=4),
    st.sets(st.integers(2012, 2023), max_size=9),
)
def test_excellent_years_are_those_of_one_stay_that_is_as_long(told, years):
    """Somewhere without a break lie as many whole years as are counted, the years running and excellent."""
    first = date(2012, 1, 1)
    spans = [(first + timedelta(days=n), first + timedelta(days=n + length)) for n, length in told]
    records = [
        fact("AID_PERIOD", receiving_unit=f"{n}", since=str(since), until=str(until))
        for n, (since, until) in enumerate(spans)
    ]
    found = standing(uuid4(), view(*records, *(fact("YEARLY_ASSESSMENT", year=year) for year in years)))
    counted = found.aid_excellent_years.confirmed
    assert counted * 12 <= found.aid_months.confirmed
    assert counted == max(
        (
            n
            for since, end in stretches.joined(spans, ON)
            for n in range(1, 12)
            for year in years
            if stretches.later(since, 12 * n) <= end
            and set(range(year, year + n)) <= years
            and since.year <= year
            and year + n - 1 <= (end - stretches.DAY).year
        ),
        default=0,
    )


def test_a_title_tells_where_it_is_valid():
    """With the article of each limit; one obtained after the day is left out."""
    told = fact("PRESENT_TITLE", limits=["MINORITY_LANGUAGE_PUBLISHING", "GRASS_ROOTS"])
    [title] = standing(uuid4(), view(told)).titles
    assert [each.cite for each in title.basis] == ["一（四）1", "二（五）5"]
    assert standing(uuid4(), view(told, on=date(2016, 11, 30))).titles == []


@pytest.mark.parametrize(
    ("on_record", "administrative", "counts"),
    [(True, True, True), (False, True, False), (True, False, False), (False, False, False)],
)
def test_a_contest_counts_on_record_and_run_by_the_administration(on_record, administrative, counts):
    """Both, or it does not count; the articles are told in any case."""
    contest = body("HONOUR")["contest"] | {"on_record": on_record, "administrative_organiser": administrative}
    [honour] = standing(uuid4(), view(fact("HONOUR", contest=contest))).honours
    assert honour.counts is counts
    assert [each.cite for each in honour.basis] == ["一（五）4（3）", "一（五）4（3）第2段"]


def test_a_new_version_counts_in_place_of_the_old_one_once_it_is_confirmed():
    """Until then the old hours are the confirmed ones."""
    old = fact("CONTINUING_EDUCATION")
    new = fact("CONTINUING_EDUCATION", public_hours=40, confirmed=False, supersedes=old.id)
    [hours] = standing(uuid4(), view(old, new)).continuing_education
    assert (hours.public_hours.confirmed, hours.public_hours.with_declared) == (30, 40)
    assert (hours.professional_hours.confirmed, hours.professional_hours.with_declared) == (60, 60)


def test_nothing_on_record_is_nothing_known():
    """No education, no months, every yes or no is no."""
    found = standing(uuid4(), view())
    assert found.education is None
    assert {found.appointed, found.village_posting, found.contract_covers} == {Known.NO}
    assert (found.insurance_months.confirmed, found.aid_months.with_declared) == (0, 0)
