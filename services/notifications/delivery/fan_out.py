"""A notice becomes copies: its readers are asked for page by page, and each page's copies are written with the cursor.

A page is claimed anew every time, the most urgent notice first, so that one to everybody never holds up another. What is
withdrawn is worked off in the same way: its copies that wait, page by page.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, update

from services.kit import clock
from services.kit.db import Database
from services.kit.errors import Refusal
from services.neighbours.client import Neighbour
from services.notifications.contact.states import ChannelKind
from services.notifications.delivery import copies, withdrawal
from services.notifications.delivery.contacts import Contacts
from services.notifications.delivery.model import Dispatch
from services.notifications.delivery.policy import DeliveryPolicy
from services.notifications.delivery.priority import Priority
from services.notifications.outward.together import together
from services.notifications.template.states import Topic

log = structlog.get_logger(__name__)
READERS = 1000
"""So many readers a page."""


class FanOut:
    """Makes copies of what is to be told; any number may run."""

    def __init__(
        self,
        database: Database,
        accounts: Neighbour,
        contacts: Contacts,
        channels: Collection[ChannelKind],
        policy: DeliveryPolicy,
        *,
        simulated: bool,
        lease: float,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._contacts = contacts
        self._channels = frozenset(channels)
        self._policy = policy
        self._simulated = simulated
        self._lease = timedelta(seconds=lease)

    async def once(self, lane: Collection[Priority] = tuple(Priority), at_once: int = 1) -> int:
        """Work through everything of a lane that is due, so many pages at the same time; how many of readers were served."""
        done = 0
        while claimed := await self._claim(lane, at_once):
            served = await together(self._serve(each) for each in claimed)
            done += sum(served)
            if not all(served):
                return done
        return done

    async def _serve(self, claimed: Dispatch) -> bool:
        if claimed.withdrawn_at is not None:
            await self._withdraw(claimed)
            return True
        try:
            readers = await self._readers(claimed)
        except Refusal as refusal:
            await self._postpone(claimed, refusal)
            return False
        await self._copy(claimed, *readers)
        return True

    async def _withdraw(self, claimed: Dispatch) -> None:
        async with self._database.begin() as tx:
            now = (await clock.now(tx, simulated=self._simulated)).instant
            await withdrawal.page(tx, claimed, now)

    async def _claim(self, lane: Collection[Priority], at_once: int) -> Sequence[Dispatch]:
        async with self._database.begin() as tx:
            now = (await clock.now(tx, simulated=self._simulated)).instant
            due = (
                select(Dispatch.id)
                .where(Dispatch.done_at.is_(None), Dispatch.due_at <= now, Dispatch.priority.in_(lane))
                .order_by(Dispatch.priority, Dispatch.id)
                .limit(at_once)
                .with_for_update(skip_locked=True)
            )
            taken = (
                update(Dispatch)
                .where(Dispatch.id.in_(due.scalar_subquery()))
                .values(due_at=now + self._lease, attempts=Dispatch.attempts + 1)
                .returning(Dispatch)
                .execution_options(synchronize_session=False)
            )
            return list(await tx.scalars(taken))

    async def _readers(self, dispatch: Dispatch) -> tuple[list[UUID], str | None]:
        page = await self._accounts.get(
            "/v1/readers",
            as_service=True,
            audience=dispatch.audience,
            roles=dispatch.roles,
            first=READERS,
            after=dispatch.cursor,
        )
        return [UUID(each["account_id"]) for each in page["items"]], page["next_cursor"]

    async def _copy(self, claimed: Dispatch, accounts: list[UUID], cursor: str | None) -> None:
        """Write a page's copies and how far it went, unless somebody did meanwhile, or it was withdrawn."""
        async with self._database.begin() as tx:
            now = (await clock.now(tx, simulated=self._simulated)).instant
            mine = (Dispatch.id == claimed.id, Dispatch.cursor.is_not_distinct_from(claimed.cursor))
            goes_on = (Dispatch.done_at.is_(None), Dispatch.withdrawn_at.is_(None))
            done = {"cursor": cursor, "due_at": now, "attempts": 0, "done_at": None if cursor else now}
            reached = {"readers": Dispatch.readers + len(accounts)}
            taken = update(Dispatch).where(*mine, *goes_on).values(**done, **reached)
            if (await tx.scalar(taken.returning(Dispatch.id))) is None:
                return
            found = await self._contacts.ways(
                tx, accounts, Topic(claimed.topic), legal=claimed.legal, now=now
            )
            rows = [
                copies.copy_of(claimed, account, reach, left, now)
                for account, reach in copies.reaches(found, accounts)
                if (left := copies.left_of(reach, self._channels))
            ]
            await copies.keep(tx, rows)
        log.info("copied", dispatch=str(claimed.id), readers=len(accounts), copies=len(rows))

    async def _postpone(self, claimed: Dispatch, refusal: Refusal) -> None:
        async with self._database.begin() as tx:
            now: datetime = (await clock.now(tx, simulated=self._simulated)).instant
            told: dict[str, Any] = {"due_at": now + self._policy.wait(claimed.attempts)}
            await tx.execute(update(Dispatch).where(Dispatch.id == claimed.id).values(**told))
        log.warning("readers are not known", dispatch=str(claimed.id), why=refusal.code)
