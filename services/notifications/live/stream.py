"""One reader's stream: what was missed, then what comes, with the count of what is unread after each change.

First whatever settled before the reader listened is looked up, page by page; then the reader is put into the process's
fan-out, and what settled in between is looked up once more. What the fan-out brings of that again is left out.
"""

import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping

from services.kit.errors import Language
from services.notifications.inbox import store
from services.notifications.inbox.schemas import MessageOut
from services.notifications.live import feed, sse
from services.notifications.live.feed import Standing
from services.notifications.live.hub import Hub
from services.notifications.live.position import Position
from services.notifications.live.reader import Reader
from services.notifications.live.rights import Rights
from services.notifications.live.states import ChangeKind, Ending
from services.notifications.template.audience import places_of

PAGE = 200


@dataclass(slots=True)
class Stream:
    """A stream that one request opened."""

    hub: Hub
    rights: Rights
    language: Language
    after: Position | None
    _asked: dict[str, Any] = field(init=False)
    _check_at: float = field(init=False)
    _count_at: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._asked = dict(store.reader_of(self.rights.actor))
        self._check_at = self._next_check()

    async def events(self) -> AsyncGenerator[bytes, None]:
        """The events, until there is a reason to end."""
        actor = self.rights.actor
        reader = Reader(actor.id, places_of(actor), self.hub.settings.live_queue)
        async for each in self._missed():
            yield each
        with self.hub.tail.reading(reader, await self._standing()):
            async for each in self._missed():
                yield each
            yield await self._unread()
            async for each in self._coming(reader):
                yield each

    async def _missed(self) -> AsyncGenerator[bytes, None]:
        """What has settled since the cursor; where that is not kept any more, a word to load the inbox anew."""
        standing = await self._standing()
        begins = self.after is None
        if self.after is None or not standing.tells(self.after):
            self.after = Position.before(standing.horizon)
            yield sse.event("ready" if begins else "reset", {"cursor": str(self.after)}, self.after)
        while rows := await self._page(self.after, standing.horizon):
            for row in rows:
                yield self._told(row)
            if len(rows) < PAGE:
                break

    async def _coming(self, reader: Reader) -> AsyncGenerator[bytes, None]:
        while True:
            rows = await reader.waiting(self._patience())
            for row in rows:
                if self.after is None or Position(row["xid"], row["seq"]) > self.after:
                    yield self._told(row)
                    self._count_at = self._count_at or time.monotonic() + self.hub.settings.live_count_seconds
            if why := reader.ended or await self._checked():
                yield sse.goodbye(why)
                return
            if self._count_at is not None and time.monotonic() >= self._count_at:
                self._count_at = None
                yield await self._unread()
            elif not rows:
                yield sse.HEARTBEAT

    def _told(self, row: RowMapping) -> bytes:
        self.after = at = Position(row["xid"], row["seq"])
        match row["kind"]:
            case ChangeKind.MESSAGE | ChangeKind.WITHDRAWN as kind:
                return sse.event(kind.lower(), MessageOut.of(row, self.language).model_dump(mode="json"), at)
            case ChangeKind.READ:
                return sse.event("read", {"id": row["message_id"], "read_at": row["changed_at"]}, at)
            case _:
                return sse.event("read_all", {"read_at": row["changed_at"]}, at)

    def _patience(self) -> float:
        """How long to wait for a change before something else is due."""
        due = [self.hub.settings.live_heartbeat_seconds, self._check_at - time.monotonic()]
        if self._count_at is not None:
            due.append(self._count_at - time.monotonic())
        return max(min(due), 0.01)

    async def _checked(self) -> Ending | None:
        if time.monotonic() < self._check_at:
            return None
        ended = await self.rights.ended()
        self._check_at = self._next_check()
        return ended

    def _next_check(self) -> float:
        return time.monotonic() + min(self.hub.settings.live_recheck_seconds, self.rights.seconds_left)

    async def _standing(self) -> Standing:
        async with self.hub.asking() as tx:
            return await feed.standing(tx)

    async def _page(self, after: Position, horizon: int) -> Sequence[RowMapping]:
        async with self.hub.asking() as tx:
            return await feed.missed(tx, self._asked, after, horizon, PAGE)

    async def _unread(self) -> bytes:
        async with self.hub.asking() as tx:
            return sse.event("unread", {"unread": await store.unread_count(tx, self.rights.actor)})
