"""Organisations in the database; every answer brings its lineage with names in the same query."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.organisation.errors import (
    OrganisationExists,
    OrganisationNotFound,
    OrganisationNotInUse,
)
from services.accounts.organisation.lineage import line_of
from services.accounts.organisation.model import FormerName, Organisation
from services.accounts.organisation.regions import Region
from services.accounts.organisation.schemas import CalledOut, OrganisationOut
from services.accounts.organisation.states import State
from services.kit.errors import Basis

Regions = Mapping[str, Region]
DESCRIBED: Select[Any] = (
    select(
        Organisation, line_of(Organisation, Organisation.lineage, "id", "name", "kind", "level").label("line")
    )
    .where(Organisation.id.in_(bindparam("ids", expanding=True)))
    .order_by(Organisation.id.desc())
)
"""Organisations and their lineages as JSON, from the root down; made once: that takes longer than asking."""


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
    found = (await tx.scalars(select(Organisation).where(same).limit(1))).first()
    raise await exists(tx, found, values["uscc"], basis)


async def exists(
    tx: AsyncSession, found: Organisation | None, uscc: str | None, basis: Basis
) -> OrganisationExists:
    """The refusal of an organisation that was asked for with `uscc`, because of the one `found` in its place."""
    field = "uscc" if found and found.uscc and found.uscc == uscc else "region_code"
    where_zh, where_en = await _where_it_went(tx, found)
    return OrganisationExists(
        name=found.name if found else "-", where_zh=where_zh, where_en=where_en, field=field, basis=(basis,)
    )


async def _where_it_went(tx: AsyncSession, found: Organisation | None) -> tuple[str, str]:
    """What to know of one that is no longer in use: its heir, or that it can be reopened."""
    if found is None or found.state == State.ACTIVE:
        return "", ""
    if found.successor_id is not None:
        heir = await get(tx, found.successor_id)
        return f"；该机构已并入“{heir.name}”", f" It went into {heir.name}."
    return "；该机构已停用，可由其直接上级恢复使用", " It is closed; its direct superior can reopen it."


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


async def called(tx: AsyncSession, below: UUID, names: Collection[str]) -> list[CalledOut]:
    """The organisations of a subtree that have, or had, one of some names; in use or not."""
    there = select(Organisation.id, Organisation.name, Organisation.lineage)
    now = there.add_columns(Organisation.name.label("called")).where(Organisation.name.in_(names))
    before = there.add_columns(FormerName.name.label("called"))
    before = before.join(FormerName, FormerName.organisation_id == Organisation.id)
    ways = now, before.where(FormerName.name.in_(names))
    found = await tx.execute(union(*(way.where(Organisation.lineage.contains([below])) for way in ways)))
    return [CalledOut(called=row.called, id=row.id, name=row.name, lineage_ids=row.lineage) for row in found]


def refuse_unless_in_use(row: Organisation, basis: Basis) -> None:
    """Refuse what would add to an organisation, or grant anything there, that is no longer in use.

    It stays in use until the transaction ends if `closure.hold` was asked before `row` was read.

    Raises:
        OrganisationNotInUse: it is closed, or went into another.
    """
    if row.state != State.ACTIVE:
        state = State(row.state)
        raise OrganisationNotInUse(name=row.name, state=state, state_zh=state.zh, basis=(basis,))


async def lineage_of(tx: AsyncSession, organisation_id: UUID) -> list[UUID]:
    """The ids from the root down to an organisation; empty for an unknown one."""
    return await tx.scalar(select(Organisation.lineage).where(Organisation.id == organisation_id)) or []


async def described(tx: AsyncSession, ids: Sequence[UUID], regions: Regions) -> list[OrganisationOut]:
    """Organisations by id with their lineages, newest first, in one query; unknown ids are left out."""
    rows = await tx.execute(DESCRIBED, {"ids": ids})
    return [_out(organisation, line, regions) for organisation, line in rows]


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
            "successor_id": organisation.successor_id,
        }
    )
