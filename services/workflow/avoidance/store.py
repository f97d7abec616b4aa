"""Queries on relations and requests, limited to who may read them: an office and the author, nobody else."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.avoidance.errors import RelationNotFound, RequestNotFound
from services.workflow.avoidance.model import AvoidanceRequest, Relation
from services.workflow.avoidance.states import RelationState, RequestState
from services.workflow.declaration.model import Declaration
from services.workflow.meeting.model import AgendaItem, Meeting, Member
from services.workflow.meeting.states import State as MeetingState

UNDRAWN = (MeetingState.PREPARING, MeetingState.PLAN_FILED, MeetingState.CANCELLED)
SITTING = (MeetingState.DRAWN, MeetingState.OPEN)


def relations(actor: Actor, expert_account_id: UUID | None) -> Select[Relation]:
    """The relations that the caller has put on record, and those that his or her office reads."""
    offices = actor.organisation_ids(Role.COMMITTEE_OFFICE)
    query = select(Relation).where(or_(Relation.recorded_by == actor.id, Relation.lineage.overlap(offices)))
    if expert_account_id is not None:
        query = query.where(Relation.expert_account_id == expert_account_id)
    return query


async def held_relation(tx: AsyncSession, relation_id: UUID, actor: Actor) -> Relation:
    """One relation, held until the transaction ends.

    Raises:
        RelationNotFound: there is none by that id that the caller may read.
    """
    wanted = relations(actor, None).where(Relation.id == relation_id).with_for_update()
    found = await tx.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise RelationNotFound
    return found


async def on_record(tx: AsyncSession, expert_account_ids: Collection[UUID]) -> list[Relation]:
    """What is on record of some experts."""
    wanted = select(Relation).where(
        Relation.expert_account_id.in_(expert_account_ids), Relation.state == RelationState.ON_RECORD
    )
    return list(await tx.scalars(wanted.order_by(Relation.id)))


async def sitting_over(tx: AsyncSession, account_id: UUID, declaration_id: UUID) -> tuple[UUID, UUID] | None:
    """The cycle, and the expert's entry, of a meeting in which an account sits with a declaration on its agenda."""
    wanted = (
        select(Meeting.cycle_id, Member.expert_id)
        .join(Member, Member.meeting_id == Meeting.id)
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .where(
            Member.account_id == account_id,
            AgendaItem.declaration_id == declaration_id,
            Meeting.state.in_(SITTING),
        )
    )
    found = (await tx.execute(wanted.limit(1))).first()
    return None if found is None else (found.cycle_id, found.expert_id)


def visible(actor: Actor) -> ColumnElement[bool]:
    """The caller's own requests, and those on declarations that his or her office takes."""
    offices = actor.organisation_ids(Role.COMMITTEE_OFFICE)
    return or_(AvoidanceRequest.account_id == actor.id, Declaration.office_id.in_(offices))


def requests(
    actor: Actor, declaration_id: UUID | None = None, state: RequestState | None = None
) -> Select[AvoidanceRequest]:
    """The requests that the caller may read."""
    query = select(AvoidanceRequest).join(Declaration).where(visible(actor))
    if declaration_id is not None:
        query = query.where(AvoidanceRequest.declaration_id == declaration_id)
    return query if state is None else query.where(AvoidanceRequest.state == state)


async def request(tx: AsyncSession, request_id: UUID, actor: Actor) -> AvoidanceRequest:
    """One request.

    Raises:
        RequestNotFound: there is none by that id that the caller may read.
    """
    found: AvoidanceRequest | None = await tx.scalar(requests(actor).where(AvoidanceRequest.id == request_id))
    if found is None:
        raise RequestNotFound
    return found


async def lodged(tx: AsyncSession, declaration_id: UUID) -> int:
    """How many requests a declaration has, whatever came of them."""
    counted = select(func.count()).where(AvoidanceRequest.declaration_id == declaration_id)
    return await tx.scalar(counted) or 0


async def counting(
    tx: AsyncSession, declaration_ids: Collection[UUID], *, undecided: bool
) -> list[AvoidanceRequest]:
    """The requests that keep somebody out of the review of some declarations."""
    states = [RequestState.UPHELD, *([RequestState.LODGED] if undecided else [])]
    wanted = select(AvoidanceRequest).where(
        AvoidanceRequest.declaration_id.in_(declaration_ids), AvoidanceRequest.state.in_(states)
    )
    return list(await tx.scalars(wanted.order_by(AvoidanceRequest.id)))


async def drawn_for(tx: AsyncSession, declaration_ids: Collection[UUID]) -> set[UUID]:
    """Those of some declarations that a meeting hears whose experts are drawn; what it put off waits for another."""
    drawn = exists().where(Meeting.id == AgendaItem.meeting_id, Meeting.state.not_in(UNDRAWN))
    wanted = select(AgendaItem.declaration_id).where(
        AgendaItem.declaration_id.in_(declaration_ids), AgendaItem.deferred.is_(None), drawn
    )
    return set(await tx.scalars(wanted))


async def behind(tx: AsyncSession, declaration_ids: Collection[UUID]) -> dict[UUID, Declaration]:
    """The declarations that requests are about, by id."""
    found = await tx.scalars(select(Declaration).where(Declaration.id.in_(declaration_ids)))
    return {each.id: each for each in found}
