"""An event that changes many rows is worked off a piece at a time, and whoever is late with a piece changes nothing.

Each piece is a transaction of its own. Two deliveries of one event may be at work at once, one of them perhaps given up by
who sent it: each waits for its turn at the event before a piece, and finds it done once it is remembered. Later events of the
same subject are told only after that, so no piece of an earlier one comes after them.
"""

import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import Unavailable
from services.kit.inbox import InPieces, first_time, inbox
from services.kit.outbox import CloudEvent

SECONDS = 5.0
"""How long one delivery works; the relay waits ten, and delivers again."""

FIRST = UUID(int=0)
TURN = text("select pg_advisory_xact_lock(hashtextextended('inbox/' || :id, 0))")

Chunk = Callable[[AsyncSession, UUID], Awaitable[UUID | None]]
"""Some rows after an id; the last one's id, None when there are no more. It does no harm when it is done again."""


class StillAtWork(Unavailable):
    """There is more to do than fits into one delivery; the next one goes on where this one stopped."""

    code = "STILL_AT_WORK"
    zh = "机构变更涉及的记录较多，正在继续处理"
    en = "More rows follow the change of the tree than fit into one delivery; the next one goes on."


def in_pieces(chunks: Callable[[Any], Iterable[Chunk]]) -> InPieces:
    """The handler of an event whose chunks are those; what is done stays done if the time is over."""

    async def handle(app: FastAPI, event: Any, envelope: CloudEvent) -> None:
        ends = time.monotonic() + SECONDS
        for chunk in chunks(event):
            after: UUID | None = FIRST
            while after is not None:
                if time.monotonic() > ends:
                    raise StillAtWork(part=app.state.service)
                async with app.state.db.begin() as tx:
                    if await is_done(tx, envelope):
                        return
                    after = await chunk(tx, after)
        async with app.state.db.begin() as tx:
            if not await is_done(tx, envelope):
                await first_time(tx, envelope)

    return InPieces(handle)


async def is_done(tx: AsyncSession, envelope: CloudEvent) -> bool:
    """Whether the event is remembered; nobody else works at it, nor remembers it, before the transaction ends."""
    await tx.execute(TURN, {"id": str(envelope.id)})
    return await tx.scalar(select(inbox.c.event_id).where(inbox.c.event_id == envelope.id)) is not None
