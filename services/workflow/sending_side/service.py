"""Recording what the sending side says: by who reviews the declaration, from the stamped sheet, once a submission."""

from uuid import UUID

from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import refuse_broken
from services.workflow.declaration import facts
from services.workflow.declaration import service as declarations
from services.workflow.declaration import store as declaration_store
from services.workflow.declaration.call import Call
from services.workflow.declaration.model import Declaration
from services.workflow.material import store as materials
from services.workflow.review_chain import rules as review
from services.workflow.sending_side import store
from services.workflow.sending_side.errors import (
    NoSendingSide,
    NotReviewingHere,
    OpinionRecorded,
    SheetMissing,
    SignedInTheFuture,
)
from services.workflow.sending_side.model import SendingOpinion
from services.workflow.sending_side.schemas import SendingOpinionIn
from services.workflow.sending_side.states import Opinion, SendingBody

WHEN = (review.review_in_time, review.not_ones_own, review.not_anothers_claim)
"""When a reviewer may write down what the sending side says."""


async def record(
    call: Call, declaration_id: UUID, asked: SendingOpinionIn
) -> tuple[SendingOpinion, tuple[Basis, ...]]:
    """Write down what one body said of the present submission.

    Raises:
        DeclarationNotFound: there is none by that id that the caller may see.
        NoSendingSide: nobody sends the applicant.
        NotReviewingHere: the declaration is not with the caller for review now.
        RulesBroken: it is the caller's own, a colleague has it in hand, or the time for reviews is over.
        OpinionRecorded: what the body said is recorded.
        SheetMissing, SignedInTheFuture: what is told cannot be so.
    """
    declaration = await declaration_store.lock(call.tx, declaration_id, call.actor)
    policy = call.policy(declaration)
    article = policy.articles["sending_side_agrees"]
    if declaration.person_kind not in policy.sending_side.kinds:
        raise NoSendingSide(field="declaration_id", basis=[article])
    seat = await _reviewing(call, declaration)
    await _refuse_again(call, declaration, asked.body, article)
    await _refuse_unfounded(call, declaration, asked, article)
    row = _row(call, declaration, seat, asked)
    call.tx.add(row)
    told = {"body": asked.body, "opinion": asked.opinion, "round": declaration.round}
    await declarations.note(call, declaration, "RECORD_SENDING_OPINION", (article,), told)
    return row, (article,)


async def _reviewing(call: Call, declaration: Declaration) -> Seat:
    """The seat by which the caller reviews the declaration now."""
    policy = call.policy(declaration)
    case = await facts.case_of(call.tx, declaration, policy, actor=call.actor, moment=call.moment)
    seat = facts.reviewing_seat(call.actor, case)
    if seat is None:
        raise NotReviewingHere(basis=[policy.articles["each_answers"]])
    refuse_broken("RECORD_SENDING_OPINION", WHEN, case, policy.articles)
    return seat


async def _refuse_again(call: Call, declaration: Declaration, body: SendingBody, article: Basis) -> None:
    said = (await store.of(call.tx, [declaration.id]))[declaration.id]
    for each in said:
        if (each.round, each.body) == (declaration.round, body):
            opinion = Opinion(each.opinion)
            raise OpinionRecorded(
                body=body.zh,
                body_code=body.value,
                opinion=opinion.zh,
                opinion_code=opinion.value,
                field="body",
                basis=[article],
            )


async def _refuse_unfounded(
    call: Call, declaration: Declaration, asked: SendingOpinionIn, article: Basis
) -> None:
    if asked.signed_on > call.moment.today:
        raise SignedInTheFuture(signed_on=asked.signed_on, field="signed_on", basis=[article])
    code = call.policy(declaration).sending_side.item
    sheets = await materials.live_of(call.tx, declaration.id, code)
    if not any(each.id == asked.material_id and each.stored_at for each in sheets):
        item = call.policy(declaration).material.item(code)
        name = item.name if item else code
        raise SheetMissing(item=name, item_code=code, field="material_id", basis=[article])


def _row(call: Call, declaration: Declaration, seat: Seat, asked: SendingOpinionIn) -> SendingOpinion:
    return SendingOpinion(
        id=new_id(),
        province=declaration.province,
        created_at=call.moment.instant,
        declaration_id=declaration.id,
        round=declaration.round,
        organisation_id=seat.organisation_id,
        recorder_id=call.actor.id,
        recorder_name=call.actor.named(seat.organisation_id),
        recorded_at=call.moment.instant,
        **asked.model_dump(),
    )
