"""A message says of itself that it was withdrawn; it stays where its readers have seen it, and open inboxes are told."""

from uuid import UUID

from sqlalchemy import literal, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.notifications.inbox.model import Message
from services.notifications.live import feed


async def withdraw(tx: AsyncSession, event_id: UUID, why: str, moment: Moment) -> None:
    """Let what was told of an event say so first, and why; nobody has to read it any more."""
    said = {
        "title_zh": "（已撤回）" + Message.title_zh,
        "title_en": "(Withdrawn) " + Message.title_en,
        "body_zh": f"本消息已撤回：{why}\n\n" + Message.body_zh,
        "body_en": f"This message was withdrawn: {why}\n\n" + Message.body_en,
        "withdrawn_at": moment.instant,
    }
    these = update(Message).where(Message.event_id == event_id).values(**said)
    told = these.returning(Message.id, Message.audience, Message.roles, literal(moment.instant).label("at"))
    await feed.publish_withdrawn(tx, (await tx.execute(told)).all())
