"""Deliveries are sent: claimed for a while, posted while no transaction is open, settled with the receipt.

Killed at any moment, the claim ends by itself and whoever comes next sends the same message under the same id, which the
platform drops if it has it: so it counts once there. Of one case nothing overtakes what came before it, given up or not.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from time import time
from typing import Any

import structlog
from sqlalchemy import func, select

from services.kit.db import Database
from services.notifications.credit.channel import hand_out, written
from services.notifications.credit.events import DeliveryFailing
from services.notifications.credit.model import CreditDelivery, CreditMessage
from services.notifications.credit.policy import CreditPolicy, Platform
from services.notifications.outward import signing
from services.notifications.outward.client import Answer, Outward
from services.notifications.outward.queue import claim, settle
from services.notifications.system import Tell, envelope

log = structlog.get_logger(__name__)
AT_ONCE = 20
RECEIPT = 2000
"""So many bytes of a platform's answer are kept."""


class Sender:
    """Sends what is due; any number may run."""

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        policy: CreditPolicy,
        outward: Outward,
        *,
        tell: Tell,
        lease: float,
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._policy = policy
        self._outward = outward
        self._notify = tell
        self._lease = timedelta(seconds=lease)

    async def once(self) -> int:
        """Tell every platform, all at the same time; how many deliveries were received.

        A failure with one is raised when every other has had its turn.
        """
        told = await asyncio.gather(*map(self.tell, self._platforms), return_exceptions=True)
        for each in told:
            if isinstance(each, BaseException):
                raise each
        return sum(each for each in told if isinstance(each, int))

    async def tell(self, platform: str) -> int:
        """Try everything that is due at one platform; how many deliveries were received."""
        async with self._database.begin() as tx:
            await hand_out(tx, [platform])
        done = 0
        while claimed := await self._claim(platform):
            done += sum([await self._try(*each) for each in claimed])
        return done

    async def _claim(self, platform: str) -> list[tuple[CreditDelivery, dict[str, Any]]]:
        """Take what is due and has nothing of its case before it; nobody else tries it until the lease is over."""
        async with self._database.begin() as tx:
            ids = await claim(tx, CreditDelivery.platform, platform, lease=self._lease, at_once=AT_ONCE)
            every = (
                select(CreditDelivery, CreditMessage.message)
                .join(CreditMessage, CreditMessage.id == CreditDelivery.event_id)
                .where(CreditDelivery.id.in_(ids))
                .order_by(CreditDelivery.seq)
            )
            found = [(delivery, message) for delivery, message in await tx.execute(every)]
            tx.expunge_all()
        return found

    async def _try(self, delivery: CreditDelivery, message: dict[str, Any]) -> bool:
        answer = await self._post(delivery, message)
        if not answer.received:
            await self._failed(delivery, answer.why)
            return False
        await self._settle(delivery, {"receipt": answer.text, "delivered_at": func.now(), "last_error": None})
        return True

    async def _post(self, delivery: CreditDelivery, message: dict[str, Any]) -> Answer:
        platform = self._platforms[delivery.platform]
        body = written(message)
        signed = signing.headers(delivery.id, int(time()), body, platform.key.get_secret_value())
        sent = {"content-type": "application/json", "idempotency-key": str(delivery.id), **signed}
        return await self._outward.post(platform.url, body, sent)

    async def _failed(self, delivery: CreditDelivery, why: str) -> None:
        told: dict[str, Any] = {"last_error": why}
        if delivery.attempts >= self._policy.attempts:
            told["dead_at"] = func.now()
        else:
            told["due_at"] = func.now() + self._policy.wait(delivery.attempts)
        await self._settle(delivery, told)
        if delivery.attempts >= self._policy.told_after:
            await self._tell_of(delivery)
        log.warning("not delivered", platform=delivery.platform, delivery=str(delivery.id), why=why[:80])

    async def _tell_of(self, delivery: CreditDelivery) -> None:
        """Those who decided it and the province hear once that a platform does not receive it."""
        async with self._database.begin() as tx:
            body = select(CreditMessage.body_id, func.now()).where(CreditMessage.id == delivery.event_id)
            body_id, now = (await tx.execute(body)).one()
            event = DeliveryFailing(
                delivery_id=delivery.id,
                platform=self._platforms[delivery.platform].title,
                document_number=delivery.document_number,
                body_id=body_id,
                province_id=delivery.lineage[0],
            )
            await self._notify(tx, event, envelope(event, delivery.id, now))

    async def _settle(self, delivery: CreditDelivery, told: Mapping[str, Any]) -> None:
        async with self._database.begin() as tx:
            await settle(tx, delivery, told)
