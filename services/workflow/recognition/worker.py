"""The sweep: what was not verified, or not confirmed, in time is told once to who stands above.

Any number of replicas may run this (`services.workflow.sweeps`).
"""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.act import Act
from services.workflow.recognition import moving, store
from services.workflow.recognition.states import RecognitionAction
from services.workflow.sweeps import AT_ONCE, Telling


class Unanswered(Telling):
    """Tells of requests whose last day is over."""

    name = "recognitions"

    async def late(self, tx: AsyncSession, today: date, after: UUID) -> list[UUID]:
        """Those that were not told yet."""
        return await store.unanswered(tx, today, after, AT_ONCE)

    async def tell(self, act: Act, wanted: UUID) -> None:
        """One of them."""
        row = await store.any_locked(act.tx, wanted)
        await moving.take(act, row, moving.judge(act, row, RecognitionAction.ESCALATE))
