"""A submission becomes one question a platform, in the transaction that took the event; what is over is asked no more."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import outbox
from services.kit.clock import Moment
from services.kit.ids import new_id
from services.notifications.contract import CreditCheckAsked
from services.notifications.credit.policy import Platform
from services.notifications.credit_check.model import CreditCheck
from services.workflow.contract import DeclarationMoved

ASKING = "SUBMIT"
ENDING = frozenset({"WITHDRAW", "REFUSE", "LAPSE", "DISQUALIFY", "TERMINATE", "END", "VOTE_FAIL", "FILE"})
"""Steps after which nobody's record is asked for any more: there is no purpose left."""
TYPE = "titles.credit_check.v1"
ANEW, OVER = "SUBMITTED_ANEW", "DECLARATION_OVER"


def asked(platforms: Mapping[str, Platform]) -> dict[str, Platform]:
    """The platforms that answer questions."""
    return {name: each for name, each in platforms.items() if each.check_url is not None}


async def hear(
    tx: AsyncSession,
    event: DeclarationMoved,
    moment: Moment,
    platforms: Mapping[str, Platform],
    province: str,
) -> None:
    """Ask of whoever has submitted, and anew of whoever submits again."""
    if event.action in ENDING:
        await _drop(tx, event.declaration_id, OVER)
    if event.action != ASKING:
        return
    await _drop(tx, event.declaration_id, ANEW)
    for name, platform in sorted(asked(platforms).items()):
        check_id = new_id()
        row = CreditCheck(
            id=check_id,
            province=province,
            type=TYPE,
            subject=f"credit_check/{check_id}",
            attempts=0,
            due_at=func.now(),
            platform=name,
            declaration_id=event.declaration_id,
            number=event.number,
            person_id=event.person_id,
            lineage=event.lineage,
        )
        tx.add(row)
        await tx.flush()
        told = CreditCheckAsked(
            check_id=check_id,
            declaration_id=event.declaration_id,
            platform=name,
            platform_title=platform.title,
        )
        await outbox.publish(tx, told, moment)


async def still_asked(tx: AsyncSession, check_id: UUID) -> bool:
    """Whether nobody has dropped the question, which nobody else settles or drops then before this transaction ends."""
    open_ = select(CreditCheck.id).where(CreditCheck.id == check_id, CreditCheck.dead_at.is_(None))
    return await tx.scalar(open_.with_for_update()) is not None


async def _drop(tx: AsyncSession, declaration_id: UUID, why: str) -> None:
    """Ask no more what was not answered."""
    waiting = update(CreditCheck).where(
        CreditCheck.declaration_id == declaration_id,
        CreditCheck.delivered_at.is_(None),
        CreditCheck.dead_at.is_(None),
    )
    await tx.execute(
        waiting.values(dead_at=func.now(), last_error=why), execution_options={"synchronize_session": False}
    )
