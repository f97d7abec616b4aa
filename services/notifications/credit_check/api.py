"""Checks over HTTP: what each platform was asked, how often, and what it answered."""

from uuid import UUID

from sqlalchemy import select

from services.accounts.contract import Role
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.http import Page, router
from services.kit.paging import After, First, page
from services.notifications.credit_check.model import CreditCheck
from services.notifications.credit_check.schemas import CreditCheckOut
from services.notifications.credit_check.states import CheckState

routes = router(prefix="/v1/credit-checks", tags=["credit"])
READERS = (Role.TITLE_OFFICER, Role.SUPERVISOR)
STANDINGS = {
    CheckState.WAITING: (CreditCheck.delivered_at.is_(None), CreditCheck.dead_at.is_(None)),
    CheckState.ANSWERED: (CreditCheck.delivered_at.is_not(None),),
    CheckState.DROPPED: (CreditCheck.delivered_at.is_(None), CreditCheck.dead_at.is_not(None)),
}
"""What `CreditCheck.standing` tells, as conditions."""


@routes.get("")
async def every_check(
    actor: CurrentActor,
    tx: Tx,
    declaration_id: UUID | None = None,
    platform: str | None = None,
    standing: CheckState | None = None,
    first: First = 20,
    after: After = None,
) -> Page[CreditCheckOut]:
    """The checks of who declares below the caller, newest first (title officers, supervisors)."""
    query = select(CreditCheck).where(CreditCheck.lineage.overlap(actor.organisation_ids(*READERS)))
    if declaration_id is not None:
        query = query.where(CreditCheck.declaration_id == declaration_id)
    if platform is not None:
        query = query.where(CreditCheck.platform == platform)
    if standing is not None:
        query = query.where(*STANDINGS[standing])
    found, cursor = await page(tx, query, CreditCheck.id, first, after)
    return Page(items=[CreditCheckOut.model_validate(each) for each in found], next_cursor=cursor)
