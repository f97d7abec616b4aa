"""Queries on review criteria."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.criteria.errors import CriteriaNotFound
from services.workflow.criteria.model import Criteria
from services.workflow.criteria.states import CriteriaState
from services.workflow.cycle.model import Specialty
from services.workflow.visibility import public_or_above


async def get(tx: AsyncSession, criteria_id: UUID) -> Criteria:
    """The criteria by id.

    Raises:
        CriteriaNotFound: there are none.
    """
    found = await tx.get(Criteria, criteria_id)
    if found is None:
        raise CriteriaNotFound
    return found


async def in_force(
    tx: AsyncSession,
    series: str,
    specialty_id: UUID | None,
    level: str,
    on: date,
    lineage: Sequence[UUID] = (),
) -> list[Criteria]:
    """The published criteria in force on a day for who belongs under `lineage` (no line: for the whole province).

    The newest of each place, for the specialty and for the series, in the order in which they apply: those of the
    specialty, or of what it was before it was adjusted, go before those of the whole series (一（一）), and then those of
    the unit before those of the region before those of the province (一（三）1).
    """
    path = cast(list(lineage), ARRAY(Uuid))
    one = Specialty.id == specialty_id
    formers = select(Specialty.former_ids).where(one).scalar_subquery()
    each_former = select(func.unnest(Specialty.former_ids)).where(one)
    same = select(Criteria).where(
        Criteria.series == series,
        Criteria.level == level,
        Criteria.state == CriteriaState.PUBLISHED,
        Criteria.effective_from <= on,
        or_(
            Criteria.specialty_id == specialty_id,
            Criteria.specialty_id.in_(each_former),
            Criteria.specialty_id.is_(None),
        ),
        or_(Criteria.serves_id.in_(list(lineage)), Criteria.serves_id.is_(None)),
    )
    order = (
        Criteria.specialty_id.is_(None),
        func.array_position(formers, Criteria.specialty_id).desc().nulls_first(),
        func.array_position(path, Criteria.serves_id).desc().nulls_last(),
        Criteria.effective_from.desc(),
        Criteria.edition.desc(),
    )
    return newest_of_each(await tx.scalars(same.order_by(*order)))


def newest_of_each(found: Iterable[Criteria]) -> list[Criteria]:
    """The first of each place and specialty; what it has taken the place of is left out."""
    newest: dict[tuple[UUID | None, UUID | None], Criteria] = {}
    for each in found:
        newest.setdefault((each.specialty_id, each.serves_id), each)
    return list(newest.values())


async def next_edition(
    tx: AsyncSession, series: str, specialty_id: UUID | None, level: str, serves_id: UUID | None
) -> int:
    """The number of the next version for a series (or specialty), level and served place."""
    newest = select(func.max(Criteria.edition)).where(
        Criteria.series == series,
        Criteria.level == level,
        Criteria.specialty_id.is_not_distinct_from(specialty_id),
        Criteria.serves_id.is_not_distinct_from(serves_id),
    )
    return (await tx.scalar(newest) or 0) + 1


async def seen(tx: AsyncSession, criteria_id: UUID, actor: Actor | None) -> Criteria:
    """The criteria, if the viewer may read them.

    Raises:
        CriteriaNotFound: there are none by that id, or they are another body's proposal.
    """
    found = await tx.scalar(select(Criteria).where(Criteria.id == criteria_id, readable(actor)))
    if found is None:
        raise CriteriaNotFound
    return found


def readable_criteria(
    actor: Actor | None, series: str | None, level: str | None, in_force_on: date | None
) -> Select[Criteria]:
    """The criteria the viewer may read; with a day: those published and effective by then."""
    query = select(Criteria).where(readable(actor))
    if series is not None:
        query = query.where(Criteria.series == series)
    if level is not None:
        query = query.where(Criteria.level == level)
    if in_force_on is None:
        return query
    return query.where(Criteria.state == CriteriaState.PUBLISHED, Criteria.effective_from <= in_force_on)


def readable(actor: Actor | None) -> ColumnElement[bool]:
    """Published criteria for everybody, proposals for the offices and officers above them."""
    published = Criteria.state == CriteriaState.PUBLISHED
    return public_or_above(published, Criteria.lineage, actor, (Role.TITLE_OFFICER, Role.COMMITTEE_OFFICE))
