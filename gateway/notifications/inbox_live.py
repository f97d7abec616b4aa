"""The inbox live: what the notifications service streams, as a subscription that outlives breaks on the way there.

Each subscription reads one stream of its own and asks for the next event when the last one has left; a reader who is slow
here is slow there, and is cut off and taken up again by the cursor there.
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import orjson
import strawberry
from httpx_sse import EventSource, ServerSentEvent
from strawberry import relay

from gateway.context import Info
from gateway.notifications.inbox import Message
from gateway.relay import After
from gateway.streams import GatewayEnds, Streams
from gateway.words import described, terms
from services.kit.auth import TokenInvalid
from services.kit.errors import Forbidden, Unauthenticated, Unavailable
from services.neighbours.refusals import refusal_of

PATH = "/v1/inbox/stream"
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
PATIENCE_SECONDS = 60.0
"""How long a stream that broke off is sought before the caller is told."""


class SeatsChanged(Forbidden):
    """A role that the caller listened for is no longer held."""

    code = "SEATS_CHANGED"
    zh = "您的角色已变更，请刷新登录后重新订阅"
    en = "Your roles have changed. Refresh your token and subscribe again."


@terms("What changed in the inbox.")
class InboxChangeKind(Enum):
    """What changed."""

    READY = "已连接"
    MESSAGE = "新消息"
    WITHDRAWN = "消息已撤回"
    READ = "已读"
    READ_ALL = "全部已读"
    UNREAD = "未读数"
    RESET = "须重新加载"


@strawberry.type(
    description="A change of the caller's inbox (收件箱变化). READY: load the inbox now, nothing is missed after it; RESET: load it anew."
)
class InboxChange:
    """A change."""

    kind: InboxChangeKind = described("What changed.")
    cursor: str = described("Given as `after`, a subscription goes on after this change.")
    message: Message | None = described(
        "The message that came, or was withdrawn, in its words of now.", default=None
    )
    read_id: strawberry.ID | None = described(
        "The message that was read, here or in another tab.", default=None
    )
    read_at: datetime | None = described("When it was, or everything.", default=None)
    unread: int | None = described("How many are unread now; told with UNREAD.", default=None)


@strawberry.type
class InboxSubscription:
    """The inbox live."""

    @strawberry.subscription(
        description="The caller's inbox as it changes. Each change since `after` comes, at least once, in order."
    )
    async def inbox_changes(self, info: Info, after: After = None) -> AsyncGenerator[InboxChange, None]:
        """Changes, as long as the caller's token is good."""
        if info.context.actor is None:
            raise Unauthenticated
        cursor = after
        async with aclosing(events(info.context.streams, after)) as heard:
            async for event in heard:
                cursor = event.id or cursor or ""
                info.context.forget()
                yield change_of(event, cursor)


def change_of(event: ServerSentEvent, cursor: str) -> InboxChange:
    """The change that an event tells."""
    told: dict[str, Any] = orjson.loads(event.data)
    kind = InboxChangeKind[event.event.upper()]
    change = InboxChange(kind=kind, cursor=cursor)
    match kind:
        case InboxChangeKind.MESSAGE | InboxChangeKind.WITHDRAWN:
            change.message = Message.of(told)
        case InboxChangeKind.READ:
            change.read_id = strawberry.ID(str(relay.GlobalID("Message", str(UUID(told["id"])))))
            change.read_at = datetime.fromisoformat(told["read_at"])
        case InboxChangeKind.READ_ALL:
            change.read_at = datetime.fromisoformat(told["read_at"])
        case InboxChangeKind.UNREAD:
            change.unread = told["unread"]
    return change


async def events(streams: Streams, after: str | None) -> AsyncGenerator[ServerSentEvent, None]:
    """Events of the caller's stream; where it breaks off, those of the next one from the last cursor on.

    Raises:
        Refusal: the service refuses the stream, or did not answer for too long.
        TokenInvalid: the token has ended.
        SeatsChanged: a seat of the token is no longer held.
    """
    pause, begun, lost_at = FIRST_PAUSE, False, None
    while True:
        try:
            async with aclosing(_stream(streams, after)) as heard:
                async for event in heard:
                    after, pause, begun, lost_at = event.id or after, FIRST_PAUSE, True, None
                    yield event
        except GatewayEnds:
            raise
        except Unavailable:
            if not begun or (lost_at and time.monotonic() - lost_at > PATIENCE_SECONDS):
                raise
        lost_at = lost_at or time.monotonic()
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - nobody gains by guessing it
        pause = min(pause * 2, LONGEST_PAUSE)


async def _stream(streams: Streams, after: str | None) -> AsyncGenerator[ServerSentEvent, None]:
    headers = {"last-event-id": after} if after else {}
    async with streams.notifications.stream("GET", PATH, headers=headers) as answer:
        if not answer.is_success:
            await answer.aread()
            raise refusal_of(answer, "notifications")
        async with aclosing(EventSource(answer).aiter_sse()) as heard:
            while (event := await streams.next_of(heard)) is not None:
                if event.event == "bye":
                    _end(event)
                    return
                if event.data:
                    yield event


def _end(event: ServerSentEvent) -> None:
    """Whether the service says goodbye for good."""
    match event.json()["reason"]:
        case "TOKEN_ENDED":
            raise TokenInvalid
        case "RIGHTS_CHANGED":
            raise SeatsChanged
