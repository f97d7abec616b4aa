"""What other concepts ask of routes: which one a wish takes, and whether it is open to the person."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from services.accounts.contract import PersonFacts, PersonKind
from services.kit.errors import Basis, Finding
from services.neighbours.client import Neighbour
from services.quota.contract import Ground, PostPool
from services.workflow.act import Act
from services.workflow.cycle import service as cycles
from services.workflow.policy import NoticePolicy
from services.workflow.route import rules
from services.workflow.route.case import Case, Judgement
from services.workflow.route.errors import (
    AssessmentNotAsked,
    NominationNotAsked,
    RouteContradicted,
    RouteNotOpen,
    RouteUnknown,
)
from services.workflow.route.policy import Check, Route
from services.workflow.route.standing import standing_of, unit_of
from services.workflow.route.states import Fact, Verdict, Work
from services.workflow.route.titles import outside


def posts_of(
    policy: NoticePolicy, code: str | None, pool: PostPool, ground: Ground | None
) -> tuple[PostPool, Ground | None]:
    """Pool and ground of a wish: those of the route that is named, else those that are told.

    Raises:
        RouteUnknown: there is no such route.
        RouteContradicted: what is told beside the route is not its own, or belongs to none.
    """
    if code is None:
        if not any(each.takes(pool, ground) for each in policy.routes.routes):
            raise RouteContradicted(field="ground")
        return pool, ground
    route = policy.routes.find(code)
    if route is None:
        raise RouteUnknown(year=policy.year, route=code, field="route")
    if ground not in (None, route.ground) or pool not in (PostPool.GENERAL, route.pool):
        raise RouteContradicted(field="route", basis=[policy.articles[route.article]])
    return route.pool, route.ground


def route_of(
    policy: NoticePolicy, code: str | None, pool: PostPool, ground: Ground | None, kind: PersonKind
) -> Route:
    """The route that is named, else the one that follows from posts, ground and kind of person.

    Raises:
        RouteUnknown: there is no such route.
        RouteContradicted: nothing follows from them.
    """
    route = policy.routes.find(code) if code else policy.routes.default(pool, ground, kind)
    if route is None:
        raise RouteUnknown(year=policy.year, route=code, field="route") if code else RouteContradicted()
    return route


def require_open(policy: NoticePolicy, case: Case, route: Route) -> list[Basis]:
    """The articles on which the route is open to the person.

    Raises:
        RouteNotOpen: a condition is not met, or what would meet it is not confirmed.
        AssessmentNotAsked, NominationNotAsked: the route rests on none.
    """
    against = [each.finding for each in judge(policy, case, route) if each.verdict is not Verdict.MET]
    _refuse(policy, route, against)
    if case.assessment is not None and not route.assessed:
        own = policy.articles[route.article]
        raise AssessmentNotAsked(title=route.title, route=route.code, field="assessment", basis=[own])
    if case.nominations and not route.nominated:
        own = policy.articles[route.article]
        raise NominationNotAsked(title=route.title, route=route.code, field="nominators", basis=[own])
    return _resting(policy, case, route)


def require_not_closed(policy: NoticePolicy, case: Case, route: Route) -> list[Basis]:
    """The articles on which the route is open to the person, or may yet be: what is declared may be confirmed.

    What the unit itself brings along comes with its recommendation.

    Raises:
        RouteNotOpen: a condition is not met, whatever is confirmed.
    """
    judged = judge(policy, case, route)
    against = [
        each.finding
        for each in judged
        if each.verdict is Verdict.NOT_MET and each.finding.code not in rules.ADDED_BY_UNIT
    ]
    _refuse(policy, route, against)
    return _resting(policy, case, route)


def _refuse(policy: NoticePolicy, route: Route, against: Sequence[Finding]) -> None:
    if not against:
        return
    own = policy.articles[route.article]
    raise RouteNotOpen(
        title=route.title,
        route=route.code,
        reasons="；".join(each.zh for each in against),
        reasons_en=" ".join(each.en for each in against),
        field=against[0].field,
        findings=against,
        basis=list(dict.fromkeys([own, *(basis for each in against for basis in each.basis)])),
    )


def _resting(policy: NoticePolicy, case: Case, route: Route) -> list[Basis]:
    resting = (
        *route.articles,
        *(each.article for each in checks_of(policy, case, route)),
    )
    return list(dict.fromkeys(policy.articles[key] for key in resting))


def checks_of(policy: NoticePolicy, case: Case, route: Route) -> tuple[Check, ...]:
    """What the route asks for this wish."""
    decided = cycles.require_level(policy, case.series, case.level).decided_in(case.specialty)
    return policy.routes.checks(route, case.nature, case.series, decided[case.level])


def judge(
    policy: NoticePolicy, case: Case, route: Route, checks: Iterable[Check] | None = None
) -> list[Judgement]:
    """Every condition of the route for the person (or these): met, not met, or open, each with its article."""
    asked = checks_of(policy, case, route) if checks is None else checks
    decided = cycles.require_series(policy, case.series).decided_in(case.specialty)
    beyond = outside(policy.routes.title_scopes, Work(case.series, case.specialty, route.pool))
    whole = replace(case, outside=tuple(beyond), decided=decided)
    return rules.judge(whole, route, asked, policy.articles)


def foresee(policy: NoticePolicy, case: Case, route: Route) -> list[Judgement]:
    """Whom the route is open to, judged, and every condition that it asks, of somebody of whom nothing is on record."""
    return rules.foreseen(case, route, checks_of(policy, case, route), policy.articles)


async def informed(
    accounts: Neighbour, act: Act, case: Case, facts: Collection[Fact], person: PersonFacts
) -> Case:
    """The case with what accounts knows of person and unit, as far as these facts are judged by it and it is not there.

    Raises:
        Unavailable: accounts does not answer.
    """
    if case.standing is None and rules.OF_RECORDS & set(facts):
        case = replace(case, standing=await standing_of(accounts, act.tx, person.person_id, act.moment.today))
    if rules.OF_UNIT & set(facts) and person.employer_id is not None:
        case = replace(case, unit=await unit_of(accounts, person.employer_id))
    return case
