"""The sweep: a declaration whose due day is over is told once to who stands above the reviewer that has it (三（一）).

Any number of replicas may run this: whoever comes second to a declaration finds that it was told, and goes on.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import structlog
from fastapi import FastAPI

from services.kit import clock
from services.kit.db import Database
from services.kit.errors import Refusal
from services.workflow.act import Act
from services.workflow.policy import Policies
from services.workflow.review_chain import escalation
from services.workflow.settings import Settings
from services.workflow.system import SYSTEM

log = structlog.get_logger(__name__)
FIRST = UUID(int=0)
AT_ONCE = 100
"""How many declarations are looked for at a time; each is told in a transaction of its own."""


class Escalation:
    """Tells of what is overdue."""

    def __init__(
        self, database: Database, policies: Policies, province: str, *, simulated: bool, every: float
    ) -> None:
        self._database = database
        self._policies = policies
        self._province = province
        self._simulated = simulated
        self._every = every

    async def run(self) -> None:
        """Sweep again and again until cancelled; no failure ends it."""
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.once()
            except Exception:
                log.exception("telling of overdue reviews failed")

    async def once(self) -> int:
        """Everything that is overdue and was not told; how many were told by this sweep."""
        after, told = FIRST, 0
        while due := await self._due(after):
            told += sum([await self._tell(each) for each in due])
            after = due[-1]
        return told

    async def _due(self, after: UUID) -> list[UUID]:
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            return await escalation.untold(tx, moment.today, after, AT_ONCE)

    async def _tell(self, declaration_id: UUID) -> bool:
        """One declaration; a refusal tells that it moved meanwhile, or that another replica has told it."""
        try:
            async with self._database.begin() as tx:
                moment = await clock.now(tx, simulated=self._simulated)
                await escalation.escalate(
                    Act(SYSTEM, moment, tx, self._policies, self._province), declaration_id
                )
        except Refusal:
            return False
        except Exception:
            log.exception("an overdue review was not told", declaration=str(declaration_id))
            return False
        return True


@asynccontextmanager
async def escalating(app: FastAPI, settings: Settings, policies: Policies) -> AsyncIterator[None]:
    """Keep the sweep, `app.state.escalation`, at work in the background."""
    app.state.escalation = Escalation(
        app.state.db,
        policies,
        settings.province,
        simulated=settings.simulated_clock,
        every=settings.escalation_seconds,
    )
    task = asyncio.create_task(app.state.escalation.run(), name="escalation")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
