"""Who answers for a declaration at which level: each approval by name, and for strict ones two persons' (三（一）、三（二）)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor, Seat
from services.kit.ids import new_id
from services.workflow.declaration.call import Call
from services.workflow.declaration.case import Endorsed
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import ReviewAction
from services.workflow.review_chain.model import ReviewEndorsement
from services.workflow.rows import below

ANSWERED = frozenset({ReviewAction.ENDORSE, ReviewAction.PASS, ReviewAction.ACCEPT})
"""Steps by which a reviewer answers for a declaration."""


async def as_facts(tx: AsyncSession, declaration: Declaration, actor: Actor) -> tuple[Endorsed, ...]:
    """Who has answered for the declaration in its present round, seen from the caller."""
    return tuple(
        Endorsed(
            position=each.position,
            current=each.turn == declaration.turn,
            by_caller=_is_one_with(each, actor),
        )
        for each in (await of(tx, [declaration.id]))[declaration.id]
        if each.round == declaration.round
    )


def _is_one_with(other: ReviewEndorsement, actor: Actor) -> bool:
    """Whether it was the caller: the same account or person, or one of both acts, or acted, on behalf of the other."""
    same_person = actor.person_id is not None and actor.person_id == other.person_id
    return same_person or not actor.answering.isdisjoint(other.answering)


async def of(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[ReviewEndorsement]]:
    """Who has answered for each of several declarations, oldest first."""
    owner = ReviewEndorsement.declaration_id
    return await below(tx, ReviewEndorsement, owner, ids, ReviewEndorsement.id)


def record(call: Call, declaration: Declaration, action: ReviewAction, seat: Seat) -> ReviewEndorsement:
    """Write down that the caller answers for the declaration where it is now."""
    actor, place = call.actor, declaration.at_organisation_id
    answered = ReviewEndorsement(
        id=new_id(),
        province=declaration.province,
        created_at=call.moment.instant,
        declaration_id=declaration.id,
        organisation_id=place,
        position=declaration.position,
        turn=declaration.turn,
        round=declaration.round,
        action=action,
        account_id=actor.id,
        person_id=actor.person_id,
        answering=sorted(actor.answering),
        reviewer_name=actor.named(place),
        endorsed_at=call.moment.instant,
        lineage=[node.id for node in seat.lineage],
    )
    call.tx.add(answered)
    return answered
