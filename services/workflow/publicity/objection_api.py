"""The HTTP face of objections, for those who decide on them."""

from uuid import UUID

from fastapi import Request

from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.sealing import Sealer
from services.kit.steps import (
    ActionNotAvailable,
    NotYourStep,
    RulesBroken,
    StaleVersion,
    available_actions,
    decide,
)
from services.workflow import rows
from services.workflow.act import Act, CurrentAct
from services.workflow.publicity import service, store
from services.workflow.publicity.errors import ObjectionNotFound
from services.workflow.publicity.model import Objection, Publicity
from services.workflow.publicity.objection import is_by, moved
from services.workflow.publicity.schemas import DecisionIn, ObjectionOut
from services.workflow.publicity.states import ObjectionAction, ObjectionState
from services.workflow.publicity.steps import OBJECTION_STEPS, ObjectionFacts

routes = router(tags=["publicity"])


@routes.get("/objections")
async def every_objection(
    actor: CurrentActor,
    tx: Tx,
    publicity_id: UUID | None = None,
    first: First = 20,
    after: After = None,
) -> Page[ObjectionOut]:
    """The objections the caller may decide on, newest first."""
    found, cursor = await page(tx, store.objections(actor, publicity_id), Objection.id, first, after)
    publicities = await store.by_id(tx, {each.publicity_id for each in found})
    items = []
    for each in found:
        facts = facts_of(each, publicities[each.publicity_id])
        items.append(ObjectionOut.of(each, available_actions(OBJECTION_STEPS, facts, actor)))
    return Page(items=items, next_cursor=cursor)


@routes.post(
    "/objections/{objection_id}/decide",
    responses=refusals(ObjectionNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion),
)
async def decide_on(
    objection_id: UUID, body: DecisionIn, act: CurrentAct, request: Request
) -> Decided[ObjectionOut]:
    """Uphold or dismiss an objection, with the reason."""
    objection = await store.objection(act.tx, objection_id, act.actor)
    publicity = await store.get(act.tx, objection.publicity_id)
    await service.lock(act.tx, publicity.id)
    await act.tx.refresh(objection)
    facts = await judged_by(act, objection, publicity, body.reason, request.app.state.sealer)
    articles = (await service.policy_of(act.tx, publicity, act.policies)).articles
    action = ObjectionAction.UPHOLD if body.upheld else ObjectionAction.DISMISS
    step = decide(OBJECTION_STEPS, facts, action, act.actor, articles, version=body.version)
    event = moved(objection, publicity, action, step.after)
    told = {"reason": body.reason, "decided_on": act.moment.today}
    await rows.take(act, objection, step, event=event, note=body.reason, **told)
    return decided(ObjectionOut.of(objection, []), step.basis)


def facts_of(objection: Objection, publicity: Publicity) -> ObjectionFacts:
    """What the table asks of an objection before anybody decides."""
    return ObjectionFacts(
        objection.id,
        ObjectionState(objection.state),
        objection.version,
        (*publicity.lineage, *objection.lineage),
        publicity.organisation_id,
    )


async def judged_by(
    act: Act, objection: Objection, publicity: Publicity, reason: str, sealer: Sealer
) -> ObjectionFacts:
    """What the rules ask of an objection and of the one who would decide on it."""
    return ObjectionFacts(
        objection.id,
        ObjectionState(objection.state),
        objection.version,
        (*publicity.lineage, *objection.lineage),
        publicity.organisation_id,
        by_author=is_by(objection, act.actor, sealer),
        concerned=any(map(act.actor.answers_for, publicity.concerned)),
        recommending=not act.actor.answering.isdisjoint(await store.recommended_by(act.tx, publicity)),
        reason=reason,
    )
