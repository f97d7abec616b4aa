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


def view(*records: Told, on: date = ON) -> View:
    """Records as they are seen."""
    return View(list(records), on, POLICY.records, POLICY.articles, EMPLOYER)


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


@pytest.mark.parametrize(
    ("seen", "years", "months"),
    [
        (aid(2019, 2020, 2021), 3, 42),
        (aid(2019, 2021), 1, 42),
        (aid(2017, 2018, 2019), 1, 42),
        (aid(2019, 2020, 2021, level="PREFECTURE"), 0, 0),
        (aid(2019, 2020, 2021, until="2020-06-30"), 2, 12),
    ],
)
def test_excellent_years_of_aid_in_a_row(seen, years, months):
    """Only years with aid at county level or below, only excellent ones, only one after the other."""
    found = standing(uuid4(), seen)
    assert (found.aid_excellent_years.confirmed, found.aid_months.confirmed) == (years, months)


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
