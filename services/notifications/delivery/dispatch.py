"""Outer channels as a channel: a notice becomes one row of fan-out, in the transaction that took the event."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import clock
from services.kit.errors import Language
from services.notifications.delivery.model import Dispatch
from services.notifications.delivery.notice import Notice
from services.notifications.delivery.priority import priority_of


class OuterChannels:
    """Keeps notices to be copied to whatever channels their readers chose."""

    def __init__(self, province: str, *, simulated: bool) -> None:
        self._province = province
        self._simulated = simulated

    async def deliver(self, tx: AsyncSession, notices: Sequence[Notice]) -> None:
        """Write a row of fan-out for each notice, unless it is there."""
        if notices:
            now = (await clock.now(tx, simulated=self._simulated)).instant
            rows = [self._row(each) | {"due_at": now} for each in notices]
            await tx.execute(insert(Dispatch).on_conflict_do_nothing(), rows)

    def _row(self, notice: Notice) -> dict[str, object]:
        zh, en = notice.outside[Language.ZH], notice.outside[Language.EN]
        audience = notice.audience
        return {
            "province": self._province,
            "event_id": notice.event_id,
            "audience": audience.key,
            "roles": list(audience.roles) if audience.roles else None,
            "type": notice.type,
            "template": notice.template,
            "topic": notice.topic,
            "subject": notice.subject,
            "legal": notice.legal,
            "at": notice.at,
            "title_zh": zh.title,
            "title_en": en.title,
            "body_zh": zh.body,
            "body_en": en.body,
            "basis": [asdict(each) for each in notice.basis],
            "priority": priority_of(notice),
            "attempts": 0,
        }
