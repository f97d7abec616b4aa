"""What providers took is settled together: whoever comes while others are being settled goes with the next ones.

One transaction for many, and none waits for a message that its provider has not answered yet.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from services.kit import clock
from services.kit.db import Database
from services.notifications.contact.states import ChannelKind
from services.notifications.delivery import circuit
from services.notifications.delivery.claiming import Bundle
from services.notifications.delivery.contacts import Contacts
from services.notifications.delivery.settling import Settling, Taken

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Queue:
    """What waits to be settled of one channel."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: list[tuple[Taken, asyncio.Future[None]]] = field(default_factory=list)


class Receipts:
    """Settles what was taken, by channel."""

    def __init__(
        self, database: Database, contacts: Contacts, settling: Settling, *, simulated: bool
    ) -> None:
        self._database = database
        self._contacts = contacts
        self._settling = settling
        self._simulated = simulated
        self._queues: dict[tuple[ChannelKind, str], _Queue] = {}

    async def keep(self, channel: ChannelKind, lane: str, bundle: Bundle, receipt: str) -> None:
        """Settle one, together with those that come at the same time; it is settled when this returns."""
        queue = self._queues.setdefault((channel, lane), _Queue())
        settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.waiting.append(((bundle, receipt), settled))
        async with queue.turn:
            if not settled.done():
                together, queue.waiting = queue.waiting, []
                await self._together(channel, together)
        await settled

    async def _together(
        self, channel: ChannelKind, together: Sequence[tuple[Taken, asyncio.Future[None]]]
    ) -> None:
        try:
            await self._settle(channel, [taken for taken, _ in together])
        except BaseException as error:
            for _, settled in together:
                settled.set_exception(error)
                settled.exception()
            raise
        for _, settled in together:
            settled.set_result(None)

    async def _settle(self, channel: ChannelKind, taken: Sequence[Taken]) -> None:
        reached = {bundle.contact_id for bundle, _ in taken if not bundle.for_one_contact}
        async with self._database.begin() as tx:
            if reached:
                await self._contacts.arrived(tx, reached)
            now = (await clock.now(tx, simulated=self._simulated)).instant
            await self._settling.sent(tx, taken, now)
            await circuit.answered(tx, channel)
        log.info("sent", channel=channel, messages=len(taken), first=str(taken[0][0].id))
