"""A finding or a reversal becomes one delivery a platform, in the transaction that took the event."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.ids import new_id
from services.kit.outbox import CloudEvent
from services.notifications.credit.model import CreditDelivery
from services.workflow.contract import MisconductFound, MisconductReversed

Decided = MisconductFound | MisconductReversed
EVENTS: tuple[type[Decided], ...] = (MisconductFound, MisconductReversed)
TOLD = {
    *("person_name", "masked_resident_id", "kind", "kind_zh", "serious", "document_number", "body_name"),
    *("decided_on", "certificate_numbers", "bar_from", "bar_to", "found_document_number"),
}
"""No more of the person than a platform needs to know whom it is about."""


async def deliver(
    tx: AsyncSession, event: Decided, envelope: CloudEvent, platforms: Collection[str], province: str
) -> None:
    """Write what each platform is to be told; what was written for the event before is not written again."""
    for platform in sorted(platforms):
        row = insert(CreditDelivery).values(
            id=new_id(),
            province=province,
            platform=platform,
            event_id=envelope.id,
            type=event.type,
            subject=event.subject,
            document_number=event.document_number,
            message=message_of(event, envelope),
            attempts=0,
            due_at=func.now(),
            lineage=event.lineage,
        )
        await tx.execute(row.on_conflict_do_nothing())


def message_of(event: Decided, envelope: CloudEvent) -> dict[str, Any]:
    """What is sent: type, time, data."""
    data = event.model_dump(mode="json", include=TOLD)
    return {"type": event.type, "timestamp": envelope.time, "data": data}
