"""Cards in the database: kept, found, followed."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Function, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationKind
from services.kit.auth import Actor
from services.quota.ledger.errors import UnitNotFound
from services.quota.readers import READERS, works_at
from services.quota.unit.model import UnitCard
from services.quota.unit.rules import nearest, own_level
from services.quota.unit.schemas import IN_USE, Told

KEPT = ("name", "region_code", "level", "nature", "industry", "in_use", "lineage")
ABOVE = ("authority_id", "authority_name", "hrss_id")
BARE = {"synchronize_session": False}


async def fresh(tx: AsyncSession, unit_ids: Collection[UUID]) -> dict[UUID, UnitCard]:
    """The cards at hand that need not be asked for again."""
    mine = select(UnitCard).where(UnitCard.unit_id.in_(unit_ids), ~UnitCard.stale)
    found = await tx.scalars(mine.execution_options(populate_existing=True))
    return {card.unit_id: card for card in found}


async def ask_quietly(tx: AsyncSession) -> None:
    """Before accounts is asked: what it tells of a change meanwhile is heard when the answer is kept, not before."""
    await tx.execute(select(func.pg_advisory_xact_lock_shared(_key())))


async def hear_alone(tx: AsyncSession) -> None:
    """Before cards follow a change: no answer of before it is still to be kept."""
    await tx.execute(select(func.pg_advisory_xact_lock(_key())))


async def keep(tx: AsyncSession, told: Sequence[Told], townships: Collection[UUID]) -> dict[UUID, UnitCard]:
    """Keep what accounts told; `townships` are the superiors that lie below the county."""
    if not told:
        return {}
    rows = [_row(each, townships) for each in sorted(told, key=lambda each: each.id)]
    new = insert(UnitCard)
    changed = {name: new.excluded[name] for name in (*KEPT, *ABOVE)}
    anew = {**changed, "stale": False, "asked_at": func.now()}
    kept = new.on_conflict_do_update(index_elements=["unit_id"], set_=anew).returning(UnitCard)
    found = await tx.scalars(kept.execution_options(populate_existing=True), rows)
    return {card.unit_id: card for card in found}


async def rename(tx: AsyncSession, organisation_id: UUID, name: str) -> None:
    """An organisation has another name: as a unit, and as the authority of others."""
    itself = update(UnitCard).where(UnitCard.unit_id == organisation_id).values(name=name)
    below = update(UnitCard).where(UnitCard.authority_id == organisation_id).values(authority_name=name)
    for statement in (itself, below):
        await tx.execute(statement.execution_options(**BARE))


async def doubt(tx: AsyncSession, organisation_id: UUID) -> None:
    """Ask for an organisation again before its card is shown."""
    mine = update(UnitCard).where(UnitCard.unit_id == organisation_id).values(stale=True)
    await tx.execute(mine.execution_options(**BARE))


async def doubt_below(tx: AsyncSession, organisation_id: UUID, after: UUID, at_most: int) -> UUID | None:
    """The same of some units in a subtree, by order of id; the last one, None when there are no more."""
    some = (
        select(UnitCard.unit_id)
        .where(UnitCard.lineage.contains([organisation_id]), UnitCard.unit_id > after)
        .order_by(UnitCard.unit_id)
        .limit(at_most)
    )
    ids = list(await tx.scalars(some))
    await tx.execute(
        update(UnitCard).where(UnitCard.unit_id.in_(ids)).values(stale=True).execution_options(**BARE)
    )
    return ids[-1] if len(ids) == at_most else None


def require_visible(unit_id: UUID, lineage: Collection[UUID], actor: Actor) -> None:
    """Refuse unless the caller works at the unit, in a department of it, or on cases above it.

    Raises:
        UnitNotFound: neither.
    """
    above = set(actor.organisation_ids(*READERS)).intersection(lineage)
    if actor.kind != "service" and not above and not works_at(actor, unit_id):
        raise UnitNotFound(field="unit_id")


def _row(told: Told, townships: Collection[UUID]) -> dict[str, Any]:
    authority = nearest(told.lineage, OrganisationKind.AUTHORITY)
    hrss = nearest(told.lineage, OrganisationKind.HRSS)
    below = any(each.id in townships for each in told.lineage)
    return {
        "unit_id": told.id,
        "name": told.name,
        "region_code": told.region_code,
        "level": own_level(told.level, told.nature, below_township=below),
        "nature": told.nature,
        "industry": told.industry,
        "in_use": told.status == IN_USE,
        "lineage": [each.id for each in told.lineage],
        "authority_id": authority and authority.id,
        "authority_name": authority and authority.name,
        "hrss_id": hrss and hrss.id,
    }


def _key() -> Function[int]:
    key: Function[int] = func.hashtextextended("quota/unit-cards", 0)
    return key
