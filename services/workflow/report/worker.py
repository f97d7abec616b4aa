"""The sweep: a report that is not taken up, or not decided on, by its day is told once to who stands above who checks it.

Any number of replicas may run this (`services.workflow.sweeps`).
"""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.act import Act
from services.workflow.report import service, store
from services.workflow.sweeps import AT_ONCE, Telling


class Unchecked(Telling):
    """Tells of reports whose check is late."""

    name = "reports"

    async def late(self, tx: AsyncSession, today: date, after: UUID) -> list[UUID]:
        """Those that were not told yet."""
        return list(await tx.scalars(store.untold(today, after, AT_ONCE)))

    async def tell(self, act: Act, wanted: UUID) -> None:
        """One of them."""
        await service.tell_above(act, wanted)
