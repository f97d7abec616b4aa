"""The sweep: what was not answered, or not decided on, in time is told once to who stands above who ordered it.

Any number of replicas may run this (`services.workflow.sweeps`).
"""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.act import Act
from services.workflow.supervision import finding, store
from services.workflow.supervision.states import FindingAction
from services.workflow.sweeps import AT_ONCE, Telling


class Uncorrected(Telling):
    """Tells of corrections, and of decisions on them, that are overdue."""

    name = "corrections"

    async def late(self, tx: AsyncSession, today: date, after: UUID) -> list[UUID]:
        """Those that were not told yet."""
        return await store.overdue(tx, today, after, AT_ONCE)

    async def tell(self, act: Act, wanted: UUID) -> None:
        """One of them."""
        found = await store.any_finding(act.tx, wanted)
        today = {"escalated_on": act.moment.today}
        await finding.take(act, found, FindingAction.ESCALATE, None, note=None, **today)
