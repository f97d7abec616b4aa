"""The reviewer's worklist over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.kit.http import TELLS, Page, refusals, router
from services.kit.paging import First
from services.workflow.declaration import projection, telling
from services.workflow.declaration.call import Call, CurrentCall
from services.workflow.declaration.schemas import WaitingOut, WorklistCounts
from services.workflow.review_chain.errors import CursorUnreadable
from services.workflow.review_chain.states import Claimed, Due
from services.workflow.review_chain.worklist import Worklist, place_named, place_of

routes = router(prefix="/v1/worklist", tags=["declaration"])
After = Annotated[str | None, Query(max_length=60, description="`next_cursor` of the page before")]


def _of(call: Call) -> Worklist:
    return Worklist(call.actor, call.moment, call.policies)


@routes.get("", responses=refusals(CursorUnreadable), openapi_extra=TELLS)
async def listed(
    call: CurrentCall,
    due: Due | None = None,
    claimed: Claimed | None = None,
    batch_id: UUID | None = None,
    fields: projection.Fields = None,
    first: First = 20,
    after: After = None,
) -> Page[WaitingOut]:
    """What waits for the caller as reviewer or committee's office, nearest due day first; never the own case."""
    wanted = _of(call).page(due, claimed, first, place_named(after), batch_id)
    parts = projection.asked(fields)
    found = (await call.tx.scalars(projection.reading(wanted, parts))).all()
    told = await telling.several(call, found[:first], parts)
    items = [
        WaitingOut.model_construct(**dict(each), place=place_of(row))  # which has been validated already
        for each, row in zip(told, found, strict=False)
    ]
    return Page(items=items, next_cursor=items[-1].place if len(found) > first else None)


@routes.get("/counts", openapi_extra=TELLS)
async def counts(call: CurrentCall) -> WorklistCounts:
    """How much waits for the caller, how much of it is due soon or overdue, claimed by the caller or by nobody."""
    return WorklistCounts.model_validate((await call.tx.execute(_of(call).counts())).mappings().one())
