"""What quota knows of a unit itself, kept after asking accounts once; names and lines follow by event."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationNature
from services.neighbours.client import Neighbour
from services.quota.ledger.errors import UnitNotFound
from services.quota.ratio.states import UnitLevel
from services.quota.unit import service, store
from services.quota.unit.model import UnitCard


@dataclass(frozen=True, slots=True)
class Card:
    """A unit: `level` is its own, which knows what lies below the county; `lineage` runs from the root down to it.

    `phone` changes without notice, so it is not kept: `with_phone` asks for it where it is printed.
    """

    unit_id: UUID
    name: str
    region_code: str
    level: UnitLevel
    nature: OrganisationNature | None
    industry: str | None
    lineage: tuple[UUID, ...]
    authority_name: str | None
    hrss_id: UUID | None
    phone: str | None = None


async def cards(tx: AsyncSession, accounts: Neighbour, unit_ids: Collection[UUID]) -> Mapping[UUID, Card]:
    """The cards of several units; those not kept yet are asked for in one call and kept.

    Raises:
        Unavailable: accounts does not answer.
    """
    found = await store.fresh(tx, unit_ids)
    if missing := set(unit_ids) - found.keys():
        found |= await service.asked(tx, accounts, missing)
    return {unit_id: _card(row) for unit_id, row in found.items()}


async def card(tx: AsyncSession, accounts: Neighbour, unit_id: UUID) -> Card:
    """The same for one unit.

    Raises:
        UnitNotFound: accounts knows no such unit.
        Unavailable: accounts does not answer.
    """
    found = await cards(tx, accounts, [unit_id])
    if unit_id not in found:
        raise UnitNotFound(field="unit_id")
    return found[unit_id]


async def with_phone(accounts: Neighbour, known: Card) -> Card:
    """A card with the unit's telephone of now.

    Raises:
        Unavailable: accounts does not answer.
    """
    return replace(known, phone=await service.telephone(accounts, known.unit_id))


def _card(row: UnitCard) -> Card:
    return Card(
        row.unit_id,
        row.name,
        row.region_code,
        UnitLevel(row.level),
        OrganisationNature(row.nature) if row.nature else None,
        row.industry,
        tuple(row.lineage),
        row.authority_name,
        row.hrss_id,
    )
