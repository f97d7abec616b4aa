"""What Annex 1 is applied to: the posts that a unit has."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.quota.annual_form.model import FormColumn
from services.quota.contract import PostPool
from services.quota.ledger.model import Ledger


async def approved_posts(tx: AsyncSession, unit_id: UUID, year: int) -> int | None:
    """The posts of all levels that the unit's form in force approves; None before any is approved."""
    total: int | None = await tx.scalar(
        select(func.sum(FormColumn.approved))
        .join(Ledger, Ledger.form_id == FormColumn.form_id)
        .where(Ledger.unit_id == unit_id, Ledger.year == year, Ledger.pool == PostPool.GENERAL)
    )
    return total
