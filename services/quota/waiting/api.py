"""The waiting order over HTTP: who was refused for lack of places."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.kit import audit
from services.kit.auth import CurrentActor
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.quota.contract import PostPool, TitleLevel
from services.quota.ledger.changes import places_changed
from services.quota.ledger.working import NUMBERS
from services.quota.policy import CurrentPolicies
from services.quota.waiting import store
from services.quota.waiting.errors import WaitingNotFound
from services.quota.waiting.model import Waiting
from services.quota.waiting.schemas import StrikeIn, WaitingOut

routes = router(prefix="/v1/waiting", tags=["waiting 等待岗位"])
LONGEST_PAGE = 100


@routes.get("", responses=refusals())
async def list_waiting(
    actor: CurrentActor,
    tx: Tx,
    unit_id: UUID | None = None,
    year: Annotated[int | None, Query(ge=1, le=9999)] = None,
    pool: PostPool | None = None,
    level: TitleLevel | None = None,
    first: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 20,
    after: UUID | None = None,
) -> Page[WaitingOut]:
    """Those refused for lack of places at the caller's own organisations and below, in the order of their first refusal."""
    given = {Waiting.unit_id: unit_id, Waiting.year: year, Waiting.pool: pool, Waiting.level: level}
    where = [column == value for column, value in given.items() if value is not None]
    found, total = await store.page(tx, actor, where=where, first=first, after=after)
    cursor = str(found[-1].id) if len(found) == first else None
    return Page(items=[WaitingOut.model_validate(each) for each in found], next_cursor=cursor, total=total)


@routes.post("/{waiting_id}/strike", responses=refusals(WaitingNotFound))
async def strike(
    waiting_id: UUID,
    body: StrikeIn,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[WaitingOut]:
    """Take a wish out of the order (the unit's recommender), with a reason that is kept in the audit."""
    gone = await store.strike(tx, waiting_id, actor)
    told = WaitingOut.model_validate(gone)
    basis = policies.of(gone.year).basis(NUMBERS[PostPool(gone.pool)])
    await audit.record(
        tx,
        actor=actor,
        action="waiting.STRIKE",
        subject=f"waiting/{waiting_id}",
        moment=moment,
        organisation_id=gone.unit_id,
        basis=basis,
        detail={"reason": body.reason, "level": gone.level},
    )
    if gone.told_at is not None:
        await places_changed(tx, gone.unit_id, PostPool(gone.pool), policies.of(gone.year), moment)
    return decided(told, basis)
