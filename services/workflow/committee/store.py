"""Queries on committees and on the expert pool."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, any_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.workflow.committee.errors import CommitteeNotFound, ExpertNotFound
from services.workflow.committee.model import Committee, Expert
from services.workflow.committee.rules import RANKED, highest
from services.workflow.committee.states import CommitteeState, ExpertState
from services.workflow.committee.steps import KEEPERS
from services.workflow.visibility import public_or_above


async def get(tx: AsyncSession, committee_id: UUID) -> Committee:
    """The committee by id; committees are public, their experts are not.

    Raises:
        CommitteeNotFound: there is none.
    """
    found = await tx.get(Committee, committee_id)
    if found is None:
        raise CommitteeNotFound
    return found


async def by_id(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Committee]:
    """Several committees, by id."""
    return {each.id: each for each in await tx.scalars(select(Committee).where(Committee.id.in_(ids)))}


async def hold(tx: AsyncSession, committee_id: UUID, *, alone: bool = False) -> Committee:
    """The committee as it is now, unchanged until the transaction ends; many may hold it at once, or one alone.

    Raises:
        CommitteeNotFound: there is none.
    """
    wanted = select(Committee).where(Committee.id == committee_id).with_for_update(read=not alone)
    found = await tx.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise CommitteeNotFound
    return found


async def competent(
    tx: AsyncSession,
    cycle_id: UUID,
    series: str,
    specialty_id: UUID | None,
    level: str,
    lineage: Sequence[UUID],
) -> Committee | None:
    """The approved committee whose jurisdiction a unit's declarations fall into; the nearest one first (一（三）1).

    `lineage` are the unit's organisations from the root down; a committee serving the unit itself goes before one of
    its region, and that before one of the whole province; one of the specialty before one of the whole series.
    """
    path = literal(list(lineage), ARRAY(Uuid))
    every_specialty = func.cardinality(Committee.specialty_ids) == 0
    fitting = select(Committee).where(
        Committee.cycle_id == cycle_id,
        Committee.series == series,
        Committee.state == CommitteeState.APPROVED,
        literal(level) == any_(Committee.levels),
        Committee.serves_id.in_(list(lineage)),
        every_specialty
        if specialty_id is None
        else or_(every_specialty, literal(specialty_id, Uuid) == any_(Committee.specialty_ids)),
    )
    nearest = fitting.order_by(
        func.array_position(path, Committee.serves_id).desc(), every_specialty, Committee.id
    )
    found: Committee | None = await tx.scalar(nearest.limit(1))
    return found


async def expert(tx: AsyncSession, expert_id: UUID) -> Expert:
    """The expert by id.

    Raises:
        ExpertNotFound: there is none.
    """
    found = await tx.get(Expert, expert_id)
    if found is None:
        raise ExpertNotFound
    return found


def qualified(committee: Committee, on: date) -> Select[Expert]:
    """Who may sit in the committee on a day: its series, a specialty of it, its highest level, in the pool, not expired."""
    pool = select(Expert).where(
        Expert.series == committee.series,
        Expert.state == ExpertState.IN_POOL,
        Expert.title_level.in_(RANKED[RANKED.index(highest(committee.levels)) :]),
        Expert.valid_until >= on,
    )
    if committee.specialty_ids:
        named = Expert.specialty_ids.overlap(committee.specialty_ids)
        pool = pool.where(or_(named, func.cardinality(Expert.specialty_ids) == 0))
    return pool


async def qualified_experts(tx: AsyncSession, committee: Committee, on: date) -> list[Expert]:
    """The same, read: by id, so that a draw from them can be replayed."""
    return list(await tx.scalars(qualified(committee, on).order_by(Expert.id)))


async def cover_successor(tx: AsyncSession, specialty_id: UUID, successor_id: UUID) -> dict[str, int]:
    """Let committees and experts that name a specialty name the one it became as well; how many there are of each."""
    covered = {}
    for model in (Committee, Expert):
        naming = update(model).where(model.specialty_ids.contains([specialty_id]))
        wider = func.array_append(model.specialty_ids, successor_id)
        changed = await tx.execute(
            naming.values(specialty_ids=wider, version=model.version + 1).returning(model.id),
            execution_options={"synchronize_session": False},
        )
        covered[model.__tablename__] = len(changed.all())
    return covered


async def entries(tx: AsyncSession, account_id: UUID) -> list[Expert]:
    """The entries of one account, by series."""
    return list(await tx.scalars(select(Expert).where(Expert.account_id == account_id).order_by(Expert.id)))


def kept(actor: Actor, series: str | None, state: ExpertState | None = None) -> Select[Expert]:
    """The pool as the viewer keeps it: what his or her offices, or those below, have registered."""
    query = select(Expert).where(Expert.lineage.overlap(actor.organisation_ids(*KEEPERS)))
    if series is not None:
        query = query.where(Expert.series == series)
    return query if state is None else query.where(Expert.state == state)


async def kept_expert(tx: AsyncSession, expert_id: UUID, actor: Actor, *, held: bool = True) -> Expert:
    """The expert, held until this transaction ends or only read, if the viewer keeps the entry.

    Raises:
        ExpertNotFound: there is none by that id, or another office keeps it.
    """
    wanted = kept(actor, None).where(Expert.id == expert_id)
    wanted = wanted.with_for_update(key_share=True) if held else wanted  # a meeting may name it meanwhile
    found = await tx.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise ExpertNotFound
    return found


def committees(
    actor: Actor | None, cycle_id: UUID | None, series: str | None, state: CommitteeState | None
) -> Select[Committee]:
    """The committees the viewer may read."""
    query = select(Committee).where(readable(actor))
    if cycle_id is not None:
        query = query.where(Committee.cycle_id == cycle_id)
    if series is not None:
        query = query.where(Committee.series == series)
    return query if state is None else query.where(Committee.state == state)


async def seen(tx: AsyncSession, committee_id: UUID, actor: Actor | None) -> Committee:
    """The committee, if the viewer may read it.

    Raises:
        CommitteeNotFound: there is none by that id, or it is another body's proposal.
    """
    found = await tx.scalar(select(Committee).where(Committee.id == committee_id, readable(actor)))
    if found is None:
        raise CommitteeNotFound
    return found


def readable(actor: Actor | None) -> ColumnElement[bool]:
    """What was approved for everybody, withdrawn or not; proposals for the seats above their offices."""
    approved = Committee.state != CommitteeState.PROPOSED
    return public_or_above(approved, Committee.lineage, actor, KEEPERS)
