"""Queries on publicities and objections."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.publicity.errors import ObjectionNotFound, PublicityNotFound
from services.workflow.publicity.model import Objection, Publicity
from services.workflow.publicity.states import PublicityKind
from services.workflow.recommendation.model import Recommendation

DECIDERS = (Role.REVIEWER, Role.COMMITTEE_OFFICE)
OVERSEERS = (Role.TITLE_OFFICER, Role.SUPERVISOR)


async def get(tx: AsyncSession, publicity_id: UUID) -> Publicity:
    """The publicity; what is publicised is public.

    Raises:
        PublicityNotFound: there is none by that id.
    """
    found = await tx.get(Publicity, publicity_id)
    if found is None:
        raise PublicityNotFound
    return found


async def by_id(tx: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Publicity]:
    """Several publicities at once."""
    found = await tx.scalars(select(Publicity).where(Publicity.id.in_(list(ids))))
    return {each.id: each for each in found}


def publicities(
    kind: PublicityKind | None, organisation_id: UUID | None, cycle_id: UUID | None, running_on: date | None
) -> Select[Publicity]:
    """The publicities under an organisation, of a cycle, or open for objections on a day."""
    query = select(Publicity)
    if kind is not None:
        query = query.where(Publicity.kind == kind)
    if organisation_id is not None:
        query = query.where(Publicity.lineage.contains([organisation_id]))
    if cycle_id is not None:
        query = query.where(Publicity.cycle_id == cycle_id)
    if running_on is not None:
        query = query.where(and_(Publicity.opens_on <= running_on, Publicity.closes_on >= running_on))
    return query


def objections(actor: Actor, publicity_id: UUID | None) -> Select[Objection]:
    """The objections that the viewer is to decide on, or oversees."""
    query = select(Objection).where(decidable(actor))
    return query if publicity_id is None else query.where(Objection.publicity_id == publicity_id)


async def objection(tx: AsyncSession, objection_id: UUID, actor: Actor) -> Objection:
    """The objection, if the viewer may decide on it.

    Raises:
        ObjectionNotFound: there is none by that id, or it is none of the viewer's.
    """
    found = await tx.scalar(select(Objection).where(Objection.id == objection_id, decidable(actor)))
    if found is None:
        raise ObjectionNotFound
    return found


def named_for(actor: Actor | None, publicity: Publicity) -> bool:
    """Whether somebody reads what was public whenever it was: whom it is about, who decides on objections, who oversees."""
    if actor is None:
        return False
    answers = publicity.organisation_id in actor.organisation_ids(*DECIDERS)
    above = not set(actor.organisation_ids(*OVERSEERS)).isdisjoint(publicity.lineage)
    return actor.id in publicity.concerned or answers or above


async def recommended_by(tx: AsyncSession, publicity: Publicity) -> frozenset[UUID]:
    """The accounts that answer for the recommendation which is publicised: who made or publicised it, and for whom."""
    if publicity.kind != PublicityKind.RECOMMENDATION:
        return frozenset()
    answering = select(Recommendation.answering).where(Recommendation.id == publicity.subject_id)
    return frozenset(await tx.scalar(answering) or ())


def decidable(actor: Actor) -> ColumnElement[bool]:
    """Objections to publicities that the viewer's seats answer for, or that lie below a title officer's.

    A publicity keeps the line it was opened under; an objection to it follows the unit when that moves.
    """
    officer = actor.organisation_ids(Role.TITLE_OFFICER)
    answers = Publicity.organisation_id.in_(actor.organisation_ids(*DECIDERS))
    above = Publicity.lineage.overlap(officer)
    seen = exists().where(Publicity.id == Objection.publicity_id, or_(answers, above))
    return or_(seen, Objection.lineage.overlap(officer))
