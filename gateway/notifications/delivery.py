"""Copies of notices on outer channels, for whoever operates the platform: what went where, what was given up (通知发送)."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, First, Known, page
from gateway.told import Told
from gateway.words import described, id_of, optional, terms

COPIES = "/v1/delivery-copies"


@terms("An outer channel; the inbox is always there besides.")
class NoticeChannel(Enum):
    """Channel."""

    EMAIL = "电子邮件"
    SMS = "短信"
    WECOM = "企业微信"
    DINGTALK = "钉钉"
    FEISHU = "飞书"
    WEB_PUSH = "浏览器推送"


@terms("Where a copy of a notice stands.")
class NoticeCopyState(Enum):
    """State of a copy."""

    WAITING = "待发送"
    SENT = "已发送"
    HANDED_ON = "已转下一渠道"
    DEAD = "多次发送失败，待人工处理"
    WITHDRAWN = "已撤回，不再发送"


@strawberry.type(
    description="One recipient's copy of a notice by one channel (通知发送记录); no address, no words."
)
class NoticeCopy(Known):
    """A copy."""

    channel: NoticeChannel = described("By which channel.")
    type: str = described("The event that it tells of, as a stable name.")
    template: str = described("Which notice.")
    subject: str = described("What it is about, as `kind/id`.")
    legal: bool = described("Whether it cannot be switched off.")
    standing: NoticeCopyState = described("Where it stands.")
    attempts: int = described("How often it was tried.")
    created_at: datetime = described("Since when it is to be sent.")
    due_at: datetime = described("When it is tried next, while it waits.")
    sent_at: datetime | None = described("When the provider took it.")
    handed_on_at: datetime | None = described("When the next channel of its reader had its turn.")
    dead_at: datetime | None = described("When it was given up.")
    last_error: str | None = described("What went wrong last.")
    receipt: str | None = described("What the provider answered.")


@strawberry.type(description="How an outer channel of this platform bears up.")
class NoticeChannelStatus(Told):
    """A channel."""

    channel: NoticeChannel = described("Which channel.")
    provided: bool = described("Whether it has a provider; without one what waits for it goes by other ways.")
    away_since: datetime | None = described("Since when its provider is away.")
    probed_at: datetime | None = described("When it is asked again, while it is away.")
    waiting: int = described("How many copies wait.")
    dead: int = described("How many were given up.")


@strawberry.input(description="A copy that was given up, to be sent again under the id that it has.")
class RedriveNoticeCopyInput(Act):
    """Redrive."""

    id: strawberry.ID = id_of("NoticeCopy", "The copy.")


@strawberry.type(description="What came of it.")
class NoticeCopyPayload(Payload):
    """The copy."""

    copy: NoticeCopy | None = optional("The copy as it is now.")


@strawberry.type
class DeliveryQuery:
    """Copies and channels."""

    @strawberry.field(description="Copies of notices, newest first (operators).")
    async def notice_copies(
        self,
        info: Info,
        first: First,
        after: After = None,
        channel: Annotated[NoticeChannel | None, strawberry.argument(description="By this channel.")] = None,
        standing: Annotated[
            NoticeCopyState | None, strawberry.argument(description="Those that stand there.")
        ] = None,
        subject: Annotated[
            str | None, strawberry.argument(description="Of notices about this, as `kind/id`.")
        ] = None,
    ) -> Connection[NoticeCopy] | None:
        """Many copies."""
        told = {
            "channel": channel and channel.name,
            "standing": standing and standing.name,
            "subject": subject,
        }
        return await page(info.context.notifications, COPIES, NoticeCopy.of, first, after, **told)

    @strawberry.field(
        description="The outer channels that have a provider or copies left, and how each bears up (operators)."
    )
    async def notice_channels(self, info: Info) -> list[NoticeChannelStatus] | None:
        """Every channel."""
        return NoticeChannelStatus.each(await info.context.notifications.get("/v1/delivery-channels"))


@strawberry.type
class DeliveryMutation:
    """Acts on copies."""

    @mutation("Send a copy again that was given up (operators).")
    async def redrive_notice_copy(
        self, info: Info, input: RedriveNoticeCopyInput
    ) -> NoticeCopyPayload | None:
        """Send it."""
        path = f"{COPIES}/{uuid_of(input.id, 'NoticeCopy')}/redrive"
        done = await info.context.notifications.write("POST", path)
        return NoticeCopyPayload(copy=NoticeCopy.of(done.record), basis=Basis.each(done.basis))
