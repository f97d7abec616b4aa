"""Reading and writing the waiting order; written under the ledger's lock, so that no freed place passes it by."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, false, func, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.ids import new_id
from services.quota.contract import PostPool, TitleLevel
from services.quota.readers import READERS
from services.quota.reservation.model import Reservation
from services.quota.waiting.errors import WaitingNotFound
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
    """Who has a place waits no more at that unit, for whatever level: one is recommended once a year."""
    mine = and_(
        *(getattr(Waiting, name) == getattr(made, name) for name in ("unit_id", "year", "person_id")),
        Waiting.placed_at.is_(None),
    )
    await tx.execute(
        update(Waiting)
        .where(mine)
        .values(placed_at=moment.instant)
        .execution_options(synchronize_session=False)
    )


async def anybody(tx: AsyncSession, unit_id: UUID, year: int, pool: PostPool) -> bool:
    """Whether somebody waits for a place of a unit, year and pool."""
    mine = (Waiting.unit_id == unit_id, Waiting.year == year, Waiting.pool == pool)
    return await tx.scalar(select(Waiting.id).where(*mine, Waiting.placed_at.is_(None)).limit(1)) is not None


async def untell(
    tx: AsyncSession, unit_id: UUID, year: int, pool: PostPool, level: TitleLevel, *, keeping: int
) -> None:
    """Of those told, only as many as there are places still count as told: the first of them."""
    here = (Waiting.unit_id == unit_id, Waiting.year == year, Waiting.pool == pool, Waiting.level == level)
    beyond = (
        select(Waiting.id)
        .where(*here, Waiting.placed_at.is_(None), Waiting.told_at.is_not(None))
        .order_by(Waiting.id)
        .offset(keeping)
    )
    await tx.execute(
        update(Waiting)
        .where(Waiting.id.in_(beyond))
        .values(told_at=None)
        .execution_options(synchronize_session=False)
    )


async def strike(tx: AsyncSession, waiting_id: UUID, actor: Actor) -> Waiting:
    """Take a wish out of the order; the caller recommends for its unit.

    Raises:
        WaitingNotFound: there is none of the caller's unit.
    """
    mine = Waiting.unit_id.in_(actor.organisation_ids(Role.RECOMMENDER))
    gone = delete(Waiting).where(Waiting.id == waiting_id, mine).returning(Waiting)
    found: Waiting | None = await tx.scalar(gone)
    if found is None:
        raise WaitingNotFound
    return found


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
