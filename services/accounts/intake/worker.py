"""The worker: checks and applies imports, one at a time in each process; whatever one leaves, another takes up.

An import is taken by a lease that is renewed with every chunk. A process that dies leaves its lease to run out, and
another goes on: with the check after the last chunk it kept, with the import itself from the beginning, for of that
nothing was kept.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import Desk, Installation
from services.accounts.intake import store
from services.accounts.intake.applying import apply
from services.accounts.intake.checking import check
from services.accounts.intake.judging import Job
from services.accounts.intake.model import Intake, IntakeRow
from services.accounts.intake.moving import move
from services.accounts.intake.states import AT_WORK, ENDED, Action, State
from services.accounts.settings import Settings
from services.kit import clock
from services.kit.background import at_work
from services.kit.db import Database
from services.kit.ids import new_id

log = structlog.get_logger(__name__)
MOST_ATTEMPTS = 5
"""So often work is begun without getting a chunk further; then the import has failed, and says so."""
FAULT, ABANDONED = "INTERNAL", "ABANDONED"
MOST_ABANDONED = 100
UPKEEP_SECONDS = 3600
CONNECTIONS = 2
"""One that imports, one that tells how far it has come."""


class LeaseLost(Exception):
    """Another worker has taken over."""


class Worker:
    """Works on imports until it is told to stop."""

    def __init__(self, db: Database, installation: Installation, settings: Settings) -> None:
        self._db = db
        self._installation = installation
        self._settings = settings
        self._upkeep_due = 0.0

    async def all(self) -> None:
        """Every import that waits, then what is due once an hour."""
        while await self.once():
            pass
        await self._upkeep()

    async def once(self) -> bool:
        """Take an import that waits, and do what it waits for; whether there was one."""
        lease = new_id()
        async with self._db.begin() as tx:
            taken = await store.take_work(tx, lease, self._settings.import_lease_seconds)
        if taken is None:
            return False
        intake_id, attempts = taken
        try:
            await self._work(intake_id, lease, attempts)
        except LeaseLost:
            log.warning("another worker has taken over", intake=str(intake_id))
        except Exception:
            log.exception("an import could not be worked on", intake=str(intake_id), attempts=attempts)
            async with self._db.begin() as tx:
                await store.let_go(tx, intake_id, lease)
            await asyncio.sleep(self._settings.import_poll_seconds)
        return True

    async def _work(self, intake_id: UUID, lease: UUID, attempts: int) -> None:
        async with self._db.begin() as tx:
            intake = await store.locked(tx, intake_id)
            if intake.state not in AT_WORK:
                return
            desk = await self._desk(tx)
            if attempts > MOST_ATTEMPTS:
                await move(tx, desk, intake, Action.FAIL, changes={"failure": FAULT})
                return
            seconds = self._settings.import_lease_seconds
            job, kind, state = Job.of(desk, intake), intake.what, State(intake.state)

        async def beat(within: AsyncSession, done: int, cursor: int | None = None) -> None:
            if not await store.beat(within, intake_id, lease, seconds, done, cursor):
                raise LeaseLost

        work = check if state is State.CHECKING else apply
        await work(self._db, job, kind, beat)

    async def _desk(self, tx: AsyncSession) -> Desk:
        moment = await clock.now(tx, simulated=self._settings.simulated_clock)
        return Desk(self._installation, moment)

    async def _upkeep(self) -> None:
        """End, once an hour, what nobody went on with, and forget the rows of imports that ended long ago."""
        now = asyncio.get_running_loop().time()
        if now < self._upkeep_due:
            return
        self._upkeep_due = now + UPKEEP_SECONDS
        async with self._db.begin() as tx:
            desk = await self._desk(tx)
            await end_abandoned(tx, desk)
            await forget_old(tx, desk.policy.intake.limits.keep_days)


async def end_abandoned(tx: AsyncSession, desk: Desk) -> None:
    """End imports that nobody went on with for as long as rows are kept; what they held of people is forgotten at once."""
    began = func.now() - timedelta(days=desk.policy.intake.limits.keep_days)
    old = select(Intake).where(Intake.state.in_((State.RECEIVING, State.CHECKED)), Intake.created_at < began)
    free = old.order_by(Intake.id).limit(MOST_ABANDONED).with_for_update(skip_locked=True)
    for intake in (await tx.scalars(free)).all():
        await move(tx, desk, intake, Action.FAIL, changes={"failure": ABANDONED})
        await store.forget(tx, [intake.id])


async def forget_old(tx: AsyncSession, keep_days: int) -> None:
    """Delete the rows of imports that ended more than `keep_days` ago, by the database's clock."""
    old = select(Intake.id).where(
        Intake.state.in_(ENDED), Intake.ended_at < func.now() - timedelta(days=keep_days)
    )
    await tx.execute(delete(IntakeRow).where(IntakeRow.intake_id.in_(old)))


@asynccontextmanager
async def working(installation: Installation, settings: Settings) -> AsyncIterator[None]:
    """Keep a worker at work in the background, with connections of its own: requests that wait cannot starve it."""
    async with Database(settings.async_database_url, pool_size=CONNECTIONS) as db:
        worker = Worker(db, installation, settings)
        async with at_work("imports", worker.all, every=settings.import_poll_seconds):
            yield
