"""Equal opinions of experts in a meeting: how often the same words stand, found by keyed digests; nobody is named."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.meeting.deliberation_model import Opinion
from services.workflow.meeting.opinion import counts


@dataclass(frozen=True, slots=True)
class Alike:
    """One wording: how often it stands, by how many experts, on how many declarations."""

    times: int
    experts: int
    declarations: int


async def wordings(tx: AsyncSession, meeting_id: UUID) -> list[Alike]:
    """Every wording of a meeting's opinions, each as it was last, in one statement; the most frequent first."""
    key = (Opinion.declaration_id, Opinion.expert_id, Opinion.of_group)
    last = (
        select(*key, Opinion.text_digest)
        .where(Opinion.meeting_id == meeting_id, counts())
        .ext(distinct_on(*key))
        .order_by(*key, Opinion.version.desc())
        .subquery()
    )
    alike = (
        func.count(),
        func.count(last.c.expert_id.distinct()),
        func.count(last.c.declaration_id.distinct()),
    )
    every = select(*alike).group_by(last.c.text_digest)
    return [Alike(*row) for row in await tx.execute(every.order_by(*(each.desc() for each in alike)))]
