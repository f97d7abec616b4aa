"""What follows when a unit's places change: what rests on nothing is flagged, who waits is told."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.quota.policy import YearPolicy


async def places_changed(tx: AsyncSession, unit_id: UUID, policy: YearPolicy, moment: Moment) -> None:
    """Call it under the ledger's lock, after a release, an approval, a decision, a new targeted plan."""
    del tx, unit_id, policy, moment
