"""The sweep: a declaration whose due day is over is told once to who stands above the reviewer that has it (三（一）).

Any number of replicas may run this: whoever comes second to a declaration finds that it was told, and goes on.
"""

from uuid import UUID

from services.kit import clock
from services.kit.db import Database
from services.workflow.act import Act
from services.workflow.policy import Policies
from services.workflow.review_chain import escalation
from services.workflow.sweeps import one_by_one
from services.workflow.system import SYSTEM

AT_ONCE = 100
"""How many declarations are looked for at a time; each is told in a transaction of its own."""


class Escalation:
    """Tells of what is overdue."""

    def __init__(self, database: Database, policies: Policies, province: str, *, simulated: bool) -> None:
        self._database = database
        self._policies = policies
        self._province = province
        self._simulated = simulated

    async def once(self) -> int:
        """Everything that is overdue and was not told; how many were told by this sweep."""
        return await one_by_one("escalating", self._due, self._tell)

    async def _due(self, after: UUID) -> list[UUID]:
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            return await escalation.untold(tx, moment.today, after, AT_ONCE)

    async def _tell(self, declaration_id: UUID) -> None:
        """One declaration; it is refused where it moved meanwhile, or another replica has told it."""
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            act = Act(SYSTEM, moment, tx, self._policies, self._province)
            await escalation.escalate(act, declaration_id)
