"""The sweep: a report that is not taken up, or not decided on, by its day is told once to who stands above who checks it.

Any number of replicas may run this: whoever comes second to a report finds that it was told, and goes on.
"""

from uuid import UUID

from services.kit import clock
from services.kit.db import Database
from services.workflow.act import Act
from services.workflow.policy import Policies
from services.workflow.report import service, store
from services.workflow.sweeps import one_by_one
from services.workflow.system import SYSTEM

AT_ONCE = 100
"""How many reports are looked for at a time; each is told in a transaction of its own."""


class Unchecked:
    """Tells of reports whose check is late."""

    def __init__(self, database: Database, policies: Policies, province: str, *, simulated: bool) -> None:
        self._database = database
        self._policies = policies
        self._province = province
        self._simulated = simulated

    async def once(self) -> int:
        """Everything that is late and was not told; how many were told by this sweep."""
        return await one_by_one("reports", self._due, self._tell)

    async def _due(self, after: UUID) -> list[UUID]:
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            return list(await tx.scalars(store.untold(moment.today, after, AT_ONCE)))

    async def _tell(self, report_id: UUID) -> None:
        """One report; it is refused where it was decided on meanwhile, or another replica has told it."""
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            await service.tell_above(Act(SYSTEM, moment, tx, self._policies, self._province), report_id)
