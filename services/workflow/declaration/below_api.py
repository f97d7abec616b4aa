"""What happened to declarations, over HTTP: steps, returns, answers, rounds, approvals; of one, and of many at once."""

from uuid import UUID

from services.kit.http import READS, TELLS, Page, refusals, router
from services.kit.transition import histories_of
from services.workflow.declaration import below, errors, rounds, store, telling
from services.workflow.declaration.below import Below
from services.workflow.declaration.call import CurrentCall
from services.workflow.declaration.schemas import EndorsementOut, HistoryOut, IdsIn, ReturnOut
from services.workflow.declaration.section_schemas import ChangeOut, RoundOut
from services.workflow.review_chain import endorsement, returns
from services.workflow.review_chain.schemas import ReturnAnswerOut

routes = router(prefix="/v1/declarations", tags=["declaration"])


@routes.get("/{declaration_id}/history", responses=refusals(errors.DeclarationNotFound))
async def history(declaration_id: UUID, call: CurrentCall) -> Page[HistoryOut]:
    """Every step it has taken: who, for which organisation, when, why, on which basis; oldest first.

    Which expert closed its vote is not told here: that would tell who sat in the committee.
    """
    return await below.of_one(call, declaration_id, histories_of, telling.step)


@routes.post("/history/lookup", openapi_extra=READS | TELLS)
async def histories(body: IdsIn, call: CurrentCall) -> Page[Below[HistoryOut]]:
    """The steps of each of these declarations; what there is not, or is not the caller's to read, is left out."""
    return await below.of_each(call, body.ids, histories_of, telling.step)


@routes.get("/{declaration_id}/returns", responses=refusals(errors.DeclarationNotFound))
async def every_return(declaration_id: UUID, call: CurrentCall) -> Page[ReturnOut]:
    """Every return with its items and reasons, oldest first."""
    return await below.of_one(call, declaration_id, returns.of, ReturnOut.model_validate)


@routes.post("/returns/lookup", openapi_extra=READS | TELLS)
async def returns_of_each(body: IdsIn, call: CurrentCall) -> Page[Below[ReturnOut]]:
    """The returns of each of these declarations; what there is not, or is not the caller's to read, is left out."""
    return await below.of_each(call, body.ids, returns.of, ReturnOut.model_validate)


@routes.get("/{declaration_id}/answers", responses=refusals(errors.DeclarationNotFound))
async def every_answer(declaration_id: UUID, call: CurrentCall) -> Page[ReturnAnswerOut]:
    """What levels below answered to what had come back to them, oldest first."""
    return await below.of_one(call, declaration_id, returns.answers_of, ReturnAnswerOut.model_validate)


@routes.post("/answers/lookup", openapi_extra=READS | TELLS)
async def answers_of_each(body: IdsIn, call: CurrentCall) -> Page[Below[ReturnAnswerOut]]:
    """What was answered to returns of each of these declarations; what there is not, or is not the caller's to read, is left out."""
    return await below.of_each(call, body.ids, returns.answers_of, ReturnAnswerOut.model_validate)


@routes.get("/{declaration_id}/rounds", responses=refusals(errors.DeclarationNotFound))
async def every_round(declaration_id: UUID, call: CurrentCall) -> Page[RoundOut]:
    """The declaration as it was at each submission, oldest first."""
    return await below.of_one(call, declaration_id, rounds.of, RoundOut.model_validate)


@routes.post("/rounds/lookup", openapi_extra=READS | TELLS)
async def rounds_of_each(body: IdsIn, call: CurrentCall) -> Page[Below[RoundOut]]:
    """The submissions of each of these declarations; what there is not, or is not the caller's to read, is left out."""
    return await below.of_each(call, body.ids, rounds.of, RoundOut.model_validate)


@routes.get("/{declaration_id}/endorsements", responses=refusals(errors.DeclarationNotFound))
async def every_endorsement(declaration_id: UUID, call: CurrentCall) -> Page[EndorsementOut]:
    """Every approval by name, at each level and in each round, oldest first."""
    return await below.of_one(call, declaration_id, endorsement.of, EndorsementOut.model_validate)


@routes.post("/endorsements/lookup", openapi_extra=READS | TELLS)
async def endorsements_of_each(body: IdsIn, call: CurrentCall) -> Page[Below[EndorsementOut]]:
    """The approvals of each of these declarations; what there is not, or is not the caller's to read, is left out."""
    return await below.of_each(call, body.ids, endorsement.of, EndorsementOut.model_validate)


@routes.get("/{declaration_id}/changes", responses=refusals(errors.DeclarationNotFound, errors.RoundNotFound))
async def changes(declaration_id: UUID, from_round: int, to_round: int, call: CurrentCall) -> Page[ChangeOut]:
    """What changed from one round to another, in the order of the form, materials last."""
    declaration = await store.get(call.tx, declaration_id, call.actor)
    found = await rounds.between(call.tx, declaration.id, from_round, to_round)
    items = [ChangeOut.model_validate(each) for each in found]
    return Page(items=items, total=len(items))
