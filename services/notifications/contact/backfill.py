"""Whoever was made before contacts were copied is put in line once, page by page, behind whoever waits already.

How far it came is kept with each page and the page's line of audit: who dies is followed by another at the same place, and of
two at once one has the page. The copier then asks accounts for them as for everybody.
"""

from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Reader
from services.kit import audit, clock
from services.kit.db import Database
from services.kit.errors import Refusal
from services.neighbours.client import Neighbour
from services.notifications.contact.model import ContactBackfill, ContactToCopy
from services.notifications.system import SYSTEM

log = structlog.get_logger(__name__)
PEOPLE = 1000
"""So many accounts a page; they wait for the copier together before the next page is asked for."""


class Backfill:
    """Puts everybody in line for the copier; any number may run."""

    def __init__(self, database: Database, accounts: Neighbour, *, simulated: bool) -> None:
        self._database = database
        self._accounts = accounts
        self._simulated = simulated

    async def once(self) -> int:
        """The next page, unless somebody waits to be copied or all had their turn; how many people it put in line."""
        async with self._database.begin() as tx:
            at = await _at(tx)
        if at is None:
            return 0
        try:
            page = await self._accounts.get(
                "/v1/readers", as_service=True, audience="everyone", first=PEOPLE, after=at.cursor
            )
        except Refusal as refusal:
            log.warning("who there is is not known", why=refusal.code)
            return 0
        readers = [Reader.model_validate(each) for each in page["items"]]
        people = [each.person_id for each in readers if each.person_id is not None]
        async with self._database.begin() as tx:
            return await self._keep(tx, at.cursor, people, page["next_cursor"])

    async def _keep(
        self, tx: AsyncSession, before: str | None, people: Sequence[UUID], after: str | None
    ) -> int:
        """Put a page in line and remember it, unless somebody did meanwhile."""
        moment = await clock.now(tx, simulated=self._simulated)
        taken = (
            update(ContactBackfill)
            .where(ContactBackfill.done_at.is_(None), ContactBackfill.cursor.is_not_distinct_from(before))
            .values(
                cursor=after,
                people=ContactBackfill.people + len(people),
                done_at=None if after else moment.instant,
            )
            .returning(ContactBackfill.people)
        )
        if (so_far := await tx.scalar(taken)) is None:
            return 0
        if people:
            in_line = insert(ContactToCopy).values(due_at=func.clock_timestamp()).on_conflict_do_nothing()
            await tx.execute(in_line, [{"person_id": each} for each in people])
        await audit.record(
            tx,
            actor=SYSTEM,
            action="contact.BACKFILL",
            subject="contact",
            moment=moment,
            detail={"people": len(people), "so_far": so_far, "done": after is None},
        )
        return len(people)


async def _at(tx: AsyncSession) -> Row[str | None] | None:
    """How far it came, where a next page is due."""
    nobody_waits = ~select(ContactToCopy.person_id).exists()
    due = select(ContactBackfill.cursor).where(ContactBackfill.done_at.is_(None), nobody_waits)
    return (await tx.execute(due)).one_or_none()
