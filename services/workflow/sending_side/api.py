"""What the sending side said, over HTTP."""

from uuid import UUID

from services.kit.http import READS, Decided, Page, decided, refusals, router
from services.kit.steps import RulesBroken
from services.workflow.declaration import below
from services.workflow.declaration.below import Below
from services.workflow.declaration.call import CurrentCall
from services.workflow.declaration.errors import DeclarationNotFound
from services.workflow.declaration.schemas import IdsIn
from services.workflow.sending_side import errors, service, store
from services.workflow.sending_side.schemas import SendingOpinionIn, SendingOpinionOut

routes = router(prefix="/v1/declarations", tags=["declaration"])


@routes.post(
    "/{declaration_id}/sending-opinions",
    status_code=201,
    responses=refusals(
        DeclarationNotFound,
        errors.NoSendingSide,
        errors.NotReviewingHere,
        errors.OpinionRecorded,
        errors.SheetMissing,
        errors.SignedInTheFuture,
        RulesBroken,
    ),
)
async def record(
    declaration_id: UUID, body: SendingOpinionIn, call: CurrentCall
) -> Decided[SendingOpinionOut]:
    """Record what a body of the sending side said, from its stamped sheet (who reviews the declaration now)."""
    row, basis = await service.record(call, declaration_id, body)
    return decided(SendingOpinionOut.model_validate(row), basis)


@routes.get("/{declaration_id}/sending-opinions", responses=refusals(DeclarationNotFound))
async def every_opinion(declaration_id: UUID, call: CurrentCall) -> Page[SendingOpinionOut]:
    """Everything the sending side said, oldest first."""
    return await below.of_one(call, declaration_id, store.of, SendingOpinionOut.model_validate)


@routes.post("/sending-opinions/lookup", openapi_extra=READS)
async def opinions_of_each(body: IdsIn, call: CurrentCall) -> Page[Below[SendingOpinionOut]]:
    """The same of each of these declarations; what there is not, or is not the caller's to read, is left out."""
    return await below.of_each(call, body.ids, store.of, SendingOpinionOut.model_validate)
