"""What ties experts to a meeting's agenda: relations on record, what they reviewed, what they stepped back from before."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.avoidance import store as avoidance
from services.workflow.avoidance.model import Relation
from services.workflow.meeting.conflicts import Conflict, Tie
from services.workflow.meeting.deliberation_model import Recusal
from services.workflow.meeting.model import AgendaItem
from services.workflow.review_chain.model import ReviewEndorsement


async def ties(tx: AsyncSession, meeting_id: UUID, accounts: Mapping[UUID, UUID]) -> list[Tie]:
    """What is known by this service itself; `accounts` are those of the experts, by the id of their entry."""
    account_ids = set(accounts.values())
    related = [_of_relation(each) for each in await avoidance.on_record(tx, account_ids)]
    return [
        *related,
        *await _reviewed(tx, meeting_id, account_ids),
        *await _stepped_back(tx, meeting_id, accounts),
    ]


async def _reviewed(tx: AsyncSession, meeting_id: UUID, account_ids: AbstractSet[UUID]) -> list[Tie]:
    """Who answers for a declaration at some level, or had a delegate do so, does not judge it again."""
    reviewed = (
        select(ReviewEndorsement.declaration_id, ReviewEndorsement.answering)
        .join(AgendaItem, AgendaItem.declaration_id == ReviewEndorsement.declaration_id)
        .where(AgendaItem.meeting_id == meeting_id, ReviewEndorsement.answering.overlap(list(account_ids)))
    )
    return [
        Tie(account_id, frozenset((declaration_id,)), Conflict.REVIEWED)
        for declaration_id, answering in await tx.execute(reviewed)
        for account_id in account_ids & set(answering)
    ]


async def _stepped_back(tx: AsyncSession, meeting_id: UUID, accounts: Mapping[UUID, UUID]) -> list[Tie]:
    """A recusal holds for the declaration, not for one meeting: it may have been put off to this one."""
    before = (
        select(Recusal.expert_id, Recusal.declaration_id)
        .join(AgendaItem, AgendaItem.declaration_id == Recusal.declaration_id)
        .where(
            AgendaItem.meeting_id == meeting_id,
            Recusal.meeting_id != meeting_id,
            Recusal.expert_id.in_(accounts),
        )
    )
    return [
        Tie(accounts[expert_id], frozenset((declaration_id,)), Conflict.RECUSED)
        for expert_id, declaration_id in await tx.execute(before)
    ]


def _of_relation(relation: Relation) -> Tie:
    named = (relation.account_id, relation.person_id, relation.declaration_id)
    ids = frozenset(each for each in named if each is not None)
    return Tie(relation.expert_account_id, ids, Conflict(relation.kind))
