"""The inbox as a channel: a notice becomes a message."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import Language
from services.kit.ids import new_id
from services.notifications.delivery.notice import Notice
from services.notifications.live import feed
from services.notifications.live.states import ChangeKind

COLUMNS = """
    id, province, audience, roles, organisation_id, event_id, type, template, template_version, subject, legal, at,
    title_zh, title_en, body_zh, body_en, basis
"""
KEEP = text(f"""
    with told as (
        insert into message ({COLUMNS}) select {COLUMNS} from jsonb_populate_recordset(null::message, :rows)
        on conflict do nothing returning '{ChangeKind.MESSAGE}' as kind, audience, roles, id as message_id, at
    )
    {feed.telling("told")}
""").bindparams(bindparam("rows", type_=JSONB))  # noqa: S608 - pieces of this service


class InboxChannel:
    """Keeps notices for their readers."""

    def __init__(self, province: str) -> None:
        self._province = province

    async def deliver(self, tx: AsyncSession, notices: Sequence[Notice]) -> None:
        """Write a message for each notice, unless it is there, and tell of it live."""
        if notices:
            await tx.execute(KEEP, {"rows": [self._row(each) for each in notices]})

    def _row(self, notice: Notice) -> dict[str, object]:
        zh, en = notice.texts[Language.ZH], notice.texts[Language.EN]
        audience = notice.audience
        return {
            "id": new_id(),
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
