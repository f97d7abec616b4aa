"""The worker: recalculates the province, one chunk of units a transaction; whatever one leaves, another takes up.

A recalculation is taken by a lease that is renewed with every chunk. A process that dies leaves its lease to run out,
and another goes on behind the last chunk that was kept: what a chunk wrote and how far it came are one transaction.
"""

from collections.abc import Mapping
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import clock
from services.kit.db import Database
from services.kit.errors import Refusal
from services.kit.ids import new_id
from services.neighbours.client import Neighbour
from services.quota.policy import Policies
from services.quota.recalculation import counting, service, store
from services.quota.recalculation.collecting import collect
from services.quota.recalculation.model import Recalculation
from services.quota.recalculation.states import Action, RecalculationState
from services.quota.settings import Settings
from services.quota.system import SYSTEM

log = structlog.get_logger(__name__)
FAULT = "INTERNAL"


class LeaseLost(Exception):
    """It was stopped, or another worker has taken it over."""


class Recalculator:
    """Works on recalculations until it is told to stop."""

    def __init__(
        self, database: Database, policies: Policies, accounts: Neighbour, settings: Settings
    ) -> None:
        self._database = database
        self._policies = policies
        self._accounts = accounts
        self._settings = settings

    async def all(self) -> None:
        """Every one that is at work, as far as it goes."""
        while await self.once():
            pass

    async def once(self) -> bool:
        """Take one that is at work, and go on with it as far as it goes; whether it came to its end."""
        lease = new_id()
        async with self._database.begin() as tx:
            taken = await store.take_work(tx, lease, self._settings.recalculation_lease_seconds)
        if taken is None:
            return False
        try:
            while await self._step(taken, lease):
                pass
        except LeaseLost:
            log.info("a recalculation was stopped or taken over", recalculation=str(taken))
        except Refusal as refusal:
            log.warning("a recalculation waits", recalculation=str(taken), reason=str(refusal))
            return await self._let_go(taken, lease, refusal.code)
        except Exception:
            log.exception("a recalculation came no further", recalculation=str(taken))
            return await self._let_go(taken, lease, FAULT)
        return True

    async def _let_go(self, taken: UUID, lease: UUID, problem: str) -> bool:
        async with self._database.begin() as tx:
            await store.let_go(tx, taken, lease, problem)
        return False

    async def _step(self, taken: UUID, lease: UUID) -> bool:
        """The next chunk, kept; whether there is more to do."""
        async with self._database.begin() as tx:
            job = await store.held(tx, taken, lease)
            if job is None:
                raise LeaseLost
            if job.state == RecalculationState.COLLECTING:
                await self._collect(tx, job, lease)
                return True
            return await self._count(tx, job, lease)

    async def _collect(self, tx: AsyncSession, job: Recalculation, lease: UUID) -> None:
        """Ask for some units; nobody waits for accounts with this one's row locked."""
        policy = self._policies.of(job.year)
        collected = await collect(tx, self._accounts, policy, job)
        if collected is not None:
            done = Recalculation.done + collected.number
            await self._beat(tx, job, lease, stage=collected.stage, cursor=collected.cursor, done=done)
            return
        job = await self._beat(tx, job, lease)
        begun = {"total": await counting.total(tx, policy), "done": 0, "cursor": None, "mark": new_id()}
        await self._move(tx, job, Action.COUNT, begun)

    async def _count(self, tx: AsyncSession, job: Recalculation, lease: UUID) -> bool:
        """Count some units, or add them up when all are counted."""
        job = await self._beat(tx, job, lease)
        if job.cursor == counting.LAST:
            await counting.add_up(tx, job.id, job.year)
            await self._move(tx, job, Action.FINISH, {"lease": None, "lease_until": None})
            return False
        policy = self._policies.of(job.year)
        chunk = await counting.next_chunk(tx, policy, job.cursor, self._settings.recalculation_batch)
        await counting.count(tx, policy, job.cursor, chunk.last)
        await self._beat(tx, job, lease, cursor=chunk.last, done=Recalculation.done + chunk.number)
        return True

    async def _beat(self, tx: AsyncSession, job: Recalculation, lease: UUID, **told: object) -> Recalculation:
        seconds = self._settings.recalculation_lease_seconds
        going = await store.beat(tx, job.id, lease, seconds, **told)
        if going is None:
            raise LeaseLost
        return going

    async def _move(
        self, tx: AsyncSession, job: Recalculation, action: Action, changes: Mapping[str, object]
    ) -> None:
        moment = await clock.now(tx, simulated=self._settings.simulated_clock)
        ended = {"ended_at": moment.instant} if action is Action.FINISH else {}
        policy = self._policies.of(job.year)
        await service.act(tx, job, action, policy, SYSTEM, moment, changes={**changes, **ended})
