"""Compares a platform's list with what it was sent: page by page, and in one transaction what follows from all of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import time
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import Database
from services.kit.ids import new_id
from services.notifications.credit.policy import CreditPolicy, Platform
from services.notifications.outward import signing
from services.notifications.outward.client import Outward
from services.notifications.reconciliation import store
from services.notifications.reconciliation.events import ReconciliationDiffered
from services.notifications.reconciliation.listing import ListBroken, Listed, digest, read
from services.notifications.reconciliation.states import DifferenceKind
from services.notifications.system import Tell, envelope

log = structlog.get_logger(__name__)
REASON = 300
"""So many characters of what went wrong are kept."""


@dataclass(slots=True)
class Found:
    """What came out so far: how many messages either side has, and of which they tell otherwise."""

    held: int = 0
    sent: int = 0
    differing: dict[UUID, tuple[DifferenceKind, str | None]] = field(default_factory=dict)

    def add(self, page: Listed, ours: Any, began: datetime) -> None:
        """Compare a page with our deliveries of its range.

        What is on the way counts for neither side: the platform may have it and its answer may be lost.
        """
        theirs = {each.id: each.digest for each in page.items}
        self.held += len(theirs)
        for id_, received, document, message in ours:
            their = theirs.pop(id_, None)
            settled = received is not None and received < began
            self.sent += settled
            if their is None and settled:
                self.differing[id_] = (DifferenceKind.MISSING, document)
            elif their is not None and their != digest(message):
                self.differing[id_] = (DifferenceKind.ALTERED, document)
        self.differing |= dict.fromkeys(theirs, (DifferenceKind.UNKNOWN, None))


class Reconciler:
    """Compares with every platform that lists what it has."""

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        policy: CreditPolicy,
        outward: Outward,
        *,
        tell: Tell,
        province: str,
    ) -> None:
        self._database = database
        self.platforms = {name: each for name, each in platforms.items() if each.list_url is not None}
        self._rule = policy.reconciliation
        self._outward = outward
        self._notify = tell
        self._province = province

    async def once(self, platform: str) -> bool:
        """Compare with a platform if that is due or asked for; whether it came to an end."""
        async with self._database.begin() as tx:
            taken = await store.begin(
                tx,
                platform,
                self._province,
                every=timedelta(hours=self._rule.every_hours),
                lease=timedelta(minutes=self._rule.lease_minutes),
            )
        if taken is None:
            return False
        try:
            found = await self._compared(platform, taken[1])
        except ListBroken as error:
            log.warning("a platform cannot be reconciled with", platform=platform, why=str(error))
            async with self._database.begin() as tx:
                return await store.end(tx, *taken, why=str(error)[:REASON])
        return await self._settle(platform, *taken, found)

    async def _compared(self, platform: str, began: datetime) -> Found:
        """Read the list to its end.

        Raises:
            ListBroken: it could not be read, or has no end.
        """
        found, after = Found(), None
        for _ in range(self._rule.pages):
            page = read(await self._ask(platform, after), after)
            async with self._database.begin() as tx:
                found.add(page, await store.ours(tx, platform, after, page.next), began)
            if len(found.differing) > self._rule.differences:
                raise ListBroken(f"more than {self._rule.differences} differ")
            if page.next is None:
                return found
            after = page.next
        raise ListBroken(f"the list goes on behind {self._rule.pages} pages")

    async def _ask(self, platform: str, after: UUID | None) -> str:
        told = self.platforms[platform]
        assert told.list_url is not None, "only those are asked that list what they have"
        body = orjson.dumps({"after": after and str(after), "limit": self._rule.page})
        message_id = new_id()
        signed = signing.headers(message_id, int(time()), body, told.key.get_secret_value())
        answer = await self._outward.post(told.list_url, body, {"content-type": "application/json", **signed})
        if not answer.received:
            raise ListBroken(answer.why)
        return answer.text

    async def _settle(self, platform: str, id_: UUID, began: datetime, found: Found) -> bool:
        missing = [key for key, (kind, _) in found.differing.items() if kind is DifferenceKind.MISSING]
        rows = [
            {
                "id": new_id(),
                "province": self._province,
                "reconciliation_id": id_,
                "message_id": key,
                "kind": kind,
                "document_number": document,
            }
            for key, (kind, document) in found.differing.items()
        ]
        async with self._database.begin() as tx:
            counts = {"held": found.held, "sent": found.sent, "differences": len(rows)}
            if not await store.end(tx, id_, began, **counts):
                return False
            await store.keep(tx, rows)
            await store.send_again(tx, missing)
            if rows:
                await self._tell_of(tx, platform, id_, began, len(rows))
        return True

    async def _tell_of(
        self, tx: AsyncSession, platform: str, id_: UUID, at: datetime, differences: int
    ) -> None:
        province = await store.province_of(tx)
        if province is None:
            log.warning("a platform lists what nobody sent, and nothing was sent yet", platform=platform)
            return
        event = ReconciliationDiffered(
            reconciliation_id=id_,
            platform=self.platforms[platform].title,
            differences=differences,
            province_id=province,
        )
        await self._notify(tx, event, envelope(event, id_, at))
