"""The sweep: a case that is not taken up, investigated, decided or reviewed by its day is told above, once a step.

Any number of replicas may run this: whoever comes second to a case finds that it was told, and goes on.
"""

from uuid import UUID

from services.kit import clock
from services.kit.db import Database
from services.workflow.act import Act
from services.workflow.integrity import service, store
from services.workflow.policy import Policies
from services.workflow.sweeps import one_by_one
from services.workflow.system import SYSTEM

AT_ONCE = 100
"""How many cases are looked for at a time; each is told in a transaction of its own."""


class Undecided:
    """Tells of cases that are late."""

    def __init__(self, database: Database, policies: Policies, province: str, *, simulated: bool) -> None:
        self._database = database
        self._policies = policies
        self._province = province
        self._simulated = simulated

    async def once(self) -> int:
        """Everything that is late and was not told; how many were told by this sweep."""
        return await one_by_one("integrity cases", self._due, self._tell)

    async def _due(self, after: UUID) -> list[UUID]:
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            return list(await tx.scalars(store.untold(moment.today, after, AT_ONCE)))

    async def _tell(self, case_id: UUID) -> None:
        """One case; it is refused where it moved on meanwhile, or another replica has told it."""
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            await service.tell_above(Act(SYSTEM, moment, tx, self._policies, self._province), case_id)
