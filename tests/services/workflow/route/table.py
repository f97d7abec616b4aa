"""The table of routes as tests play it: for each route somebody whom it is open to, and everything that closes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from services.accounts.contract import OrganisationNature, PersonKind
from services.quota.contract import TitleLevel
from services.workflow.route.policy import Check, Route
from services.workflow.route.states import Fact
from tests.services.workflow.around import HERE
from tests.services.workflow.season import notice
from tests.services.workflow.stage import APPLICANT

TABLE = notice().routes.routes
RECOMMENDED = [route for route in TABLE if not route.direct]
DIRECT = [route for route in TABLE if route.direct]
EMPLOYED = [kind for kind in PersonKind if not any(kind in route.kinds for route in DIRECT)]
OPEN_SERIES, OPEN_LEVEL, ONE_BELOW = "AGRICULTURE", TitleLevel.ASSOCIATE_SENIOR, TitleLevel.MIDDLE
"""What the tests declare where a route does not say; review decides every level of the series."""
OTHER_SERIES = "HEALTH"
EXAMINED_SERIES = "ACCOUNTING"
"""One of whose senior levels takes an examination; another is obtained by review."""
BASIS = [{"cite": "依据", "summary": "依据"}]


@dataclass(frozen=True)
class Wish:
    """Somebody, what is on record of him or her, and for what the unit recommends."""

    kind: PersonKind
    nature: OrganisationNature
    series: str
    level: TitleLevel
    assessment: str | None
    nominators: tuple[dict[str, str], ...] = ()
    standing: dict[str, Any] = field(default_factory=dict)
    unit: dict[str, Any] = field(default_factory=lambda: dict(HERE))


EVERYWHERE = notice().routes.everywhere


EXPERTS = tuple(
    {"name": name, "title": "研究员", "unit": "中国科学院西北高原生物研究所"} for name in "甲乙丙"
)


def asked_of(route: Route) -> int:
    """By how many experts the route is to be nominated."""
    return sum(check.at_least or 0 for check in route.checks if check.fact is Fact.NOMINATED)


def fitting(route: Route) -> Wish:
    """Somebody whom the route is open to."""
    standing: dict[str, Any] = {}
    bound = [check for each in EVERYWHERE for check in each.checks]
    for check in (*route.checks, *bound):
        standing |= on_record(check, sure=True)
    return Wish(
        kind=route.kinds[0],
        nature=route.natures[0] if route.natures else OrganisationNature.PUBLIC_INSTITUTION,
        series=route.series[0] if route.series else OPEN_SERIES,
        level=route.levels[0] if route.levels else OPEN_LEVEL,
        assessment="考核〔2023〕7号" if route.assessed else None,
        nominators=EXPERTS[: asked_of(route)],
        standing=standing,
    )


def unfitting(route: Route) -> Iterator[tuple[str, str, Wish]]:
    """Everything that closes the route by itself: the finding it makes, its article, and the wish."""
    fit, articles = fitting(route), notice().articles
    own = articles[route.article].cite
    for kind in set(EMPLOYED) - set(route.kinds):
        yield "ROUTE_KIND", own, replace(fit, kind=kind)
    if route.natures:
        for nature in set(OrganisationNature) - set(route.natures):
            yield "ROUTE_NATURE", own, replace(fit, nature=nature)
    if route.levels:
        for level in set(TitleLevel) - set(route.levels):
            yield "ROUTE_LEVEL", own, replace(fit, level=level)
    if route.series:
        yield "ROUTE_SERIES", articles[route.series_article].cite, replace(fit, series=OTHER_SERIES)
    if route.decided_by:
        yield "ROUTE_DECIDED_BY", own, replace(fit, series=EXAMINED_SERIES)
    yield from _lacking(route.checks, fit)
    for each in EVERYWHERE:
        for nature in set(each.natures) & set(route.natures or OrganisationNature):
            yield from _lacking(each.checks, replace(fit, nature=nature))


def _lacking(checks: Iterable[Check], fit: Wish) -> Iterator[tuple[str, str, Wish]]:
    """Everything that keeps one of the conditions from being met."""
    for check in checks:
        cite = notice().articles[check.article].cite
        if check.fact is Fact.REGISTERED_HERE:
            yield check.fact, cite, replace(fit, unit=HERE | {"uscc": "91510104710001234X"})
            yield check.fact, cite, replace(fit, unit=HERE | {"uscc": None})
            continue
        if check.fact is Fact.ASSESSMENT:
            yield check.fact, cite, replace(fit, assessment=None)
            continue
        if check.fact is Fact.NOMINATED:
            oneself = EXPERTS[0] | {"name": APPLICANT}
            for experts in (EXPERTS[:1], (), (*fit.nominators, oneself)):
                yield check.fact, cite, replace(fit, nominators=experts)
            continue
        for lacking in (on_record(check, sure=False), *missing(check)):
            yield check.fact, cite, replace(fit, standing=fit.standing | lacking)


def on_record(check: Check, *, sure: bool) -> dict[str, Any]:
    """What of a standing meets a condition: confirmed, or only declared so far."""
    need, first = check.at_least or 0, (*check.after, None)[0]
    told: dict[Fact, dict[str, Any]] = {
        Fact.ASSESSMENT: {},
        Fact.NOMINATED: {},
        Fact.REGISTERED_HERE: {},
        Fact.CONTRACT_WITH_EMPLOYER: {"contract_with_employer": "YES" if sure else "UNKNOWN"},
        Fact.INSURED_AT_UNIT: insured(need, sure=sure),
        Fact.HONOUR: {"honours": [honour(check.honours, sure=sure)]},
        Fact.IN_PRIVATE_ENTERPRISE: {"in_private_enterprise": "YES" if sure else "UNKNOWN"},
        Fact.PRIVATE_SERVICE: {
            "private_service": [service(first.education[0], first.years * 12, sure=sure)] if first else []
        },
        Fact.AID_MONTHS: {"aid_months": amount(need, sure=sure)},
        Fact.AID_EXCELLENT_YEARS: {"aid_excellent_years": amount(need, sure=sure)},
        Fact.PRESENT_TITLE_VALID: {},
        Fact.EXAMINATION: {"examinations": [examination(500, sure=sure)]},
        Fact.ONE_LEVEL_UP: {"titles": [title(ONE_BELOW, sure=sure)]},
    }
    return told[check.fact]


def missing(check: Check) -> Iterator[dict[str, Any]]:
    """What of a standing does not meet a condition though it comes near."""
    one_less = (check.at_least or 0) - 1
    none: dict[Fact, list[dict[str, Any]]] = {
        Fact.CONTRACT_WITH_EMPLOYER: [{"contract_with_employer": "NO"}],
        Fact.INSURED_AT_UNIT: [
            insured(one_less),
            insured(500, running="NO"),
            insured(500, running="UNKNOWN"),
        ],
        Fact.HONOUR: [{"honours": told} for told in _honours(check)],
        Fact.IN_PRIVATE_ENTERPRISE: [{"in_private_enterprise": "NO"}],
        Fact.PRIVATE_SERVICE: [
            {"private_service": [service(level, months)]}
            for level, months in (
                *((each.education[0], each.years * 12 - 1) for each in check.after),
                ("SECONDARY", 500),
            )
        ],
        Fact.AID_MONTHS: [{"aid_months": amount(one_less)}],
        Fact.AID_EXCELLENT_YEARS: [{"aid_excellent_years": amount(one_less)}],
        Fact.ONE_LEVEL_UP: [
            {"titles": [title(level) for level in held]}
            for held in (
                [TitleLevel.JUNIOR],
                [OPEN_LEVEL],
                [TitleLevel.FULL_SENIOR],
                [ONE_BELOW, OPEN_LEVEL],
                [],
            )
        ]
        + [{"titles": [title(ONE_BELOW, OTHER_SERIES)]}],
    }
    yield from none[check.fact]


def _honours(check: Check) -> Iterator[list[dict[str, Any]]]:
    """None, one of a contest that does not count, one of the other list."""
    yield []
    yield [honour(check.honours) | {"counts": False, "place": "GOLD", "role": "COACH"}]
    yield [honour("PROVINCIAL" if check.honours == "NATIONAL" else "NATIONAL")]


def amount(figure: int, *, sure: bool = True) -> dict[str, int]:
    """A figure, confirmed or only declared."""
    return {"confirmed": figure if sure else 0, "with_declared": figure}


def insured(months: int, *, running: str = "YES", sure: bool = True) -> dict[str, Any]:
    """Months of insurance at the unit's place, and whether it is still paid there."""
    still = running if sure else "UNKNOWN"
    return {"insurance_at_employer": amount(months, sure=sure), "insured_at_employer": still}


