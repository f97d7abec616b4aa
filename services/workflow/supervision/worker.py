"""The sweep: what was not answered, or not decided on, in time is told once to who stands above who ordered it.

Any number of replicas may run this: whoever comes second to a finding finds that it was told, and goes on.
"""

from uuid import UUID

from services.kit import clock
from services.kit.db import Database
from services.workflow.act import Act
from services.workflow.policy import Policies
from services.workflow.supervision import finding, store
from services.workflow.supervision.states import FindingAction
from services.workflow.sweeps import one_by_one
from services.workflow.system import SYSTEM

AT_ONCE = 100
"""How many findings are looked for at a time; each is told in a transaction of its own."""


class Uncorrected:
    """Tells of corrections, and of decisions on them, that are overdue."""

    def __init__(self, database: Database, policies: Policies, province: str, *, simulated: bool) -> None:
        self._database = database
        self._policies = policies
        self._province = province
        self._simulated = simulated

    async def once(self) -> int:
        """Everything that is overdue and was not told; how many were told by this sweep."""
        return await one_by_one("corrections", self._due, self._tell)

    async def _due(self, after: UUID) -> list[UUID]:
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            return await store.overdue(tx, moment.today, after, AT_ONCE)

    async def _tell(self, finding_id: UUID) -> None:
        """One finding; it is refused where it was answered meanwhile, or another replica has told it."""
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            act = Act(SYSTEM, moment, tx, self._policies, self._province)
            found = await store.any_finding(tx, finding_id)
            today = {"escalated_on": moment.today}
            await finding.take(act, found, FindingAction.ESCALATE, None, note=None, **today)
