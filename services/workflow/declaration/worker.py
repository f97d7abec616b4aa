"""The sweep: what no committee has accepted when the year's run is over lapses, and its place is free again (三（六）).

Any number of replicas may run this: whoever comes second to a declaration finds that it has lapsed, and goes on.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import structlog
from sqlalchemy import select

from services.kit import clock
from services.kit.db import Database
from services.kit.errors import Refusal
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.service import window_of
from services.workflow.cycle.states import Window
from services.workflow.declaration import service, store
from services.workflow.declaration.states import Action
from services.workflow.policy import Policies
from services.workflow.system import SYSTEM

log = structlog.get_logger(__name__)
FIRST = UUID(int=0)
AT_ONCE = 100
"""How many declarations are looked for at a time; each lapses in a transaction of its own."""


class Sweep:
    """Lets lapse what was not accepted in its year."""

    def __init__(self, database: Database, policies: Policies, *, simulated: bool, every: float) -> None:
        self._database = database
        self._policies = policies
        self._simulated = simulated
        self._every = every

    async def run(self) -> None:
        """Sweep again and again until cancelled; no failure ends it."""
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.once()
            except Exception:
                log.exception("sweeping declarations failed")

    async def once(self) -> int:
        """Everything of every year whose run is over; how many lapsed by this sweep."""
        return sum([await self._sweep(cycle_id) for cycle_id in await self._over()])

    async def _over(self) -> list[UUID]:
        async with self._database.begin() as tx:
            today = (await clock.now(tx, simulated=self._simulated)).today
            every = await tx.scalars(select(Cycle).order_by(Cycle.id))
            return [cycle.id for cycle in every if window_of(cycle, Window.RUN).closes < today]

    async def _sweep(self, cycle_id: UUID) -> int:
        after, lapsed = FIRST, 0
        while due := await self._due(cycle_id, after):
            lapsed += sum([await self._lapse(each) for each in due])
            after = due[-1]
        return lapsed

    async def _due(self, cycle_id: UUID, after: UUID) -> list[UUID]:
        async with self._database.begin() as tx:
            return await store.unfinished(tx, cycle_id, after, AT_ONCE)

    async def _lapse(self, declaration_id: UUID) -> bool:
        """One declaration; a refusal tells that it moved meanwhile, or that the run was extended."""
        try:
            async with self._database.begin() as tx:
                moment = await clock.now(tx, simulated=self._simulated)
                await service.move(tx, declaration_id, Action.LAPSE, SYSTEM, moment, policies=self._policies)
        except Refusal:
            return False
        except Exception:
            log.exception("a declaration did not lapse", declaration=str(declaration_id))
            return False
        return True


@asynccontextmanager
async def running(sweep: Sweep) -> AsyncIterator[None]:
    """Keep the sweep at work in the background."""
    task = asyncio.create_task(sweep.run(), name="sweep")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