def service(counts_as: str, months: int, *, sure: bool = True) -> dict[str, Any]:
    """Months in private enterprises after a graduation."""
    return {
        "counts_as": counts_as,
        "graduated_on": "2010-07-01",
        "months": amount(months, sure=sure),
    }


def honour(level: str | None, *, sure: bool = True) -> dict[str, Any]:
    """An honour that counts."""
    return {
        "record_id": str(uuid4()),
        "honour": "某项荣誉",
        "level": level,
        "awarded_on": "2021-09-30",
        "place": None,
        "role": None,
        "counts": True,
        "confirmed": sure,
        "basis": BASIS,
    }


def examination(
    mark: int, level: TitleLevel = OPEN_LEVEL, series: str = EXAMINED_SERIES, *, sure: bool = True
) -> dict[str, Any]:
    """What was reached in an examination."""
    told = {"record_id": str(uuid4()), "series": series, "title_level": level, "mark": mark}
    return {**told, "held_on": "2023-05-13", "confirmed": sure}


def title(level: TitleLevel, series: str = OPEN_SERIES, *, sure: bool = True) -> dict[str, Any]:
    """A title held."""
    return {
        "record_id": str(uuid4()),
        "series": series,
        "specialty": None,
        "title_level": level,
        "title_name": "某资格",
        "obtained_on": "2016-12-01",
        "limits": [],
        "confirmed": sure,
        "basis": [],
    }


PRIVATE = {
    name: told
    for each in EVERYWHERE
    for check in each.checks
    for name, told in on_record(check, sure=True).items()
}
"""What is on record of somebody whom a private enterprise recommends."""
