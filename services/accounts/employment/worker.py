"""The sweep: what silence means. A person who did not answer ends the request, an employer who did not consents.

Any number of replicas may run this; each change is in the hand of one of them at a time.
"""

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.authorization import SYSTEM
from services.accounts.employment import change as employer_changes
from services.accounts.employment import changes
from services.accounts.employment.model import EmployerChange
from services.accounts.employment.states import Action, State
from services.accounts.installation import Desk, Installation
from services.accounts.organisation import closure
from services.kit import clock
from services.kit.db import Database
from services.kit.errors import Language, Refusal

log = structlog.get_logger(__name__)
SILENT_PERSON = "本人逾期未答复，申请终止"
SILENT_EMPLOYER = "原单位逾期未答复，视为放行"


class Sweep:
    """Carries out or ends the changes of employer whose last day to answer is over."""

    def __init__(self, database: Database, installation: Installation, *, simulated: bool) -> None:
        self._database = database
        self._installation = installation
        self._simulated = simulated

    async def all(self) -> int:
        """Every change that is due; how many there were."""
        swept = 0
        while await self.once():
            swept += 1
        return swept

    async def once(self) -> bool:
        """One change that is due, in a transaction of its own; False when none is left."""
        async with self._database.begin() as tx:
            await closure.hold(tx, self._installation.province)
            desk = Desk(self._installation, await clock.now(tx, simulated=self._simulated))
            due = await changes.take_due(tx, desk.moment.today, at_most=1)
            for change in due:
                action = await _follow(tx, desk, change)
                log.info("change of employer swept", change=str(change.id), action=action)
            return bool(due)


async def _follow(tx: AsyncSession, desk: Desk, change: EmployerChange) -> Action:
    """What follows from silence; a move that is no longer possible ends the change, and says what stands against it."""
    if change.state == State.ASKED:
        await employer_changes.move(tx, desk, SYSTEM, change, Action.LAPSE, note=SILENT_PERSON)
        return Action.LAPSE
    try:
        async with tx.begin_nested():
            await employer_changes.move(tx, desk, SYSTEM, change, Action.CARRY_OUT, note=SILENT_EMPLOYER)
            return Action.CARRY_OUT
    except Refusal as refusal:
        note = refusal.message(Language.ZH)
    await tx.refresh(change)
    await employer_changes.move(tx, desk, SYSTEM, change, Action.LAPSE, note=note)
    return Action.LAPSE
