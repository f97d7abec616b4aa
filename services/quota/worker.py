"""The reconciler: gives back places whose recommendation never came to be, after asking workflow.

A process that dies between holding a place here and writing the recommendation there leaves a hold that nobody will
ever end. Any number of replicas may run this; each hold is asked about by one of them at a time.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from pydantic import BaseModel, ValidationError

from services.kit import clock
from services.kit.db import Database
from services.kit.errors import Refusal
from services.neighbours.client import Neighbour
from services.quota.contract import ReservationState
from services.quota.policy import Policies
from services.quota.reservation import service, store
from services.quota.reservation.states import Action
from services.quota.settings import Settings

log = structlog.get_logger(__name__)
NOTE = "推荐未成立，岗位自动释放"


class _Known(BaseModel):
    id: UUID


class _Lookup(BaseModel):
    """The part of workflow's answer that matters here: the recommendations it knows, and those it is making.

    What is neither will never come to be: workflow has given it up before it answered.
    """

    items: list[_Known]
    under_way: list[UUID] = []


class Reconciler:
    """Asks workflow about holds of which nothing was heard, and gives back those it does not know."""

    def __init__(
        self, database: Database, policies: Policies, workflow: Neighbour, settings: Settings
    ) -> None:
        self._database = database
        self._policies = policies
        self._workflow = workflow
        self._settings = settings

    async def once(self) -> int:
        """One round; how many places were given back. Where workflow does not answer, none is."""
        held = await self._take_unknown()
        if not held:
            return 0
        told = await self._ask(list(held))
        if told is None:
            return 0
        known = {each.id for each in told.items}
        async with self._database.begin() as tx:
            await store.mark_known(tx, [each for each in held if each in known])
        lost = [held[each] for each in held if each not in known.union(told.under_way)]
        return sum([await self._give_back(reservation_id) for reservation_id in lost])

    async def _take_unknown(self) -> dict[UUID, UUID]:
        """Holds to ask about: recommendation to reservation."""
        grace = timedelta(seconds=self._settings.hold_grace_seconds)
        async with self._database.begin() as tx:
            found = await store.take_unknown(tx, older_than=grace, at_most=self._settings.reconcile_batch)
            return {each.recommendation_id: each.id for each in found}

    async def _ask(self, recommendation_ids: Sequence[UUID]) -> _Lookup | None:
        """What workflow says of them; None when it gives no answer that can be relied on."""
        try:
            asked = {"ids": [str(each) for each in recommendation_ids]}
            answer = await self._workflow.ask("/v1/recommendations/lookup", asked, as_service=True)
            return _Lookup.model_validate(answer)
        except (Refusal, ValidationError) as error:
            log.warning("workflow cannot be asked about holds", reason=str(error))
            return None

    async def _give_back(self, reservation_id: UUID) -> bool:
        """Release a hold, unless its recommendation was heard of meanwhile."""
        async with self._database.begin() as tx:
            found = await service.lock(tx, reservation_id, Action.RELEASE)
            if found.state != ReservationState.HELD or found.known_at is not None:
                return False
            moment = await clock.now(tx, simulated=self._settings.simulated_clock)
            policy = self._policies.of(found.year)
            await service.move(tx, reservation_id, Action.RELEASE, policy, moment, note=NOTE)
        log.info("place given back", reservation=str(reservation_id))
        return True
