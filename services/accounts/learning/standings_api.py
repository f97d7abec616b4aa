"""How an organisation's people stand in the online test, for whoever works on their cases."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.installation import CurrentDesk
from services.accounts.learning import standings as people
from services.accounts.learning.api import policy_of
from services.accounts.learning.schemas import FiguresOut, UnitFiguresOut, WaitingOut
from services.accounts.organisation import store as organisations
from services.accounts.organisation.errors import OrganisationNotFound
from services.accounts.policy import NoSuchCycle
from services.kit.auth import Actor, CurrentActor
from services.kit.db import Tx
from services.kit.http import Page, refusals, router
from services.kit.paging import After, First

standings = router(prefix="/v1/organisations/{organisation_id}/test", tags=["learning"])
REFUSED = refusals(OrganisationNotFound, NoSuchCycle)
Cycle = Annotated[int | None, Query(ge=1, le=9999, description="the year; else the one that rules now")]


@standings.get("", responses=REFUSED)
async def figures(
    organisation_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx, cycle: Cycle = None
) -> FiguresOut:
    """How many of the people of an organisation and below it have passed."""
    await _require(tx, actor, organisation_id)
    year = policy_of(desk, cycle).year
    found = await people.figures(tx, organisation_id, year)
    return FiguresOut.model_validate(_told(found, year))


@standings.get("/units", responses=REFUSED)
async def by_unit(
    organisation_id: UUID,
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
    cycle: Cycle = None,
    first: First = 50,
    after: After = None,
) -> Page[UnitFiguresOut]:
    """The same unit by unit."""
    await _require(tx, actor, organisation_id)
    year = policy_of(desk, cycle).year
    found = await people.by_unit(tx, organisation_id, year, first, after)
    items = [
        UnitFiguresOut(id=each.id, name=each.name, **_told(each.figures, year)) for each in found[:first]
    ]
    return Page(items=items, next_cursor=str(items[-1].id) if len(found) > first else None)


@standings.get("/waiting", responses=REFUSED)
async def waiting(
    organisation_id: UUID,
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
    cycle: Cycle = None,
    first: First = 50,
    after: After = None,
) -> Page[WaitingOut]:
    """Who of them has not passed yet, newest first: whom to remind."""
    await _require(tx, actor, organisation_id)
    found = await people.waiting(tx, organisation_id, policy_of(desk, cycle).year, first, after)
    items = [WaitingOut.model_validate(each, from_attributes=True) for each in found[:first]]
    return Page(items=items, next_cursor=str(items[-1].id) if len(found) > first else None)


async def _require(tx: AsyncSession, actor: Actor, organisation_id: UUID) -> None:
    """Refuse who works on no cases there, as if the organisation were not there."""
    lineage = await organisations.lineage_of(tx, organisation_id)
    if not lineage or not authorization.sees(Act.READ_PERSON, actor, lineage):
        raise OrganisationNotFound


def _told(found: people.Figures, year: int) -> dict[str, int]:
    return {
        "cycle": year,
        "people": found.people,
        "passed": found.passed,
        "failed": found.failed,
        "untried": found.untried,
    }
