"""The sweep: what was not verified, or not confirmed, in time is told once to who stands above.

Any number of replicas may run this: whoever comes second to a request finds that it was told, and goes on.
"""

from uuid import UUID

from services.kit import clock
from services.kit.db import Database
from services.workflow.act import Act
from services.workflow.policy import Policies
from services.workflow.recognition import moving, store
from services.workflow.recognition.states import RecognitionAction
from services.workflow.sweeps import one_by_one
from services.workflow.system import SYSTEM

AT_ONCE = 100
"""How many requests are looked for at a time; each is told in a transaction of its own."""


class Unanswered:
    """Tells of requests whose last day is over."""

    def __init__(self, database: Database, policies: Policies, province: str, *, simulated: bool) -> None:
        self._database = database
        self._policies = policies
        self._province = province
        self._simulated = simulated

    async def once(self) -> int:
        """Everything that is late and was not told; how many were told by this sweep."""
        return await one_by_one("recognitions", self._due, self._tell)

    async def _due(self, after: UUID) -> list[UUID]:
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            return await store.unanswered(tx, moment.today, after, AT_ONCE)

    async def _tell(self, recognition_id: UUID) -> None:
        """One request; it is refused where it was answered meanwhile, or another replica has told it."""
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            act = Act(SYSTEM, moment, tx, self._policies, self._province)
            row = await store.any_locked(tx, recognition_id)
            move = moving.judge(act, row, RecognitionAction.ESCALATE)
            await moving.take(act, row, move)
