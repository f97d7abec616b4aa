"""The chain of reviews over HTTP: in advance, and of what is under way."""

from uuid import UUID

from services.accounts.contract import PersonKind
from services.kit.http import READS, Page, refusals, router
from services.quota.contract import TitleLevel
from services.workflow.committee.errors import OrganisationUnknown
from services.workflow.cycle import store as cycles
from services.workflow.cycle.errors import CycleNotFound, LevelNotInSeries, SeriesUnknown
from services.workflow.declaration import store
from services.workflow.declaration.call import CurrentCall
from services.workflow.declaration.errors import DeclarationNotFound
from services.workflow.declaration.projection import Part
from services.workflow.declaration.schemas import IdsIn
from services.workflow.recommendation import store as recommendations
from services.workflow.recommendation.errors import RecommendationNotFound
from services.workflow.review_chain import overview
from services.workflow.review_chain.schemas import ChainOfOut, ReviewChainOut
from services.workflow.shapes import Code

routes = router(prefix="/v1", tags=["declaration"])
CHAIN: tuple[Part, ...] = ("chain",)
"""What of a declaration its chain is told from."""


@routes.get(
    "/review-chain", responses=refusals(CycleNotFound, SeriesUnknown, LevelNotInSeries, OrganisationUnknown)
)
async def before_starting(
    cycle_id: UUID,
    unit_id: UUID,
    kind: PersonKind,
    series: Code,
    level: TitleLevel,
    call: CurrentCall,
    specialty_id: UUID | None = None,
) -> ReviewChainOut:
    """Who would review, for somebody of that kind in that unit, or in that county where such people declare directly."""
    cycle = await cycles.get(call.tx, cycle_id)
    wish = overview.Wish((), unit_id, kind, series, specialty_id, level)
    return await overview.before_starting(call, unit_id, wish, cycle)


@routes.get("/recommendations/{recommendation_id}/chain", responses=refusals(RecommendationNotFound))
async def of_recommendation(recommendation_id: UUID, call: CurrentCall) -> ReviewChainOut:
    """Who reviews what was recommended, in turn, and by when at the latest."""
    row = await recommendations.seen(call.tx, recommendation_id, call.actor)
    return await overview.of_recommendation(call, row, await cycles.get(call.tx, row.cycle_id))


@routes.get("/declarations/{declaration_id}/chain", responses=refusals(DeclarationNotFound))
async def of_declaration(declaration_id: UUID, call: CurrentCall) -> ReviewChainOut:
    """Who reviews a declaration in turn: when it came and went and who answered, and by when the next at the latest."""
    row = await store.get(call.tx, declaration_id, call.actor)
    return await overview.of_declaration(call, row)


@routes.post("/declarations/chain/lookup", openapi_extra=READS)
async def of_declarations(body: IdsIn, call: CurrentCall) -> Page[ChainOfOut]:
    """The same of each of these declarations; left out is what there is not, is not the caller's to read, or is refused alone."""
    rows = await store.looked_up(call.tx, body.ids, call.actor, CHAIN)
    told = await overview.of_declarations(call, rows)
    return Page(items=[ChainOfOut(id=key, **chain.model_dump()) for key, chain in told.items()])
