"""A message says of itself that it was withdrawn; it stays where its readers have seen it."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.inbox.model import Message


async def withdraw(tx: AsyncSession, event_id: UUID, why: str) -> None:
    """Let what was told of an event say so first, and why."""
    said = {
        "title_zh": "（已撤回）" + Message.title_zh,
        "title_en": "(Withdrawn) " + Message.title_en,
        "body_zh": f"本消息已撤回：{why}\n\n" + Message.body_zh,
        "body_en": f"This message was withdrawn: {why}\n\n" + Message.body_en,
    }
    await tx.execute(update(Message).where(Message.event_id == event_id).values(**said))
