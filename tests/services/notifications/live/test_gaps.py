"""Nothing is missed, whatever order transactions end in and however often a reader is gone."""

from __future__ import annotations

import asyncio
import random
from uuid import UUID, uuid4

from sqlalchemy import select

from services.kit.db import Database
from services.notifications.inbox.channel import InboxChannel
from services.notifications.inbox.model import Message
from services.notifications.live.position import Position
from tests.services.notifications.live.conftest import Listener, notice

WRITERS, EACH, READERS = 6, 16, 4


class Reading:
    """A reader that goes away at random, and goes on by the id of the last event, here or there."""

    def __init__(self, urls: list[str], token: str) -> None:
        self.urls = urls
        self.token = token
        self.last = ""
        self.told: list[tuple[str, UUID]] = []
        self.breaks = 0

    async def until(self, enough: int) -> None:
        """Read until so many different messages were told."""
        while len({message for _, message in self.told}) < enough:
            headers = {"last-event-id": self.last} if self.last else {}
            async with Listener(random.choice(self.urls), self.token, headers=headers) as heard:
                for _ in range(random.randint(1, 40)):
                    event = await heard.next()
                    self.last = event.id or self.last
                    if event.event == "message":
                        self.told.append((event.id, UUID(event.json()["id"])))
                    assert event.event != "reset"
                    if len({message for _, message in self.told}) >= enough:
                        break
            self.breaks += 1


async def write(db: Database, audience: str, other: str, ended: list[UUID]) -> None:
    """Messages whose ids are made long before their transactions end, or are given up; their events as the transactions end."""
    channel = InboxChannel("qinghai")
    for number in range(EACH):
        told = notice(audience)
        async with db.begin() as tx:
            await channel.deliver(tx, [told, notice(other)])
            await asyncio.sleep(random.choice((0, 0, 0.01, 0.05, 0.12)))
            if number % 8 == 7:
                await tx.rollback()
        ended += [] if number % 8 == 7 else [told.event_id]


async def test_readers_that_come_and_go_miss_nothing(live, token, database_url):
    """Many transactions overlap, readers break off and go on at another replica: each gets every message, none of others."""
    urls = [await live(live_heartbeat_seconds=0.2), await live(live_heartbeat_seconds=0.2)]
    person, other = uuid4(), uuid4()
    readers = [Reading(urls, token(person_id=person)) for _ in range(READERS)]
    first = [Listener(urls[0], each.token) for each in readers]
    for listener, reader in zip(first, readers, strict=True):
        async with listener as heard:
            reader.last = (await heard.next("ready")).id
    enough = WRITERS * (EACH - EACH // 8)
    async with Database(database_url("notifications"), pool_size=WRITERS) as db:
        ended: list[UUID] = []
        writing = [write(db, f"person/{person}", f"person/{other}", ended) for _ in range(WRITERS)]
        await asyncio.gather(*writing, *(reader.until(enough) for reader in readers))
        async with db.begin() as tx:
            mine = select(Message.event_id).where(Message.audience == f"person/{person}")
            begun = list(await tx.scalars(mine.order_by(Message.id)))
    wanted = {message for _, message in readers[0].told}
    assert len(wanted) == enough
    for reader in readers:
        assert {message for _, message in reader.told} == wanted
        assert reader.breaks > 1
        order = [Position.read(at) for at, _ in reader.told]
        assert order == sorted(order)
        assert len(set(order)) == len(order)
    assert sorted(ended) == sorted(begun)
    assert ended != begun, "transactions ended in the order of their ids: this proves nothing"
