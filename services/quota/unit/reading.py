"""What quota knows of a unit itself, kept after asking accounts once; names and lines follow by event."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationNature
from services.kit.client import Neighbour
from services.quota.ratio.states import UnitLevel


@dataclass(frozen=True, slots=True)
class Card:
    """A unit: `level` is its own, which knows what lies below the county; `lineage` runs from the root down to it."""

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
    del tx, accounts, unit_ids
    return {}


async def card(tx: AsyncSession, accounts: Neighbour, unit_id: UUID) -> Card:
    """The same for one unit.

    Raises:
        UnitNotFound: accounts knows no such unit.
        Unavailable: accounts does not answer.
    """
    return (await cards(tx, accounts, [unit_id]))[unit_id]
