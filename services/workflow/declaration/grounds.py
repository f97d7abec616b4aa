"""What a declaration rests on: the recommendation of a unit, or for who has none the own county (二（二）2)."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.accounts.contract import PersonFacts, Role
from services.kit.errors import Basis
from services.quota.contract import PostPool, TitleLevel
from services.workflow.batch import service as batches
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.featured import require_for
from services.workflow.cycle.model import Cycle, Specialty
from services.workflow.cycle.states import Window
from services.workflow.declaration.call import Call
from services.workflow.declaration.errors import (
    DeclaredThroughUnit,
    NoCountyAbove,
    NotRecommended,
    TestNotPassed,
)
from services.workflow.declaration.schemas import DirectIn
from services.workflow.integrity.bar import require_not_barred
from services.workflow.policy import NoticePolicy
from services.workflow.recommendation import store as recommendations
from services.workflow.recommendation.errors import RecommendationNotFound
from services.workflow.recommendation.model import Recommendation
from services.workflow.recommendation.states import RecommendationState
from services.workflow.review_chain.chain import Link, beginning_at, chain_of
from services.workflow.route import service as routes
from services.workflow.route.case import Case
from services.workflow.route.policy import Route
from services.workflow.route.standing import facts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Everything that a declaration takes over from what it rests on; directly declared, it has no unit.

    `path` is the line of organisations from the root to where the person belongs.
    """

    cycle_id: UUID
    person_id: UUID
    account_id: UUID
    person_name: str
    person_kind: str
    series: str
    specialty_id: UUID | None
    level: TitleLevel
    path: tuple[Link, ...]
    pool: PostPool = PostPool.GENERAL
    strict_reason: str | None = None
    route: str
    batch_id: UUID | None = None
    aid: dict[str, Any] | None = None
    recommendation_id: UUID | None = None
    unit_id: UUID | None = None
    unit_nature: str | None = None
    basis: tuple[Basis, ...] = field(default=())

    @property
    def lineage(self) -> list[UUID]:
        """The ids of the line."""
        return [link.id for link in self.path]


def chain_under(policy: NoticePolicy, path: tuple[Link, ...], kind: str, *, direct: bool) -> list[Link]:
    """Who reviews in turn: all on the line that the policy names for people of the kind, or for who declares directly the county and up."""
    chain = chain_of(path, policy.review_chain.places_for(path[-1].level, kind))
    return beginning_at(chain, policy.declaration.direct.to) if direct else chain


async def recommended(call: Call, recommendation_id: UUID) -> Ground:
    """The caller's confirmed recommendation, from here on locked: nobody withdraws what is being declared on.

    Raises:
        RecommendationNotFound: there is none by that id for the caller.
        Barred: by a finding of misconduct.
        NotRecommended: recommendation and publicity come first.
        TestNotPassed: so does the online test.
        OutsideWindow, SeriesNotArranged: declarations are not taken today, or not in this series.
    """
    source = await recommendations.get(call.tx, recommendation_id)
    if call.actor.person_id is None or call.actor.person_id != source.person_id:
        raise RecommendationNotFound(field="recommendation_id")
    call.actor.require(Role.APPLICANT)
    cycle = await cycle_store.get(call.tx, source.cycle_id)
    policy = call.policies[cycle.policy]
    window = cycles.require_window(cycle, policy.declaration.windows.first_submission, call.moment)
    await cycles.require_arranged(call.tx, cycle, source.series, policy)
    if source.state == RecommendationState.CONFIRMED:
        _require_test(await facts_of(call.accounts, source.person_id, cycle.year), cycle, policy)
    await require_not_barred(call.tx, source.person_id, call.moment.today, policy, "recommendation_id")
    held = await recommendations.lock(call.tx, source.id)
    if held.state != RecommendationState.CONFIRMED:
        raise NotRecommended(field="recommendation_id", basis=[policy.articles["declaration_order"]])
    return _of_recommendation(held, policy, (window, policy.articles["declaration_order"]))


def _of_recommendation(source: Recommendation, policy: NoticePolicy, basis: tuple[Basis, ...]) -> Ground:
    return Ground(
        cycle_id=source.cycle_id,
        person_id=source.person_id,
        account_id=source.account_id,
        person_name=source.person_name,
        person_kind=source.person_kind,
        series=source.series,
        specialty_id=source.specialty_id,
        level=TitleLevel(source.level),
        pool=PostPool(source.pool),
        strict_reason=policy.review_chain.strict_reason(source.route),
        route=source.route,
        aid=source.aid,
        path=tuple(Link.model_validate(each) for each in source.path),
        recommendation_id=source.id,
        unit_id=source.unit_id,
        unit_nature=source.unit_nature,
        basis=basis,
    )


