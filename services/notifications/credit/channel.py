"""A finding, a shorter bar or a reversal becomes one message, in the transaction that took the event, and one delivery of it a platform."""

from collections.abc import Collection
from typing import Any, cast

import orjson
from sqlalchemy import String, Table, exists, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as insert_once
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.ids import new_id
from services.kit.outbox import CloudEvent
from services.notifications.credit.model import CreditDelivery, CreditMessage
from services.workflow.contract import MisconductBarShortened, MisconductFound, MisconductReversed

Decided = MisconductFound | MisconductBarShortened | MisconductReversed
EVENTS: tuple[type[Decided], ...] = (MisconductFound, MisconductBarShortened, MisconductReversed)
TOLD = {
    *("person_name", "masked_resident_id", "kind", "kind_zh", "serious", "document_number", "body_name"),
    *("decided_on", "certificate_numbers", "bar_from", "bar_to", "found_document_number"),
}
"""No more of the person than a platform needs to know whom it is about."""
COPIED = ("province", "seq", "type", "subject", "document_number", "lineage")
DELIVERIES = cast(Table, CreditDelivery.__table__)


async def deliver(
    tx: AsyncSession, event: Decided, envelope: CloudEvent, platforms: Collection[str], province: str
) -> None:
    """Keep what platforms are to be told, and hand it to each that there is now."""
    kept = insert(CreditMessage).values(
        id=envelope.id,
        province=province,
        type=event.type,
        subject=event.subject,
        document_number=event.document_number,
        message=message_of(event, envelope),
        body_id=event.body_id,
        lineage=event.lineage,
    )
    await tx.execute(kept)
    await hand_out(tx, platforms, event.subject)


def message_of(event: Decided, envelope: CloudEvent) -> dict[str, Any]:
    """What is sent: type, time, data."""
    data = event.model_dump(mode="json", include=TOLD)
    return {"type": event.type, "timestamp": envelope.time, "data": data}


def written(message: dict[str, Any]) -> bytes:
    """A message as it is sent: byte for byte alike every time."""
    return orjson.dumps(message, option=orjson.OPT_SORT_KEYS)


async def hand_out(tx: AsyncSession, platforms: Collection[str], subject: str | None = None) -> None:
    """Make a delivery of every message, or of one case's, for each platform that has none of it yet.

    So a platform that is configured later is told everything, in the order in which it happened; what somebody else hands
    out at the same time is handed out once.
    """
    platform = func.unnest(literal(sorted(platforms), ARRAY(String))).column_valued(
        "listed", joins_implicitly=True
    )
    has = exists().where(CreditDelivery.platform == platform, CreditDelivery.event_id == CreditMessage.id)
    missing = select(CreditMessage, platform).where(~has)
    if subject is not None:
        missing = missing.where(CreditMessage.subject == subject)
    found = await tx.execute(missing.order_by(CreditMessage.seq, platform))
    rows = [
        {"id": new_id(), "platform": name, "event_id": message.id}
        | {column: getattr(message, column) for column in COPIED}
        for message, name in found
    ]
    if rows:
        copies = insert_once(DELIVERIES).values(attempts=0, due_at=func.now()).on_conflict_do_nothing()
        await tx.execute(copies, rows)
