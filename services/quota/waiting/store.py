"""Reading and writing the waiting order; written under the ledger's lock, so that no freed place passes it by."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.ids import new_id
from services.quota.contract import PostPool, TitleLevel
from services.quota.readers import READERS
from services.quota.reservation.model import Reservation
from services.quota.waiting.model import Waiting

WISH = ("unit_id", "year", "pool", "level", "person_id")


def visible(actor: Actor) -> ColumnElement[bool]:
    """Whose waiting the caller may see."""
    if actor.kind == "service":
        return true()
    mine = actor.organisation_ids(*READERS)
    return Waiting.lineage.overlap(mine) if mine else false()


async def note(tx: AsyncSession, wish: Mapping[str, Any], moment: Moment, *, province: str) -> None:
    """Somebody was refused for lack of places. Asked again, the first refusal keeps its place in the order.

    Who had a place meanwhile and gave it back goes to the end. `wish` tells unit, lineage, year, pool, level and person.
    """
    row = insert(Waiting).values(id=new_id(), province=province, refused_at=moment.instant, **wish)
    waited = Waiting.placed_at.is_(None)
    again = {
        "id": case((waited, Waiting.id), else_=row.excluded.id),
        "refused_at": case((waited, Waiting.refused_at), else_=row.excluded.refused_at),
        "refusals": case((waited, Waiting.refusals + 1), else_=1),
        "told_at": None,
        "placed_at": None,
        "person_name": row.excluded.person_name,
        "lineage": row.excluded.lineage,
    }
    await tx.execute(row.on_conflict_do_update(index_elements=list(WISH), set_=again))


async def placed(tx: AsyncSession, made: Reservation, moment: Moment) -> None:
    """Who has a place waits no more."""
    mine = and_(
        *(getattr(Waiting, name) == getattr(made, name) for name in WISH), Waiting.placed_at.is_(None)
    )
    await tx.execute(
        update(Waiting)
        .where(mine)
        .values(placed_at=moment.instant)
        .execution_options(synchronize_session=False)
    )


async def first(
    tx: AsyncSession, unit_id: UUID, year: int, pool: PostPool, level: TitleLevel, at_most: int
) -> Sequence[Waiting]:
    """Those who wait for a place of a level, in the order of their first refusal."""
    here = (Waiting.unit_id == unit_id, Waiting.year == year, Waiting.pool == pool, Waiting.level == level)
    order = select(Waiting).where(*here, Waiting.placed_at.is_(None))
    return (await tx.scalars(order.order_by(Waiting.id).limit(at_most))).all()


async def tell(tx: AsyncSession, ids: Sequence[UUID], moment: Moment) -> None:
    """The unit is told that there is a place for these."""
    await tx.execute(
        update(Waiting)
        .where(Waiting.id.in_(ids))
        .values(told_at=moment.instant)
        .execution_options(synchronize_session=False)
    )


async def page(
    tx: AsyncSession, actor: Actor, *, where: Sequence[ColumnElement[bool]], first: int, after: UUID | None
) -> tuple[list[Waiting], int]:
    """Those waiting whom the caller may see, the first refused first, and how many there are."""
    mine = and_(visible(actor), Waiting.placed_at.is_(None), *where)
    total = await tx.scalar(select(func.count()).select_from(Waiting).where(mine))
    chosen = select(Waiting).where(mine).order_by(Waiting.id).limit(first)
    if after is not None:
        chosen = chosen.where(Waiting.id > after)
    return list((await tx.scalars(chosen)).all()), total or 0