async def direct(call: Call, asked: DirectIn) -> Ground:
    """The caller, who has no employer, before the own county: it takes no post, and no unit recommends (二（二）2).

    Raises:
        DeclaredThroughUnit: people of the caller's kind are recommended by their employer.
        NoCountyAbove, NoBatchOpen: the caller's account belongs to no county, or that has no batch for such people.
        TestNotPassed: the online test comes first.
        OutsideWindow, SeriesNotArranged, SpecialtyNotFiled, SpecialtyPast, DecidedByExamination, PassMarkNotPublished:
            nothing of the kind is taken today.
        FeaturedElsewhere: the specialty is for another region or industry.
        RouteNotOpen, Unavailable: what is asked by that route is not met, or not known.
    """
    call.actor.require(Role.APPLICANT)
    cycle = await cycle_store.get(call.tx, asked.cycle_id)
    policy = call.policies[cycle.policy]
    cycles.require_window(cycle, Window.RUN, call.moment)
    specialty, marked = await _reviewed(call, cycle, asked, policy)
    person = await _of_own_kind(call, cycle, policy)
    path = tuple(Link.model_validate(each.model_dump(mode="json")) for each in person.lineage)
    article = policy.articles[policy.declaration.direct.article(person.kind) or "declared_at_county"]
    chain = chain_under(policy, path, person.kind, direct=True)
    if person.employer_id is None or not chain:
        raise NoCountyAbove(basis=[article])
    route = routes.route_of(policy, None, PostPool.GENERAL, None, person.kind)
    batch_id, window = await _in_time(call, cycle, route.code, path, chain[0].name)
    await require_for(call.accounts, specialty, [each.id for each in path], policy)
    opened = await _open_to(call, policy, asked, person, route)
    return Ground(
        cycle_id=cycle.id,
        person_id=person.person_id,
        account_id=person.account_id,
        person_name=person.name,
        person_kind=person.kind,
        strict_reason=policy.review_chain.strict_reason(route.code),
        route=route.code,
        batch_id=batch_id,
        path=path,
        basis=tuple(dict.fromkeys((window, *marked, article, *opened))),
        **asked.model_dump(exclude={"cycle_id"}),
    )


async def _in_time(
    call: Call, cycle: Cycle, route: str, path: tuple[Link, ...], county: str
) -> tuple[UUID | None, Basis]:
    """The batch that it is in, if the route has any, and the article by which it is begun today."""
    policy = call.policies[cycle.policy]
    batch = await batches.require_published(call.tx, cycle, route, path, county, policy)
    first = policy.declaration.windows.first_submission
    window = cycles.require_window(cycle, first, call.moment, batch=batch)
    return batch.id if batch else None, window


async def _reviewed(
    call: Call, cycle: Cycle, asked: DirectIn, policy: NoticePolicy
) -> tuple[Specialty | None, tuple[Basis, ...]]:
    """The specialty of the wish, and what its level rests on where an examination comes first."""
    cycles.require_reviewed(policy, asked.series, asked.level)
    marked = await cycles.require_pass_mark(call.tx, cycle, asked.series, asked.level, policy)
    specialty = None
    if asked.specialty_id is not None:
        specialty = await cycles.require_specialty(call.tx, asked.specialty_id, asked.series, policy)
        cycles.require_reviewed(policy, asked.series, asked.level, specialty.name)
    await cycles.require_arranged(call.tx, cycle, asked.series, policy)
    return specialty, marked


async def _open_to(
    call: Call, policy: NoticePolicy, asked: DirectIn, person: PersonFacts, route: Route
) -> list[Basis]:
    """The articles on which the route is open to who has no unit."""
    specialty = asked.specialty_id and await cycle_store.specialty(call.tx, asked.specialty_id)
    mark = await cycle_store.pass_mark(call.tx, asked.cycle_id, asked.series, asked.level)
    named = specialty.name if specialty else None
    case = Case(person.kind, None, asked.series, named, asked.level, pass_mark=mark)
    facts = [check.fact for check in routes.checks_of(policy, case, route)]
    known = await routes.informed(call.accounts, call, case, facts, person)
    return routes.require_open(policy, known, route)


async def _of_own_kind(call: Call, cycle: Cycle, policy: NoticePolicy) -> PersonFacts:
    """The caller as accounts knows him or her: of a kind that declares directly, the test passed.

    Asked while nobody else can act on this person in this cycle: what a change of employer ends is not begun beside it.
    """
    person_id = call.actor.person_id
    if person_id is not None:
        await require_not_barred(call.tx, person_id, call.moment.today, policy, "direct")
        await recommendations.one_at_a_time(call.tx, person_id, cycle.id)
    person = None if person_id is None else await facts_of(call.accounts, person_id, cycle.year)
    if person is not None and policy.declaration.direct.article(person.kind) is None:
        unit = next((each.name for each in person.lineage if each.id == person.employer_id), "")
        articles = [policy.articles[key] for key in ("declared_at_unit", "declared_at_county")]
        raise DeclaredThroughUnit(
            kind=person.kind.zh, kind_code=person.kind.value, unit=unit, field="direct", basis=articles
        )
    return _require_test(person, cycle, policy)


def _require_test(person: PersonFacts | None, cycle: Cycle, policy: NoticePolicy) -> PersonFacts:
    """The person, who has passed the online test of the cycle (二（三）).

    Raises:
        TestNotPassed: accounts knows of no test that he or she passed.
    """
    if person is None or not person.test_passed:
        raise TestNotPassed(year=cycle.year, basis=[policy.articles["test_before_filling"]])
    return person
