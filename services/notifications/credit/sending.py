"""Deliveries are sent: claimed for a while, posted while no transaction is open, settled with the receipt.

Killed at any moment, the claim ends by itself and whoever comes next sends the same message under the same id, which the
platform drops if it has it: so it counts once there. Of one case nothing overtakes what came before it, given up or not.
"""

from collections.abc import Mapping
from datetime import timedelta
from time import time
from typing import Any
from uuid import UUID

import httpx
import orjson
import structlog
from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from services.kit.db import Database
from services.notifications.credit import signing
from services.notifications.credit.model import CreditDelivery
from services.notifications.credit.policy import CreditPolicy, Platform

log = structlog.get_logger(__name__)
AT_ONCE = 20
RECEIPT = 2000
"""So many characters of a platform's answer are kept."""
BEFORE = aliased(CreditDelivery)


class Sender:
    """Sends what is due; any number may run."""

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        policy: CreditPolicy,
        http: httpx.AsyncClient,
        *,
        lease: float,
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._policy = policy
        self._http = http
        self._lease = timedelta(seconds=lease)

    async def once(self) -> int:
        """Try everything that is due; how many were delivered."""
        done = 0
        while claimed := await self._claim():
            done += sum([await self._try(each) for each in claimed])
        return done

    async def _claim(self) -> list[CreditDelivery]:
        """Take what is due and has nothing of its case before it; nobody else tries it until the lease is over."""
        waits = exists().where(
            BEFORE.platform == CreditDelivery.platform,
            BEFORE.subject == CreditDelivery.subject,
            BEFORE.delivered_at.is_(None),
            BEFORE.id < CreditDelivery.id,
        )
        due = (
            select(CreditDelivery.id)
            .where(
                CreditDelivery.platform.in_(list(self._platforms)),
                CreditDelivery.delivered_at.is_(None),
                CreditDelivery.dead_at.is_(None),
                CreditDelivery.due_at <= func.now(),
                ~waits,
            )
            .order_by(CreditDelivery.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True, of=CreditDelivery)
        )
        taken = (
            update(CreditDelivery)
            .where(CreditDelivery.id.in_(due.scalar_subquery()))
            .values(due_at=func.now() + self._lease, attempts=CreditDelivery.attempts + 1)
            .returning(CreditDelivery)
        )
        async with self._database.begin() as tx:
            found = list(await tx.scalars(taken, execution_options={"synchronize_session": False}))
            tx.expunge_all()
        return sorted(found, key=lambda each: each.id)

    async def _try(self, delivery: CreditDelivery) -> bool:
        try:
            answer = await self._post(delivery)
        except httpx.HTTPError as error:
            await self._failed(delivery, type(error).__name__)
            return False
        if not answer.is_success:
            await self._failed(delivery, f"HTTP {answer.status_code}: {answer.text[:RECEIPT]}")
            return False
        told = {
            "receipt": answer.text[:RECEIPT].replace("\0", ""),
            "delivered_at": func.now(),
            "last_error": None,
        }
        await self._settle(delivery.id, told)
        return True

    async def _post(self, delivery: CreditDelivery) -> httpx.Response:
        platform = self._platforms[delivery.platform]
        body = orjson.dumps(delivery.message, option=orjson.OPT_SORT_KEYS)
        signed = signing.headers(delivery.id, int(time()), body, platform.key.get_secret_value())
        sent = {"content-type": "application/json", "idempotency-key": str(delivery.id), **signed}
        return await self._http.post(platform.url, content=body, headers=sent)

    async def _failed(self, delivery: CreditDelivery, why: str) -> None:
        told: dict[str, Any] = {"last_error": why.replace("\0", "")}
        if delivery.attempts >= self._policy.attempts:
            told["dead_at"] = func.now()
        else:
            told["due_at"] = func.now() + self._policy.wait(delivery.attempts)
        await self._settle(delivery.id, told)
        log.warning("not delivered", platform=delivery.platform, delivery=str(delivery.id), why=why[:80])

    async def _settle(self, delivery_id: UUID, told: Mapping[str, Any]) -> None:
        """What was delivered meanwhile, after a lease that was too short, stays delivered."""
        open_ = update(CreditDelivery).where(
            CreditDelivery.id == delivery_id, CreditDelivery.delivered_at.is_(None)
        )
        async with self._database.begin() as tx:
            await tx.execute(open_.values(**told))
