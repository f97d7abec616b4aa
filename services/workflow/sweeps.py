"""A sweep's way through what is due.

Any number of replicas may run them: whoever comes second to something finds it done, and goes on.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from datetime import date
from typing import ClassVar
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import clock
from services.kit.db import Database
from services.kit.errors import Refusal
from services.workflow.act import Act
from services.workflow.policy import Policies
from services.workflow.system import SYSTEM

log = structlog.get_logger(__name__)
FIRST = UUID(int=0)
AT_ONCE = 100
"""How many late things are looked for at a time; each is told in a transaction of its own."""


async def one_by_one(
    name: str,
    due: Callable[[UUID], Awaitable[list[UUID]]],
    act: Callable[[UUID], Awaitable[None]],
) -> int:
    """Act on all that `due` tells behind an id; how many were acted on, what fails stops nothing behind it."""
    after, done = FIRST, 0
    while found := await due(after):
        done += sum([await _acted(name, act, each) for each in found])
        after = found[-1]
    return done


async def _acted(name: str, act: Callable[[UUID], Awaitable[None]], wanted: UUID) -> bool:
    """A refusal tells that it moved meanwhile."""
    try:
        await act(wanted)
    except Refusal:
        return False
    except Exception:
        log.exception("a sweep left something undone", sweep=name, id=str(wanted))
        return False
    return True


class Telling(ABC):
    """A sweep that tells above of what is late: what was told, or moved meanwhile, is refused and passed over."""

    name: ClassVar[str]
    """What it tells of."""

    def __init__(self, database: Database, policies: Policies, province: str, *, simulated: bool) -> None:
        self._database = database
        self._policies = policies
        self._province = province
        self._simulated = simulated

    async def once(self) -> int:
        """Everything that is late and was not told; how many were told by this sweep."""
        return await one_by_one(self.name, self._due, self._tell)

    async def _due(self, after: UUID) -> list[UUID]:
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            return await self.late(tx, moment.today, after)

    async def _tell(self, wanted: UUID) -> None:
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            await self.tell(Act(SYSTEM, moment, tx, self._policies, self._province), wanted)

    @abstractmethod
    async def late(self, tx: AsyncSession, today: date, after: UUID) -> list[UUID]:
        """The next that are late behind an id, `AT_ONCE` at most."""

    @abstractmethod
    async def tell(self, act: Act, wanted: UUID) -> None:
        """Tell of one.

        Raises:
            Refusal: it was told, or is late no more.
        """
