"""The inbox as a channel: a notice becomes a message."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import Language
from services.notifications.delivery.notice import Notice
from services.notifications.inbox.model import Message
from services.notifications.live import feed
from services.notifications.live.states import ChangeKind


class InboxChannel:
    """Keeps notices for their readers."""

    def __init__(self, province: str) -> None:
        self._province = province

    async def deliver(self, tx: AsyncSession, notices: Sequence[Notice]) -> None:
        """Write a message for each notice, unless it is there, and tell of it live."""
        if notices:
            rows = insert(Message).values([self._row(each) for each in notices]).on_conflict_do_nothing()
            told = rows.returning(Message.id, Message.audience, Message.roles, Message.at)
            await feed.publish_messages(tx, ChangeKind.MESSAGE, (await tx.execute(told)).all())

    def _row(self, notice: Notice) -> dict[str, object]:
        zh, en = notice.texts[Language.ZH], notice.texts[Language.EN]
        audience = notice.audience
        return {
            "province": self._province,
            "audience": audience.key,
            "roles": list(audience.roles) if audience.roles else None,
            "organisation_id": audience.organisation_id,
            "event_id": notice.event_id,
            "type": notice.type,
            "template": notice.template,
            "template_version": notice.version,
            "subject": notice.subject,
            "legal": notice.legal,
            "at": notice.at,
            "title_zh": zh.title,
            "title_en": en.title,
            "body_zh": zh.body,
            "body_en": en.body,
            "basis": [asdict(each) for each in notice.basis],
        }
