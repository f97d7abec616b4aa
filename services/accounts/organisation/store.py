"""Organisations in the database; every answer brings its lineage with names in the same query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.organisation.errors import OrganisationExists, OrganisationNotFound
from services.accounts.organisation.lineage import line_of
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.regions import Region
from services.accounts.organisation.schemas import OrganisationOut
from services.kit.errors import Basis

Regions = Mapping[str, Region]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; `within` limits it to subtrees."""

    within: Sequence[UUID] | None
    parent_id: UUID | None = None
    kind: str | None = None
    q: str | None = None


async def add(tx: AsyncSession, values: Mapping[str, Any], basis: Basis) -> None:
    """Insert an organisation; of two at once with the same code, one.

    Raises:
        OrganisationExists: one with this code, or the only one of its kind in the region, is there; says its name.
    """
    row = insert(Organisation).values(**values).on_conflict_do_nothing().returning(Organisation.id)
    if await tx.scalar(row) is not None:
        return
    unique = (Organisation.uscc, Organisation.single_key)
    same = or_(*(column == values[column.key] for column in unique if values[column.key] is not None))
    found = (await tx.execute(select(Organisation.name, Organisation.uscc).where(same))).first()
    field = "uscc" if found and found.uscc and found.uscc == values["uscc"] else "region_code"
    raise OrganisationExists(name=found.name if found else "-", field=field, basis=(basis,))


async def add_root(tx: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Insert the province's root; False when it is there."""
    row = insert(Organisation).values(**values).on_conflict_do_nothing()
    return await tx.scalar(row.returning(Organisation.id)) is not None


async def get(tx: AsyncSession, organisation_id: UUID) -> Organisation:
    """The bare row of an organisation.

    Raises:
        OrganisationNotFound: there is none.
    """
    found = await tx.get(Organisation, organisation_id)
    if found is None:
        raise OrganisationNotFound
    return found


async def lineage_of(tx: AsyncSession, organisation_id: UUID) -> list[UUID]:
    """The ids from the root down to an organisation; empty for an unknown one."""
    return await tx.scalar(select(Organisation.lineage).where(Organisation.id == organisation_id)) or []


async def described(tx: AsyncSession, ids: Sequence[UUID], regions: Regions) -> list[OrganisationOut]:
    """Organisations by id with their lineages, newest first, in one query; unknown ids are left out."""
    rows = await tx.execute(_described().where(Organisation.id.in_(ids)).order_by(Organisation.id.desc()))
    return [_out(organisation, line, regions) for organisation, line in rows]


def narrowed(narrow: Filter) -> Select[Organisation]:
    """The bare organisations of a list."""
    query = select(Organisation)
    if narrow.within is not None:
        query = query.where(Organisation.lineage.overlap(narrow.within))
    if narrow.parent_id:
        query = query.where(Organisation.parent_id == narrow.parent_id)
    if narrow.kind:
        query = query.where(Organisation.kind == narrow.kind)
    if narrow.q:
        query = query.where(Organisation.name.icontains(narrow.q, autoescape=True))
    return query


def _described() -> Select[Any]:
    """An organisation and its lineage as JSON, from the root down."""
    line = line_of(Organisation, Organisation.lineage, "id", "name", "kind", "level")
    return select(Organisation, line.label("line"))


def _out(organisation: Organisation, line: list[dict[str, Any]], regions: Regions) -> OrganisationOut:
    region = regions.get(organisation.region_code)
    return OrganisationOut.model_validate(
        {
            "id": organisation.id,
            "name": organisation.name,
            "kind": organisation.kind,
            "level": organisation.level,
            "nature": organisation.nature,
            "industry": organisation.industry,
            "region_code": organisation.region_code,
            "region_name": region.name if region else organisation.region_code,
            "parent_id": organisation.parent_id,
            "uscc": organisation.uscc,
            "status": organisation.state,
            "lineage": line,
            "created_at": organisation.created_at,
            "version": organisation.version,
        }
    )
