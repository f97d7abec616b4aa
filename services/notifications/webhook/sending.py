"""Deliveries are sent: claimed a receiver at a time, posted while no transaction is open, settled with what was answered.

Every receiver has a task of its own, so that a slow one delays none. Killed at any moment, the claim ends by itself and
whoever comes next sends the same message under the same id.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from time import time
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.kit import clock
from services.kit.db import Database
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.notifications.outward import signing
from services.notifications.outward.client import Answer, Outward
from services.notifications.outward.queue import WITHOUT_SESSION, claim, settle
from services.notifications.outward.together import together
from services.notifications.webhook import given_up, service
from services.notifications.webhook.model import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookMessage,
)
from services.notifications.webhook.service import Webhooks
from services.notifications.webhook.states import DisabledFor, EndpointState

log = structlog.get_logger(__name__)
LEASES = 6
"""A claim lasts so many times a call's patience."""
MOST_AT_WORK = 500
"""How many receivers a process tells at the same time."""
LOOKED_AGAIN = timedelta(hours=1)
"""What is held up by something dead is looked at so often, whatever else becomes of that."""
ASKS_TO_WAIT = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
READY = (
    WebhookEndpoint.state == EndpointState.ENABLED,
    or_(WebhookEndpoint.held_until.is_(None), WebhookEndpoint.held_until <= func.now()),
)
DUE = select(WebhookDelivery.id).where(
    WebhookDelivery.endpoint_id == WebhookEndpoint.id,
    WebhookDelivery.delivered_at.is_(None),
    WebhookDelivery.dead_at.is_(None),
    WebhookDelivery.due_at <= func.now(),
)
Claimed = Sequence[tuple[WebhookDelivery, Mapping[str, Any]]]


