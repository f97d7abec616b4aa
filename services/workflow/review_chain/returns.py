"""Sending back: one level down, with reasons per item, and what was found deficient is never forgotten."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.ids import new_id
from services.workflow.declaration.call import Call
from services.workflow.declaration.case import Answered, Case, JudgedItem, Returned
from services.workflow.declaration.facts import holder_of
from services.workflow.declaration.model import Declaration
from services.workflow.material import store as materials
from services.workflow.review_chain.model import ReturnAnswer, ReviewReturn
from services.workflow.rows import below


@dataclass(frozen=True, slots=True)
class Asked:
    """A step as it is asked for."""

    version: int | None = None
    note: str | None = None
    items: tuple[Returned, ...] = ()
    answers: tuple[Answered, ...] = ()
    document_number: str | None = None
    judgements: tuple[JudgedItem, ...] = ()


def items_of(case: Case, asked: Asked) -> tuple[Returned, ...]:
    """What is sent back: what the reviewer names, what he or she found deficient, and what came back from above.

    So a problem is fed back level by level and cannot be dropped silently on its way down (三（一）).
    """
    deficient = [
        Returned(each.item, f"{each.title}：{case.judged.deficient[each.id]}")
        for each in case.filled_in.documents
        if each.id in case.judged.deficient
    ]
    found: dict[str, Returned] = {}
    for each in (*asked.items, *deficient, *case.returned):
        found.setdefault(each.item, each)
    return tuple(found.values())


async def record(call: Call, declaration: Declaration, case: Case) -> None:
    """Write the return, and let former openings and verdicts on the returned materials no longer count."""
    await materials.question(call.tx, declaration.id, {each.item for each in case.items}, declaration.turn)
    await call.tx.execute(
        insert(ReviewReturn).values(
            id=new_id(),
            province=declaration.province,
            created_at=call.moment.instant,
            declaration_id=declaration.id,
            turn=declaration.turn,
            round=declaration.round,
            from_organisation_id=declaration.at_organisation_id,
            to_organisation_id=holder_of(declaration, declaration.position - 1),
            account_id=call.actor.id,
            reviewer_name=call.actor.name,
            items=[{"item": each.item, "reason": each.reason} for each in case.items],
            returned_at=call.moment.instant,
        )
    )


def record_answers(call: Call, declaration: Declaration, case: Case) -> None:
    """Write down what is answered to what had come back from above, if anything had."""
    if not case.answers:
        return
    place = declaration.at_organisation_id
    call.tx.add(
        ReturnAnswer(
            id=new_id(),
            province=declaration.province,
            created_at=call.moment.instant,
            declaration_id=declaration.id,
            turn=declaration.turn,
            round=declaration.round,
            organisation_id=place,
            account_id=call.actor.id,
            reviewer_name=call.actor.named(place),
            answers=[{"item": each.item, "answer": each.answer} for each in case.answers],
            answered_at=call.moment.instant,
        )
    )


async def answers_of(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[ReturnAnswer]]:
    """What was answered to returns of each of several declarations, oldest first."""
    return await below(tx, ReturnAnswer, ReturnAnswer.declaration_id, ids, ReturnAnswer.id)


async def of(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[ReviewReturn]]:
    """The returns of each of several declarations, oldest first."""
    return await below(tx, ReviewReturn, ReviewReturn.declaration_id, ids, ReviewReturn.id)


def told(note: str | None, case: Case) -> str | None:
    """The note of a step as history keeps it: the writer's words, then item by item."""
    lines = [each for each in (case.document_number, note) if each]
    lines += [f"{case.named(each.item)}：{each.reason}" for each in case.items]
    lines += [f"{case.named(each.item)}：{each.answer}" for each in case.answers]
    return "\n".join(lines) or None
