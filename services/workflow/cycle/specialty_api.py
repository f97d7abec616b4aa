"""The HTTP face of review specialties (一（二）)."""

from uuid import UUID

from services.kit.auth import Actor, PerhapsActor
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, StaleVersion, available_actions, decide
from services.workflow import rows
from services.workflow.act import CurrentAct
from services.workflow.contract import SpecialtyFiled
from services.workflow.cycle import listing, store
from services.workflow.cycle.errors import FeaturedForWhom, SeriesUnknown, SpecialtyExists, SpecialtyNotFound
from services.workflow.cycle.model import Specialty
from services.workflow.cycle.schemas import SpecialtyIn, SpecialtyOut
from services.workflow.cycle.service import require_body, require_series, specialty_facts
from services.workflow.cycle.states import SpecialtyAction, SpecialtyState
from services.workflow.cycle.steps import SPECIALTY_STEPS
from services.workflow.shapes import ActionIn

routes = router(tags=["cycle"])


@routes.post(
    "/specialties", status_code=201, responses=refusals(SeriesUnknown, SpecialtyExists, FeaturedForWhom)
)
async def propose(body: SpecialtyIn, act: CurrentAct) -> Decided[SpecialtyOut]:
    """Propose a review specialty; it is usable once the provincial HRSS has filed it."""
    policy = act.policies.latest
    seat = require_body(act.actor, body.organisation_id)
    require_series(policy, body.series)
    if body.featured and not (body.region_code or body.industry):
        raise FeaturedForWhom(field="featured", basis=[policy.articles["specialty_filed"]])
    specialty = Specialty(
        province=act.province,
        state=SpecialtyState.PROPOSED,
        organisation_id=seat.organisation_id,
        lineage=[node.id for node in seat.lineage],
        **body.model_dump(exclude={"organisation_id"}),
    )
    basis = (policy.articles["specialty_filed"],)
    taken = {"uq_specialty_name": SpecialtyExists(name=body.name, field="name")}
    await rows.begin(act, specialty, seat, basis=basis, taken=taken)
    return decided(told(specialty, act.actor), basis)


@routes.post(
    "/specialties/{specialty_id}/actions/{action}",
    responses=refusals(SpecialtyNotFound, ActionNotAvailable, NotYourStep, StaleVersion),
)
async def move(
    specialty_id: UUID, action: SpecialtyAction, act: CurrentAct, body: ActionIn | None = None
) -> Decided[SpecialtyOut]:
    """File a specialty with the provincial HRSS."""
    asked = body or ActionIn()
    specialty = await store.specialty(act.tx, specialty_id)
    facts, articles = specialty_facts(specialty), act.policies.latest.articles
    step = decide(SPECIALTY_STEPS, facts, action, act.actor, articles, version=asked.version)
    event = SpecialtyFiled(
        specialty_id=specialty.id,
        series=specialty.series,
        name=specialty.name,
        organisation_id=specialty.organisation_id,
    )
    await rows.take(act, specialty, step, event=event, note=asked.note)
    return decided(told(specialty, act.actor), step.basis)


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


def told(specialty: Specialty, actor: Actor | None) -> SpecialtyOut:
    """The specialty with what its reader may do."""
    actions = available_actions(SPECIALTY_STEPS, specialty_facts(specialty), actor) if actor else []
    return SpecialtyOut.of(specialty, actions)
