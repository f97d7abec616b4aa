"""The sweep: a case that is not taken up, investigated, decided or reviewed by its day is told above, once a step.

Any number of replicas may run this (`services.workflow.sweeps`).
"""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.act import Act
from services.workflow.integrity import service, store
from services.workflow.sweeps import AT_ONCE, Telling


class Undecided(Telling):
    """Tells of cases that are late."""

    name = "integrity cases"

    async def late(self, tx: AsyncSession, today: date, after: UUID) -> list[UUID]:
        """Those that were not told yet."""
        return list(await tx.scalars(store.untold(today, after, AT_ONCE)))

    async def tell(self, act: Act, wanted: UUID) -> None:
        """One of them."""
        await service.tell_above(act, wanted)
