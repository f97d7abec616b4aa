"""Evaluations over HTTP."""

from uuid import UUID

from services.kit.errors import Unavailable
from services.kit.http import refusals, router
from services.workflow.declaration import store
from services.workflow.declaration.call import CurrentCall
from services.workflow.declaration.errors import DeclarationNotFound
from services.workflow.evaluation import service
from services.workflow.evaluation.schemas import EvaluationOut

routes = router(prefix="/v1/declarations", tags=["evaluation"])


@routes.get("/{declaration_id}/evaluation", responses=refusals(DeclarationNotFound, Unavailable))
async def evaluation(declaration_id: UUID, call: CurrentCall) -> EvaluationOut:
    """Item by item: met, not met, or for a person to judge, with what shows it; a draft too. Kept once accepted."""
    declaration = await store.get(call.tx, declaration_id, call.actor)
    found = await service.told(call, declaration)
    return EvaluationOut.of(declaration.id, found, call.language)
