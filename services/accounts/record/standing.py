"""What follows from a person's records on a day: plain functions over records, each told twice.

Once by what is confirmed; once as if all that is declared were confirmed too, a new version in place of the old one.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from uuid import UUID

from services.accounts.contract import Known
from services.accounts.contract.records import (
    Amount,
    HoursOfYear,
    PersonStanding,
    Posting,
    PrivateService,
)
from services.accounts.record import education, insurance, stretches, titles
from services.accounts.record.bodies import (
    AidPeriod,
    Appointment,
    ContinuingEducation,
    Contract,
    VillagePosting,
    WorkExperience,
    YearlyAssessment,
)
from services.accounts.record.view import View


def standing(person_id: UUID, view: View) -> PersonStanding:
    """All that follows from a person's records on a day."""
    return PersonStanding(
        person_id=person_id,
        on=view.on,
        education=education.highest(view.confirmed()),
        education_with_declared=education.highest(view.hoped()),
        titles=titles.held(view),
        appointed=known(view, lambda seen: bool(seen.of(Appointment))),
        private_service=private_service(view),
        in_private_enterprise=known(view, in_private_enterprise),
        insurance=insurance.by_place(view),
        insurance_months=view.amount(insurance.months),
        insurance_at_employer=view.amount(insurance.months_at_employer),
        insured_at_employer=known(view, insurance.runs_at_employer),
        contract_covers=known(view, lambda seen: bool(contracts(seen))),
        contract_with_employer=known(view, contract_with_employer),
        village_posting=known(view, lambda seen: bool(seen.of(VillagePosting))),
        village_postings=postings(view),
        aid_months=view.amount(aid_months),
        aid_excellent_years=view.amount(aid_excellent_years),
        continuing_education=hours(view),
        honours=titles.honours(view),
        examinations=titles.examinations(view),
    )


def known(view: View, holds: Callable[[View], bool]) -> Known:
    """Yes where what is confirmed says so; unknown where only what is declared does."""
    if holds(view.confirmed()):
        return Known.YES
    return Known.UNKNOWN if holds(view.hoped()) else Known.NO


def private_service(view: View) -> list[PrivateService]:
    """For each level of education, the months in private enterprises since graduating at it (一（五）1（2）)."""
    seen, hoped = view.confirmed(), view.hoped()
    sure = {each.counts_as: each.graduated_on for each in education.first_of_each_level(seen)}
    perhaps = {each.counts_as: each.graduated_on for each in education.first_of_each_level(hoped)}
    return [
        PrivateService(
            counts_as=level,
            graduated_on=(perhaps | sure)[level],
            months=Amount(
                confirmed=private_months(seen, sure.get(level)),
                with_declared=private_months(hoped, perhaps.get(level)),
            ),
        )
        for level in sorted(sure | perhaps, key=view.rules.rank)
    ]


def private_months(view: View, since: date | None) -> int:
    """Whole months of technical work in private enterprises from a graduation on; what overlaps counts once."""
    if since is None:
        return 0
    periods = (
        (max(body.since, since), body.until)
        for _, body in view.of(WorkExperience)
        if body.unit_nature in view.rules.private_natures
    )
    return stretches.months_in(periods, view.on)


def in_private_enterprise(view: View) -> bool:
    """Whether technical work in a private enterprise goes on that day."""
    working = view.on_the_day(WorkExperience)
    return any(body.unit_nature in view.rules.private_natures for body in working)


def contracts(view: View) -> list[Contract]:
    """Contracts of the formal kinds that cover the day (一（五）1（1）)."""
    formal = view.rules.formal_contracts
    return [body for body in view.on_the_day(Contract) if body.contract_kind in formal]


def contract_with_employer(view: View) -> bool:
    """Whether such a contract is with the person's present unit."""
    here = view.employer_id
    return here is not None and any(body.unit_id == here for body in contracts(view))


def postings(view: View) -> list[Posting]:
    """Village postings that have begun, earliest first (一（四）3)."""
    found = [
        Posting(
            record_id=told.id,
            role=body.role,
            region_code=body.region_code,
            since=body.since,
            until=body.until,
            confirmed=told.confirmed,
        )
        for told, body in view.of(VillagePosting)
    ]
    return sorted(found, key=lambda each: (each.since, each.record_id))


def _aid(view: View) -> list[AidPeriod]:
    """Aid periods at places of the levels that count."""
    return [body for _, body in view.of(AidPeriod) if body.place_level in view.rules.aid.place_levels]


def aid_months(view: View) -> int:
    """Whole months of the longest unbroken stretch of aid at a place that counts (二（四）1（3）)."""
    periods = ((body.since, body.until) for body in _aid(view))
    return max(map(stretches.whole_months, stretches.joined(periods, view.on)), default=0)


def aid_excellent_years(view: View) -> int:
    """Years running of one unbroken stay at a place that counts, each assessed excellent (二（四）1（3）).

    A stay has no more of them than whole years: three need three years of work there, and not of an earlier stay.
    """
    periods = stretches.joined(((body.since, body.until) for body in _aid(view)), view.on)
    excellent = {body.year for _, body in view.of(YearlyAssessment) if body.result == view.rules.aid.result}
    return max((_years_of(stay, excellent) for stay in periods), default=0)


def _years_of(stay: stretches.Stretch, excellent: Iterable[int]) -> int:
    whole = stretches.whole_months(stay) // stretches.MONTHS_OF_A_YEAR
    return min(whole, longest_run(year for year in excellent if _touches(stay, year)))


def _touches(stretch: stretches.Stretch, year: int) -> bool:
    return stretch[0].year <= year <= (stretch[1] - stretches.DAY).year


def longest_run(years: Iterable[int]) -> int:
    """How many years follow each other at most."""
    longest = run = 0
    before: int | None = None
    for year in sorted(set(years)):
        run = run + 1 if before is not None and year == before + 1 else 1
        longest, before = max(longest, run), year
    return longest


def hours(view: View) -> list[HoursOfYear]:
    """Hours of continuing education, year by year (二（五）1)."""
    years = sorted({body.year for _, body in view.of(ContinuingEducation)})
    return [
        HoursOfYear(
            year=year,
            public_hours=view.amount(partial(public_hours, year=year)),
            professional_hours=view.amount(partial(professional_hours, year=year)),
        )
        for year in years
    ]


def public_hours(view: View, year: int) -> int:
    """Hours of public subjects in a year."""
    return sum(body.public_hours for _, body in view.of(ContinuingEducation) if body.year == year)


def professional_hours(view: View, year: int) -> int:
    """Hours of professional subjects in a year."""
    return sum(body.professional_hours for _, body in view.of(ContinuingEducation) if body.year == year)
