"""What is open to a person before anything is begun: every level of a series by every route, and why not (whatIf)."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.accounts.contract import OrganisationNature, PersonFacts, PersonKind
from services.kit.errors import Basis, Unavailable
from services.neighbours.client import Neighbour
from services.quota.contract import TitleLevel
from services.workflow.act import Act
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.states import DecidedBy
from services.workflow.policy import NoticePolicy
from services.workflow.route import rules, service
from services.workflow.route.case import Case, Judgement, Nomination
from services.workflow.route.policy import Route
from services.workflow.route.standing import facts_of
from services.workflow.route.states import EXPERTS_AT_MOST, Fact, Verdict

ASSUMED = "assumed"
"""Stands for the document of an assessment that the unit has yet to make."""
NOMINATED = (Nomination(ASSUMED, own=False),) * EXPERTS_AT_MOST
"""Stands for the experts who have yet to nominate."""


@dataclass(frozen=True, slots=True)
class ByRoute:
    """A route, its conditions judged, and what follows from all of them."""

    route: Route
    judged: list[Judgement]

    @property
    def verdict(self) -> Verdict:
        """The worst of its conditions."""
        return rules.worst(each.verdict for each in self.judged)


@dataclass(frozen=True, slots=True)
class AtLevel:
    """A level of the series: how it is obtained, on which article where nothing is declared for it, and by which routes."""

    level: TitleLevel
    by: DecidedBy
    basis: list[Basis]
    routes: list[ByRoute]


@dataclass(frozen=True, slots=True)
class Question:
    """In which series and specialty, and whether the unit would assess the person, or experts nominate him or her."""

    series: str
    specialty: str | None
    assessed: bool
    nominated: bool


async def outlook(
    act: Act, accounts: Neighbour, person_id: UUID, policy: NoticePolicy, asked: Question
) -> list[AtLevel]:
    """Every level of the series by every route, for the person as accounts knows him or her today.

    Raises:
        SeriesUnknown: there is no such series.
        Unavailable: accounts does not answer.
    """
    series = cycles.require_series(policy, asked.series)
    person = await facts_of(accounts, person_id, policy.year)
    if person is None:
        raise Unavailable(part="accounts")
    levels = {level: _case(person, asked, level) for level in series.levels}
    known = await service.informed(accounts, act, next(iter(levels.values())), tuple(Fact), person)
    decided = series.decided_in(asked.specialty)
    marks = await cycle_store.pass_marks(act.tx, policy.year, asked.series)
    return [
        _at_level(
            policy,
            decided[level],
            replace(case, standing=known.standing, unit=known.unit, pass_mark=marks.get(level)),
        )
        for level, case in levels.items()
    ]


def supposed(
    policy: NoticePolicy, kind: PersonKind, nature: OrganisationNature | None, asked: Question
) -> list[AtLevel]:
    """The same for whoever is supposed to belong to a unit so: whom routes are open to is judged, the rest is told.

    Raises:
        SeriesUnknown: there is no such series.
    """
    series = cycles.require_series(policy, asked.series)
    decided = series.decided_in(asked.specialty)
    told = []
    for level in series.levels:
        case = Case(kind, nature, asked.series, asked.specialty, level, decided=decided)
        told.append(_at_level(policy, decided[level], case, foreseen=True))
    return told


def _case(person: PersonFacts, asked: Question, level: TitleLevel) -> Case:
    return Case(
        kind=person.kind,
        nature=person.employer_nature,
        series=asked.series,
        specialty=asked.specialty,
        level=level,
        assessment=ASSUMED if asked.assessed else None,
        nominations=NOMINATED if asked.nominated else (),
    )


def _at_level(policy: NoticePolicy, by: DecidedBy, case: Case, *, foreseen: bool = False) -> AtLevel:
    """Nothing is declared for a level that an examination decides."""
    if by is DecidedBy.EXAMINATION:
        return AtLevel(case.level, by, [policy.articles["decided_by_examination"]], [])
    judge = service.foresee if foreseen else service.judge
    routes = [ByRoute(route, judge(policy, case, route)) for route in policy.routes.routes]
    return AtLevel(case.level, by, [], routes)
