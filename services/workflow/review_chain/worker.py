"""The sweep: a declaration whose due day is over is told once to who stands above the reviewer that has it (三（一）).

Any number of replicas may run this: whoever comes second to a declaration finds that it was told, and goes on.
"""

from datetime import date
from functools import partial
from uuid import UUID

from services.kit import clock
from services.kit.db import Database
from services.workflow.act import Act
from services.workflow.policy import Policies
from services.workflow.review_chain import escalation
from services.workflow.sweeps import FIRST, one_by_one
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
        due = partial(self._due, {FIRST: date.min})
        return await one_by_one("escalating", due, self._tell)

    async def _due(self, days: dict[UUID, date], after: UUID) -> list[UUID]:
        """The next behind one whose due day is among `days`."""
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            wanted = escalation.untold(moment.today, (days[after], after), AT_ONCE)
            found = {each.id: each.due_on for each in await tx.execute(wanted)}
            days |= found
            return list(found)

    async def _tell(self, declaration_id: UUID) -> None:
        """One declaration; it is refused where it moved meanwhile, or another replica has told it."""
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            act = Act(SYSTEM, moment, tx, self._policies, self._province)
            await escalation.escalate(act, declaration_id)
