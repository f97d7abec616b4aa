"""The sweep: what no committee has accepted when the year's run is over lapses, and its place is free again (三（六）).

Any number of replicas may run this: whoever comes second to a declaration finds that it has lapsed, and goes on.
"""

from functools import partial
from uuid import UUID

from sqlalchemy import select

from services.kit import clock
from services.kit.db import Database
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.service import window_of
from services.workflow.cycle.states import Window
from services.workflow.declaration import service, store
from services.workflow.declaration.states import Action
from services.workflow.policy import Policies
from services.workflow.sweeps import one_by_one
from services.workflow.system import SYSTEM

AT_ONCE = 100
"""How many declarations are looked for at a time; each lapses in a transaction of its own."""


class Sweep:
    """Lets lapse what was not accepted in its year."""

    def __init__(self, database: Database, policies: Policies, *, simulated: bool) -> None:
        self._database = database
        self._policies = policies
        self._simulated = simulated

    async def once(self) -> int:
        """Everything of every year whose run is over; how many lapsed by this sweep."""
        years = [partial(self._due, cycle_id) for cycle_id in await self._over()]
        return sum([await one_by_one("lapsing", due, self._lapse) for due in years])

    async def _over(self) -> list[UUID]:
        async with self._database.begin() as tx:
            today = (await clock.now(tx, simulated=self._simulated)).today
            every = await tx.scalars(select(Cycle).order_by(Cycle.id))
            return [cycle.id for cycle in every if window_of(cycle, Window.RUN).closes < today]

    async def _due(self, cycle_id: UUID, after: UUID) -> list[UUID]:
        async with self._database.begin() as tx:
            return list(await tx.scalars(store.unfinished(cycle_id, after, AT_ONCE)))

    async def _lapse(self, declaration_id: UUID) -> None:
        """One declaration; it is refused where it moved meanwhile, or the run was extended."""
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            await service.move(tx, declaration_id, Action.LAPSE, SYSTEM, moment, policies=self._policies)
