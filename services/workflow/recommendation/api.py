"""The HTTP face of recommendations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor, CurrentActor, CurrentService
from services.kit.db import Tx
from services.kit.errors import Unavailable
from services.kit.http import READS, Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow.act import CurrentAct
from services.workflow.criteria.errors import NoCriteriaInForce
from services.workflow.cycle.errors import (
    DecidedByExamination,
    FeaturedElsewhere,
    OutsideWindow,
    RunOver,
    SeriesNotArranged,
    SpecialtyNotFiled,
    SpecialtyPast,
)
from services.workflow.recommendation import holding, store, verdicts
from services.workflow.recommendation.errors import (
    AlreadyRecommended,
    DeclaresDirectly,
    LevelNotInPlan,
    MaterialsNotJudged,
    NoHold,
    NotARecommendingUnit,
    OwnCase,
    PersonNotOfUnit,
    PlanNotFound,
    PlanNotPublished,
    RecommendationNotFound,
)
from services.workflow.recommendation.model import Recommendation
from services.workflow.recommendation.moving import move, plain_facts
from services.workflow.recommendation.neighbours import RecommendationNeighbours
from services.workflow.recommendation.plan_api import routes as plans
from services.workflow.recommendation.recommending import recommend
from services.workflow.recommendation.schemas import (
    IdsIn,
    Known,
    KnownOut,
    LookupIn,
    RecommendationIn,
    RecommendationOut,
    VerdictOut,
)
from services.workflow.recommendation.states import RecommendationAction, RecommendationState, UnitAction
from services.workflow.recommendation.steps import RECOMMENDATION_STEPS, RecommendationFacts
from services.workflow.registration.errors import AnotherWishRegistered, NotOnTheList, OthersStandBefore
from services.workflow.route.errors import (
    AssessmentNotAsked,
    NominationNotAsked,
    RouteContradicted,
    RouteNotOpen,
    RouteUnknown,
)
from services.workflow.shapes import ActionIn

routes = router(prefix="/v1", tags=["recommendation"])

AGAINST = (
    PlanNotFound,
    PlanNotPublished,
    NotARecommendingUnit,
    LevelNotInPlan,
    RouteUnknown,
    RouteContradicted,
    RouteNotOpen,
    AssessmentNotAsked,
    NominationNotAsked,
    PersonNotOfUnit,
    OwnCase,
    MaterialsNotJudged,
    NotOnTheList,
    AnotherWishRegistered,
    OthersStandBefore,
    DeclaresDirectly,
    AlreadyRecommended,
    SeriesNotArranged,
    SpecialtyNotFiled,
    FeaturedElsewhere,
    SpecialtyPast,
    DecidedByExamination,
    NoCriteriaInForce,
    OutsideWindow,
    RunOver,
    NoHold,
    Unavailable,
)


@routes.post("/recommendations", status_code=201, responses=refusals(*AGAINST))
async def create(
    body: RecommendationIn, act: CurrentAct, neighbours: RecommendationNeighbours
) -> Decided[RecommendationOut]:
    """Recommend a person of the unit; a post is held, or quota's refusal is told with its figures."""
    row, basis = await recommend(act, body, neighbours)
    return decided(await told(act.tx, row, act.actor), basis)


@routes.post("/recommendations/lookup")
async def lookup(body: LookupIn, tx: Tx, _: CurrentService) -> KnownOut:
    """Which of these recommendations exist and where they stand, and which are being made (services only).

    What is told as neither will never come to be: its id is given up before the answer leaves.
    """
    found, under_way = await holding.settle(tx, body.ids)
    return KnownOut(items=[Known.model_validate(each) for each in found], under_way=sorted(under_way))


@routes.post("/recommendations/by-id", openapi_extra=READS)
async def by_id(body: IdsIn, actor: CurrentActor, tx: Tx) -> Page[RecommendationOut]:
    """Recommendations of the caller's organisations, and the caller's own, by id; any other is left out."""
    return Page(items=await all_told(tx, await store.seen_of(tx, body.ids, actor), actor))


@routes.post(
    "/recommendations/{recommendation_id}/actions/{action}",
    responses=refusals(
        RecommendationNotFound,
        ActionNotAvailable,
        NotYourStep,
        RulesBroken,
        StaleVersion,
        OutsideWindow,
        RunOver,
        Unavailable,
    ),
)
async def act_on(
    recommendation_id: UUID,
    action: UnitAction,
    act: CurrentAct,
    neighbours: RecommendationNeighbours,
    body: ActionIn | None = None,
) -> Decided[RecommendationOut]:
    """Publicise it, confirm it once its publicity is over, or withdraw it (the unit)."""
    row, basis = await move(
        act, recommendation_id, RecommendationAction(action), body or ActionIn(), neighbours
    )
    return decided(await told(act.tx, row, act.actor), basis)


@routes.get("/recommendations")
async def every_recommendation(
    actor: CurrentActor,
    tx: Tx,
    plan_id: UUID | None = None,
    person_id: UUID | None = None,
    state: RecommendationState | None = None,
    first: First = 20,
    after: After = None,
) -> Page[RecommendationOut]:
    """The recommendations of the caller's organisations, and the caller's own; newest first."""
    query = store.recommendations(actor, plan_id, person_id, state)
    found, cursor = await page(tx, query, Recommendation.place, first, after)
    return Page(items=await all_told(tx, found, actor), next_cursor=cursor)


@routes.get("/recommendations/{recommendation_id}", responses=refusals(RecommendationNotFound))
async def one_recommendation(recommendation_id: UUID, actor: CurrentActor, tx: Tx) -> RecommendationOut:
    """One recommendation of the caller's organisations, or the caller's own."""
    return await told(tx, await store.seen(tx, recommendation_id, actor), actor)


async def told(tx: AsyncSession, row: Recommendation, actor: Actor) -> RecommendationOut:
    """The recommendation with its verdicts and with what its reader may do."""
    (only,) = await all_told(tx, [row], actor)
    return only


async def all_told(
    tx: AsyncSession, found: Sequence[Recommendation], actor: Actor
) -> list[RecommendationOut]:
    """The same of several, their verdicts read at once."""
    judged = await verdicts.of(tx, [each.id for each in found])
    items = []
    for row in found:
        facts = RecommendationFacts(**plain_facts(row))
        out = RecommendationOut.of(row, available_actions(RECOMMENDATION_STEPS, facts, actor))
        items.append(
            out.model_copy(update={"verdicts": [VerdictOut.model_validate(v) for v in judged[row.id]]})
        )
    return items


routes.include_router(plans)
