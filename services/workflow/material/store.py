"""Queries on materials, who opened them, and what reviewers found."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, and_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.driver.once import once
from services.kit.auth import Actor
from services.workflow.declaration.case import Judged
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.store import visible
from services.workflow.material.errors import MaterialNotFound
from services.workflow.material.model import Material, MaterialOpening, MaterialVerdict
from services.workflow.material.states import Verdict
from services.workflow.rows import below

VERDICT = (
    *("id", "province", "material_id", "declaration_id", "organisation_id", "account_id", "reviewer_name"),
    *("turn", "round", "verdict", "reason", "judged_at"),
)
"""Columns of a verdict as they are written."""


async def get(tx: AsyncSession, material_id: UUID, actor: Actor) -> Material:
    """The material, as far as the caller may read its declaration.

    Raises:
        MaterialNotFound: there is none by that id, or it is none of the caller's business.
    """
    readable = (
        select(Material)
        .join(Declaration, Declaration.id == Material.declaration_id)
        .where(Material.id == material_id, visible(actor))
    )
    found: Material | None = await tx.scalar(readable)
    if found is None:
        raise MaterialNotFound(field="material_id")
    return found


async def get_any(tx: AsyncSession, material_id: UUID) -> Material:
    """The material for the holder of a link, read anew.

    Raises:
        MaterialNotFound: there is none by that id.
    """
    found = await tx.get(Material, material_id, populate_existing=True)
    if found is None:
        raise MaterialNotFound(field="material_id")
    return found


async def live(tx: AsyncSession, declaration_id: UUID) -> list[Material]:
    """The materials of a declaration that are neither replaced nor removed, in the order of their making."""
    return list(await tx.scalars(*_live_of(declaration_id)))


async def live_of(tx: AsyncSession, declaration_id: UUID, item: str) -> list[Material]:
    """The same, of one kind."""
    same = _live().where(Material.declaration_id == declaration_id, Material.item == item)
    return list(await tx.scalars(same))


@once
def _live_of(declaration_id: UUID) -> Select[Material]:
    return _live().where(Material.declaration_id == declaration_id)


def _live() -> Select[Material]:
    current = and_(Material.replaced_at.is_(None), Material.removed_at.is_(None))
    return select(Material).where(current).order_by(Material.id)


async def every(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[Material]]:
    """Every material each of several declarations ever had, replaced and removed ones included."""
    return await below(tx, Material, Material.declaration_id, ids, Material.id)


async def verdicts(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[MaterialVerdict]]:
    """What reviewers found of the materials of each of several declarations, oldest first."""
    order = (MaterialVerdict.judged_at, MaterialVerdict.id)
    return await below(tx, MaterialVerdict, MaterialVerdict.declaration_id, ids, *order)


async def judged(tx: AsyncSession, declaration_id: UUID, organisation_id: UUID, account_id: UUID) -> Judged:
    """What one reviewer has opened and found, as far as it still counts: after the material was last sent back."""
    opened = await tx.scalars(*_opened(declaration_id, organisation_id, account_id))
    found = await tx.execute(*_found(declaration_id, organisation_id, account_id))
    last = {row.material_id: row for row in found}
    return Judged(
        opened=frozenset(opened),
        sound=frozenset(key for key, row in last.items() if row.verdict == Verdict.SOUND),
        deficient={key: row.reason or "" for key, row in last.items() if row.verdict == Verdict.DEFICIENT},
    )


@once
def _opened(declaration_id: UUID, organisation_id: UUID, account_id: UUID) -> Select[UUID]:
    return (
        select(MaterialOpening.material_id)
        .join(Material, Material.id == MaterialOpening.material_id)
        .where(
            MaterialOpening.declaration_id == declaration_id,
            MaterialOpening.organisation_id == organisation_id,
            MaterialOpening.account_id == account_id,
            MaterialOpening.turn > Material.questioned_turn,
        )
    )


@once
def _found(
    declaration_id: UUID, organisation_id: UUID, account_id: UUID
) -> Select[*tuple[UUID, str, str | None]]:
    return (
        select(MaterialVerdict.material_id, MaterialVerdict.verdict, MaterialVerdict.reason)
        .join(Material, Material.id == MaterialVerdict.material_id)
        .where(
            MaterialVerdict.declaration_id == declaration_id,
            MaterialVerdict.organisation_id == organisation_id,
            MaterialVerdict.account_id == account_id,
            MaterialVerdict.turn > Material.questioned_turn,
        )
        .order_by(MaterialVerdict.turn)
    )


async def question(tx: AsyncSession, declaration_id: UUID, items: Collection[str], turn: int) -> None:
    """Let nothing count any more that was opened or judged of these kinds up to `turn`."""
    questioned = update(Material).where(Material.declaration_id == declaration_id, Material.item.in_(items))
    await tx.execute(questioned.values(questioned_turn=turn))


async def record_opening(tx: AsyncSession, opening: MaterialOpening) -> None:
    """Remember that a reviewer opened a material; once a turn is enough."""
    values = {column.key: getattr(opening, column.key) for column in MaterialOpening.__table__.columns}
    await tx.execute(insert(MaterialOpening).values(**values).on_conflict_do_nothing())


async def has_opened(tx: AsyncSession, material: Material, organisation_id: UUID, account_id: UUID) -> bool:
    """Whether a reviewer has opened a material since it was last sent back."""
    opened = select(MaterialOpening.material_id).where(
        MaterialOpening.material_id == material.id,
        MaterialOpening.organisation_id == organisation_id,
        MaterialOpening.account_id == account_id,
        MaterialOpening.turn > material.questioned_turn,
    )
    return (await tx.scalar(opened.limit(1))) is not None


async def record_verdict(tx: AsyncSession, verdict: MaterialVerdict) -> None:
    """Remember what a reviewer found; a later word in the same turn replaces the earlier one."""
    given = insert(MaterialVerdict).values({name: getattr(verdict, name) for name in VERDICT})
    again = {name: given.excluded[name] for name in ("verdict", "reason", "judged_at", "reviewer_name")}
    await tx.execute(
        given.on_conflict_do_update(
            index_elements=["material_id", "organisation_id", "account_id", "turn"], set_=again
        )
    )
