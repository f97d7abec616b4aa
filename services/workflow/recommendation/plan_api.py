"""The HTTP face of recommendation plans (三（六）2)."""

from uuid import UUID

from services.kit.auth import Actor, PerhapsActor
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, StaleVersion, available_actions, decide
from services.workflow import rows
from services.workflow.act import CurrentAct
from services.workflow.contract import PlanPublished
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.errors import CycleNotFound, CycleNotOpen, OutsideWindow, RunOver
from services.workflow.cycle.service import require_window
from services.workflow.cycle.states import Window
from services.workflow.recommendation import store
from services.workflow.recommendation.conditions import require_recommender
from services.workflow.recommendation.errors import (
    NotARecommendingUnit,
    PlanExists,
    PlanIsPublic,
    PlanNotFound,
)
from services.workflow.recommendation.model import RecommendationPlan
from services.workflow.recommendation.schemas import PlanChange, PlanIn, PlanOut
from services.workflow.recommendation.states import PlanAction, PlanState
from services.workflow.recommendation.steps import PLAN_STEPS, PlanFacts
from services.workflow.shapes import ActionIn

routes = router(tags=["recommendation"])


@routes.post(
    "/recommendation-plans",
    status_code=201,
    responses=refusals(CycleNotFound, NotARecommendingUnit, PlanExists, CycleNotOpen, OutsideWindow, RunOver),
)
async def draft(body: PlanIn, act: CurrentAct) -> Decided[PlanOut]:
    """Draft the unit's plan of a cycle: policy, posts, conditions, procedure."""
    cycle = await cycle_store.get(act.tx, body.cycle_id)
    policy = act.policies[cycle.policy]
    seat = require_recommender(act.actor, body.unit_id, policy)
    window = require_window(cycle, Window.PLAN, act.moment)
    plan = RecommendationPlan(
        province=act.province,
        state=PlanState.DRAFT,
        published_at=None,
        lineage=[node.id for node in seat.lineage],
        **body.model_dump(),
    )
    basis = [policy.articles["plan_public"], window]
    await rows.begin(
        act, plan, seat, basis=basis, taken={"uq_recommendation_plan_unit_id_cycle_id": PlanExists()}
    )
    return decided(told(plan, act.actor), basis)


@routes.put("/recommendation-plans/{plan_id}", responses=refusals(PlanNotFound, PlanIsPublic, StaleVersion))
async def rewrite(plan_id: UUID, body: PlanChange, act: CurrentAct) -> Decided[PlanOut]:
    """Rewrite a draft; a published plan stays as it is."""
    plan = await store.locked_plan(act.tx, plan_id, act.actor)
    policy = act.policies[(await cycle_store.get(act.tx, plan.cycle_id)).policy]
    require_recommender(act.actor, plan.unit_id, policy)
    basis = [policy.articles["plan_public"]]
    if plan.state != PlanState.DRAFT:
        raise PlanIsPublic(basis=basis)
    if plan.version != body.version:
        raise StaleVersion(field="version")
    for name, value in body.model_dump(exclude={"version"}).items():
        setattr(plan, name, value)
    plan.version += 1
    await act.tx.flush()
    return decided(told(plan, act.actor), basis)


@routes.post(
    "/recommendation-plans/{plan_id}/actions/{action}",
    responses=refusals(PlanNotFound, ActionNotAvailable, NotYourStep, StaleVersion, OutsideWindow, RunOver),
)
async def move(
    plan_id: UUID, action: PlanAction, act: CurrentAct, body: ActionIn | None = None
) -> Decided[PlanOut]:
    """Publish the plan: anybody reads it, and the unit may recommend."""
    asked = body or ActionIn()
    plan = await store.plan(act.tx, plan_id, act.actor)
    cycle = await cycle_store.get(act.tx, plan.cycle_id)
    articles = act.policies[cycle.policy].articles
    step = decide(PLAN_STEPS, facts_of(plan), action, act.actor, articles, version=asked.version)
    window = require_window(cycle, Window.PLAN, act.moment)
    event = PlanPublished(
        plan_id=plan.id,
        cycle_id=cycle.id,
        year=cycle.year,
        unit_id=plan.unit_id,
        lineage=plan.lineage,
    )
    await rows.take(act, plan, step, event=event, note=asked.note, published_at=act.moment.instant)
    return decided(told(plan, act.actor), (*step.basis, window))


@routes.get("/recommendation-plans")
async def every_plan(
    actor: PerhapsActor,
    tx: Tx,
    unit_id: UUID | None = None,
    cycle_id: UUID | None = None,
    first: First = 20,
    after: After = None,
) -> Page[PlanOut]:
    """The published plans, newest first; public. Drafts are shown to their own organisation line."""
    found, cursor = await page(tx, store.plans(actor, unit_id, cycle_id), RecommendationPlan.id, first, after)
    return Page(items=[told(each, actor) for each in found], next_cursor=cursor)


@routes.get("/recommendation-plans/{plan_id}", responses=refusals(PlanNotFound))
async def one_plan(plan_id: UUID, actor: PerhapsActor, tx: Tx) -> PlanOut:
    """One plan; public once published."""
    return told(await store.plan(tx, plan_id, actor), actor)


def facts_of(plan: RecommendationPlan) -> PlanFacts:
    """What the steps of a plan ask."""
    return PlanFacts(plan.id, PlanState(plan.state), plan.version, tuple(plan.lineage), plan.unit_id)


def told(plan: RecommendationPlan, actor: Actor | None) -> PlanOut:
    """The plan with what its reader may do."""
    return PlanOut.of(plan, available_actions(PLAN_STEPS, facts_of(plan), actor) if actor else [])
