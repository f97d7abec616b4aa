"""The HTTP face of review specialties (一（二）)."""

from typing import Literal
from uuid import UUID

from services.kit.auth import Actor, PerhapsActor
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, StaleVersion, available_actions
from services.workflow.act import CurrentAct
from services.workflow.cycle import listing, specialty, store
from services.workflow.cycle.errors import (
    AdjustsNothing,
    FeaturedForWhom,
    SeriesUnknown,
    SpecialtyExists,
    SpecialtyNotFound,
)
from services.workflow.cycle.model import Specialty
from services.workflow.cycle.schemas import AdjustmentIn, SpecialtyIn, SpecialtyOut
from services.workflow.cycle.service import specialty_facts
from services.workflow.cycle.states import SpecialtyAction, SpecialtyState
from services.workflow.cycle.steps import SPECIALTY_STEPS
from services.workflow.shapes import ActionIn

routes = router(tags=["cycle"])


@routes.post(
    "/specialties", status_code=201, responses=refusals(SeriesUnknown, SpecialtyExists, FeaturedForWhom)
)
async def propose(body: SpecialtyIn, act: CurrentAct) -> Decided[SpecialtyOut]:
    """Propose a review specialty; it is usable once the provincial HRSS has filed it."""
    proposed, basis = await specialty.propose(act, body)
    return decided(told(proposed, act.actor), basis)


@routes.post(
    "/specialties/{specialty_id}/adjustments",
    status_code=201,
    responses=refusals(
        *(SpecialtyNotFound, ActionNotAvailable, NotYourStep, StaleVersion),
        *(AdjustsNothing, SpecialtyExists, FeaturedForWhom),
    ),
)
async def adjust(specialty_id: UUID, body: AdjustmentIn, act: CurrentAct) -> Decided[SpecialtyOut]:
    """Propose a filed specialty anew, under another name or within other limits; it takes the former's place when filed."""
    proposed, basis = await specialty.adjust(act, specialty_id, body)
    return decided(told(proposed, act.actor), basis)


@routes.post(
    "/specialties/{specialty_id}/actions/{action}",
    responses=refusals(SpecialtyNotFound, ActionNotAvailable, NotYourStep, StaleVersion, SpecialtyExists),
)
async def move(
    specialty_id: UUID,
    action: Literal[
        SpecialtyAction.FILE, SpecialtyAction.WITHDRAW, SpecialtyAction.RETRACT, SpecialtyAction.REFUSE
    ],
    act: CurrentAct,
    body: ActionIn | None = None,
) -> Decided[SpecialtyOut]:
    """File what is proposed or refuse it (provincial HRSS), retract it, or propose that a filed specialty is withdrawn."""
    moved, basis = await specialty.move(act, specialty_id, action, body or ActionIn())
    return decided(told(moved, act.actor), basis)


@routes.get("/specialties")
async def every_specialty(
    actor: PerhapsActor,
    tx: Tx,
    series: str | None = None,
    state: SpecialtyState | None = None,
    first: First = 20,
    after: After = None,
) -> Page[SpecialtyOut]:
    """The registry of specialties, newest first; public."""
    found, cursor = await page(tx, listing.specialties(series, state), Specialty.id, first, after)
    return Page(items=[told(row, actor) for row in found], next_cursor=cursor)


@routes.get("/specialties/{specialty_id}", responses=refusals(SpecialtyNotFound))
async def one_specialty(specialty_id: UUID, actor: PerhapsActor, tx: Tx) -> SpecialtyOut:
    """One specialty; public."""
    return told(await store.specialty(tx, specialty_id), actor)


def told(row: Specialty, actor: Actor | None) -> SpecialtyOut:
    """The specialty with what its reader may do."""
    actions = available_actions(SPECIALTY_STEPS, specialty_facts(row), actor) if actor else []
    return SpecialtyOut.of(row, actions)
