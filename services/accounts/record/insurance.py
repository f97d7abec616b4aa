"""Social insurance paid: anywhere, place by place, and at the place of the present unit (一（五）1（1）)."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from services.accounts.contract.records import InsuredMonths
from services.accounts.record import stretches
from services.accounts.record.bodies import Period, SocialInsurance
from services.accounts.record.view import View


def by_place(view: View) -> list[InsuredMonths]:
    """Months of social insurance, place by place."""
    places = sorted({body.region_code for _, body in view.of(SocialInsurance)})
    return [
        InsuredMonths(region_code=place, months=view.amount(partial(months, region_code=place)))
        for place in places
    ]


def months(view: View, region_code: str | None = None) -> int:
    """Whole months of insurance up to the day, at a place or (None) anywhere."""
    paid = [body for _, body in view.of(SocialInsurance) if region_code in (None, body.region_code)]
    return _months((period for body in paid for period in body.periods), view)


def months_at_employer(view: View) -> int:
    """Whole months at the present unit's place, whatever code it had; months paid twice count once."""
    return _months(_at_employer(view), view)


def runs_at_employer(view: View) -> bool:
    """Whether it is still paid there: the last month may be as old as the policy says."""
    oldest = view.on - timedelta(days=view.rules.insurance.paid_within_days)
    return any(
        period.since <= view.on and (period.until is None or period.until >= oldest)
        for period in _at_employer(view)
    )


def _at_employer(view: View) -> Iterator[Period]:
    """What was paid in the division of the present unit, or in one in which that lies."""
    own = view.place
    for _, body in view.of(SocialInsurance):
        there = view.regions.get(body.region_code)
        if own is not None and there is not None and own.lies_in(there):
            yield from body.periods


def _months(periods: Iterator[Period], view: View) -> int:
    return stretches.months_in(((each.since, each.until) for each in periods), view.on)
