"""The worker: checks and applies, and takes back, imports of historic certificates, one at a time in a process.

A process that dies leaves its lease to run out, and another goes on: with the check after the last chunk that was kept,
with the import itself from the beginning, for of that nothing was kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import clock
from services.kit.db import Database
from services.kit.errors import Unavailable
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.neighbours.client import Neighbour
from services.workflow.act import Act
from services.workflow.historic import records, store, taking_back, working
from services.workflow.historic.errors import OnRecord, RowRepeated
from services.workflow.historic.judging import Job, Judge
from services.workflow.historic.moving import move
from services.workflow.historic.records import Same
from services.workflow.historic.states import AT_WORK, ImportAction, ImportState
from services.workflow.policy import Policies
from services.workflow.system import SYSTEM

log = structlog.get_logger(__name__)
CHUNK = 500
MOST_ATTEMPTS = 5
"""So often work is begun without getting a chunk further; then the import has failed, and says so."""
RECHECK = "导入前库中情况有变，重新校验"


@dataclass(frozen=True, slots=True)
class Shift:
    """One worker's hold of one import."""

    import_id: UUID
    lease: UUID
    seconds: float

    async def beat(self, tx: AsyncSession, done: int, cursor: int) -> None:
        """Tell within a transaction that the work goes on.

        Raises:
            LeaseLost: another has it.
        """
        await working.beat(tx, self.import_id, self.lease, self.seconds, done, cursor)


class Worker:
    """Works on imports."""

    def __init__(
        self,
        db: Database,
        policies: Policies,
        province: str,
        sealer: Sealer,
        accounts: Callable[[], Neighbour],
        *,
        simulated: bool,
    ) -> None:
        self._db, self._policies, self._province = db, policies, province
        self._sealer, self._accounts, self._simulated = sealer, accounts, simulated

    async def all(self) -> None:
        """Every import that waits, until none is left; then what nobody went on with is ended."""
        while await self.once():
            pass
        async with self._db.begin() as tx:
            for row in await store.abandoned(tx, self._policies.latest.historic.keep_days):
                await move(await self._act(tx), row, ImportAction.FAIL)
                await store.forget(tx, row.id)

    async def once(self) -> bool:
        """Take an import that waits, and do what it waits for; whether there was one."""
        lease, seconds = new_id(), self._policies.latest.historic.lease_seconds
        async with self._db.begin() as tx:
            taken = await working.take(tx, lease, seconds)
        if taken is None:
            return False
        import_id, attempts = taken
        try:
            await self._work(Shift(import_id, lease, seconds), attempts)
        except working.LeaseLost:
            log.warning("another worker has taken over", historic_import=str(import_id))
        except Unavailable:
            async with self._db.begin() as tx:
                await working.let_go(tx, import_id, lease, in_vain=False)
            return False
        except Exception:
            log.exception("an import could not be worked on", historic_import=str(import_id))
            async with self._db.begin() as tx:
                await working.let_go(tx, import_id, lease)
        return True

    async def _work(self, shift: Shift, attempts: int) -> None:
        async with self._db.begin() as tx:
            row = await store.locked(tx, shift.import_id)
            if row.state not in AT_WORK:
                return
            act = await self._act(tx)
            if attempts > MOST_ATTEMPTS:
                await move(act, row, ImportAction.FAIL)
                await store.forget(tx, row.id)
                return
            job, state = Job.of(act, row, self._sealer, self._accounts()), ImportState(row.state)
        work = {
            ImportState.CHECKING: self._check,
            ImportState.APPLYING: self._apply,
            ImportState.TAKING_BACK: self._take_back,
        }
        await work[state](shift, job)

    async def _act(self, tx: AsyncSession) -> Act:
        moment = await clock.now(tx, simulated=self._simulated)
        return Act(SYSTEM, moment, tx, self._policies, self._province)

    async def _check(self, shift: Shift, job: Job) -> None:
        """Check the rows that are not checked yet, then the file as a whole; it writes findings and nothing else."""
        judge = Judge(job)
        async with self._db.begin() as tx:
            work = await working.of(tx, job.import_id)
            cursor, done = work.cursor, work.done
        while True:
            async with self._db.begin() as tx:
                rows = await store.after(tx, job.import_id, cursor, CHUNK)
            if not rows:
                break
            judged = await judge.judge(rows)
            cursor, done = rows[-1][0], done + len(rows)
            async with self._db.begin() as tx:
                await shift.beat(tx, done, cursor)
                await store.mark(tx, job.import_id, judged)
        async with self._db.begin() as tx:
            row = await store.locked(tx, job.import_id)
            if row.state == ImportState.CHECKING:
                await shift.beat(tx, done, cursor)
                await _refuse(tx, job, await records.repeated(tx, job.import_id))
                await _refuse(tx, job, await records.on_record(tx, job.import_id))
                refused, unlinked = await store.counted(tx, job.import_id)
                await move(
                    await self._act(tx), row, ImportAction.CLOSE_CHECK, refused=refused, unlinked=unlinked
                )

    async def _apply(self, shift: Shift, job: Job) -> None:
        """Import all of it in one transaction; where a row is on record meanwhile, nothing, and check the file again."""
        try:
            await self._import(shift, job)
        except IntegrityError:
            log.warning("what was right when it was checked no longer is", historic_import=str(job.import_id))
            async with self._db.begin() as tx:
                await self._again(tx, job)

    async def _import(self, shift: Shift, job: Job) -> None:
        async with self._db.begin() as tx:
            await records.alone(tx, job.province)
            row = await store.locked(tx, job.import_id)
            if row.state != ImportState.APPLYING:
                return
            await shift.beat(tx, 0, 0)
            if await records.on_record(tx, job.import_id):
                await self._again(tx, job)
                return
            imported = await records.write(tx, job.import_id)
            await move(await self._act(tx), row, ImportAction.FINISH, imported=imported)
            await store.forget(tx, job.import_id)

    async def _take_back(self, shift: Shift, job: Job) -> None:
        """Declare its certificates void, some at a time; whoever takes over goes on with those that are not."""
        while True:
            async with self._db.begin() as tx:
                row = await store.locked(tx, job.import_id)
                if row.state != ImportState.TAKING_BACK:
                    return
                act, work = await self._act(tx), await working.of(tx, job.import_id)
                voided = await taking_back.void_some(act, row, work.cursor)
                if not voided:
                    await move(act, row, ImportAction.CLOSE_TAKE_BACK)
                    return
                await shift.beat(tx, work.done + len(voided), voided[-1])

    async def _again(self, tx: AsyncSession, job: Job) -> None:
        row = await store.locked(tx, job.import_id)
        if row.state == ImportState.APPLYING:
            await move(await self._act(tx), row, ImportAction.RECHECK, why=RECHECK, refused=0, unlinked=0)
            await working.restart(tx, job.import_id)


async def _refuse(tx: AsyncSession, job: Job, found: list[Same]) -> None:
    """Add what only the file as a whole shows to what was found of its rows."""
    told = [{"row_no": each.row_no, "refusal": job.told(_refusal(each))} for each in found]
    await store.refuse(tx, job.import_id, told)


def _refusal(same: Same) -> RowRepeated | OnRecord:
    if same.first:
        return RowRepeated(row=same.first, what_zh=same.zh, what_en=same.en, field="number")
    return OnRecord(what_zh=same.zh, what_en=same.en, field="number")