class WebhookSender:
    """Sends what is due; any number may run."""

    def __init__(
        self, database: Database, webhooks: Webhooks, sealer: Sealer, outward: Outward, *, simulated: bool
    ) -> None:
        self._database = database
        self._webhooks = webhooks
        self._policy = webhooks.policy
        self._sealer = sealer
        self._outward = outward
        self._simulated = simulated
        self._lease = timedelta(seconds=LEASES * webhooks.policy.seconds)
        self._at_work: dict[UUID, asyncio.Task[int]] = {}

    async def look(self) -> int:
        """Begin to tell every receiver for which something is due and that is not being told; how many are."""
        for endpoint_id in await self._due():
            if endpoint_id not in self._at_work and len(self._at_work) < MOST_AT_WORK:
                task = asyncio.create_task(self.tell(endpoint_id))
                self._at_work[endpoint_id] = task
                task.add_done_callback(partial(self._ended, endpoint_id))
        return len(self._at_work)

    def _ended(self, endpoint_id: UUID, task: asyncio.Task[int]) -> None:
        del self._at_work[endpoint_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("telling a receiver failed", endpoint=str(endpoint_id), exc_info=error)

    async def close(self) -> None:
        """Let go of whatever is under way; its claims end by themselves."""
        for task in (running := list(self._at_work.values())):
            task.cancel()
        for task in running:
            with suppress(asyncio.CancelledError, Exception):
                await task

    async def once(self) -> int:
        """Tell every receiver all that is due, all at the same time; how many deliveries were received.

        Raises:
            BaseException: what failed with some, when every other has had its turn.
        """
        return sum(await together(map(self.tell, await self._due())))

    async def tell(self, endpoint_id: UUID) -> int:
        """Try everything that is due at one receiver; how many deliveries were received."""
        done = 0
        while claimed := await self._claim(endpoint_id):
            endpoint, deliveries = claimed
            done += sum(await together(self._try(endpoint, *each) for each in deliveries))
        return done

    async def _due(self) -> list[UUID]:
        async with self._database.begin() as tx:
            due = select(WebhookEndpoint.id).where(*READY, DUE.exists())
            return list(await tx.scalars(due))

    async def _claim(self, endpoint_id: UUID) -> tuple[WebhookEndpoint, Claimed] | None:
        """The receiver as it is now, with what is due there; None: nothing is, or it is not to be told."""
        async with self._database.begin() as tx:
            ready = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id, *READY)
            endpoint: WebhookEndpoint | None = await tx.scalar(ready)
            if endpoint is None:
                return None
            lane, most = WebhookDelivery.endpoint_id, self._policy.at_once
            over = (WebhookDelivery.passed_over_at,)
            ids = await claim(tx, lane, endpoint_id, lease=self._lease, at_once=most, over=over)
            if not ids:
                await self._put_off_held_up(tx, endpoint_id)
                return None
            every = (
                select(WebhookDelivery, WebhookMessage.message)
                .join(WebhookMessage, WebhookMessage.id == WebhookDelivery.message_id)
                .where(WebhookDelivery.id.in_(ids))
                .order_by(WebhookDelivery.seq)
            )
            found = [(delivery, message) for delivery, message in await tx.execute(every)]
            tx.expunge_all()
        return endpoint, found

    async def _try(
        self, endpoint: WebhookEndpoint, delivery: WebhookDelivery, message: Mapping[str, Any]
    ) -> bool:
        body = orjson.dumps(message, option=orjson.OPT_SORT_KEYS)
        signed = signing.headers(delivery.message_id, int(time()), body, *self._keys(endpoint))
        sent = {"content-type": "application/cloudevents+json", **signed}
        answer = await self._outward.post(endpoint.url, body, sent)
        async with self._database.begin() as tx:
            if answer.received:
                await self._received(tx, delivery)
            else:
                await self._failed(tx, delivery, answer)
            await self._note(tx, delivery, answer)
        return answer.received

    def _keys(self, endpoint: WebhookEndpoint) -> list[str]:
        """The secret, and the former one while it is to be good; receivers that know either accept."""
        sealed = [endpoint.secret]
        until = endpoint.former_secret_until
        if endpoint.former_secret is not None and until is not None and until.timestamp() > time():
            sealed.append(endpoint.former_secret)
        return [self._sealer.open_text(each, context=service.context(endpoint.id)) for each in sealed]

    async def _received(self, tx: AsyncSession, delivery: WebhookDelivery) -> None:
        """The receiver is well again, if it was not; its row is written before the delivery's, as everywhere."""
        ill = WebhookEndpoint.failing_since.is_not(None)
        one = WebhookEndpoint.id == delivery.endpoint_id
        await tx.execute(update(WebhookEndpoint).where(one, ill).values(failing_since=None), **OPTIONS)
        await settle(tx, delivery, {"delivered_at": func.now(), "last_error": None})

    async def _failed(self, tx: AsyncSession, delivery: WebhookDelivery, answer: Answer) -> None:
        endpoint = await self._ailing(tx, delivery, answer)
        await self._disable_if_lost(tx, endpoint, answer)
        wait = self._policy.wait(delivery.attempts)
        told: dict[str, Any] = {"last_error": answer.why}
        if wait is None:
            if await settle(tx, delivery, told | {"dead_at": func.now()}):
                moment = await clock.now(tx, simulated=self._simulated)
                await given_up.tell(tx, endpoint, delivery, moment)
            return
        if answer.status in ASKS_TO_WAIT and answer.retry_after is not None:
            wait = self._policy.hold(answer.retry_after)
        later = func.now() + wait
        if await settle(tx, delivery, told | {"due_at": later}):
            await self._put_off_behind(tx, delivery, later)

    async def _ailing(self, tx: AsyncSession, delivery: WebhookDelivery, answer: Answer) -> WebhookEndpoint:
        """The receiver, held, as one that fails since the first failure, and is left alone if it asked for that."""
        one = select(WebhookEndpoint).where(WebhookEndpoint.id == delivery.endpoint_id).with_for_update()
        endpoint: WebhookEndpoint = (await tx.scalars(one)).one()
        told: dict[str, Any] = {}
        if endpoint.failing_since is None:
            told["failing_since"] = func.now()
        if answer.status in ASKS_TO_WAIT and answer.retry_after is not None:
            told["held_until"] = func.now() + self._policy.hold(answer.retry_after)
        if told:
            mine = update(WebhookEndpoint).where(WebhookEndpoint.id == endpoint.id)
            await tx.execute(mine.values(**told), **OPTIONS)
            await tx.refresh(endpoint)
        return endpoint

    async def _disable_if_lost(self, tx: AsyncSession, endpoint: WebhookEndpoint, answer: Answer) -> None:
        """Who says that it is gone, or has taken nothing for days, is told nothing more."""
        assert endpoint.failing_since is not None
        now = await tx.scalar(select(func.now()))
        assert now is not None
        failing = now - endpoint.failing_since
        if answer.status == HTTPStatus.GONE:
            why = DisabledFor.GONE
        elif failing >= timedelta(days=self._policy.disable_after_days):
            why = DisabledFor.FAILING
        else:
            return
        moment = await clock.now(tx, simulated=self._simulated)
        await service.disable(tx, self._webhooks, endpoint, why, moment)

    async def _put_off_held_up(self, tx: AsyncSession, endpoint_id: UUID) -> None:
        """What waits behind something dead is not looked at again and again; who sends that again or passes over it wakes the rest.

        They hold the receiver while they do, so that nothing is put off that they have woken.
        """
        one = select(WebhookEndpoint.id).where(WebhookEndpoint.id == endpoint_id)
        await tx.execute(one.with_for_update())
        before = aliased(WebhookDelivery)
        dead = select(before.id).where(
            before.endpoint_id == endpoint_id,
            before.subject == WebhookDelivery.subject,
            before.seq < WebhookDelivery.seq,
            before.delivered_at.is_(None),
            before.passed_over_at.is_(None),
            before.dead_at.is_not(None),
        )
        held_up = update(WebhookDelivery).where(
            WebhookDelivery.id.in_(DUE.where(WebhookDelivery.endpoint_id == endpoint_id).correlate(None)),
            dead.exists(),
        )
        await tx.execute(held_up.values(due_at=func.now() + LOOKED_AGAIN), **OPTIONS)

    async def _put_off_behind(self, tx: AsyncSession, delivery: WebhookDelivery, later: Any) -> None:
        """What waits behind a delivery is looked at with it, and not at every claim before."""
        behind = update(WebhookDelivery).where(
            WebhookDelivery.endpoint_id == delivery.endpoint_id,
            WebhookDelivery.subject == delivery.subject,
            WebhookDelivery.delivered_at.is_(None),
            WebhookDelivery.seq > delivery.seq,
            WebhookDelivery.due_at < later,
        )
        await tx.execute(behind.values(due_at=later), **OPTIONS)

    async def _note(self, tx: AsyncSession, delivery: WebhookDelivery, answer: Answer) -> None:
        """Keep the try; not of a delivery whose time was over meanwhile."""
        told = {
            "id": new_id(),
            "province": delivery.province,
            "delivery_id": delivery.id,
            "status": answer.status,
            "ms": answer.ms,
            "answer": answer.text,
            "error": answer.error,
        }
        columns = WebhookAttempt.__table__.c
        row = select(*(literal(value, columns[name].type) for name, value in told.items()))
        there = select(WebhookDelivery.id).where(WebhookDelivery.id == delivery.id).exists()
        await tx.execute(insert(WebhookAttempt).from_select(list(told), row.where(there)))


OPTIONS: dict[str, Any] = {"execution_options": WITHOUT_SESSION}
