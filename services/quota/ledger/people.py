"""Who is in the figures of a form or plan: kept with it, as the unit's staffing ledger stood then."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.quota.contract import PostPool
from services.quota.ledger import store
from services.quota.ledger.model import CountedPerson
from services.quota.staffing import reading as staffing


async def keep(tx: AsyncSession, counted_by: UUID, unit_id: UUID, pool: PostPool, moment: Moment) -> None:
    """Keep them; of a unit without a ledger nobody is known, and nobody's post is deemed vacant."""
    found = await staffing.counted_people(tx, unit_id, pool, on=moment.today)
    rows = [
        CountedPerson(counted_by=counted_by, person_id=person_id, level=level, in_post=in_post)
        for person_id, level, in_post in found
    ]
    await store.keep_people(tx, counted_by, rows)
