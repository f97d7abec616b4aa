"""Publicity of a meeting's results: each result passed is public on its own, so that an objection holds it alone."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import outbox
from services.workflow.call import Call
from services.workflow.committee import store as committees
from services.workflow.contract import ResultPublicised
from services.workflow.cycle import store as cycles
from services.workflow.declaration import moving
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action as DeclarationAction
from services.workflow.declaration.states import State
from services.workflow.meeting import agenda
from services.workflow.meeting.model import Meeting, Tally
from services.workflow.publicity import service as publicity
from services.workflow.publicity.model import Publicity
from services.workflow.publicity.states import PublicityKind


async def publicise(call: Call, meeting: Meeting) -> None:
    """Make every result that passed and is free public for the policy's working days, and tell who listens (三（六）4).

    One that a report or a bar holds, or that was declared void since the vote, keeps no other back.
    """
    policy = await call.policy(meeting.cycle_id)
    free = await _free(call, meeting)
    if not free:
        return
    snapshots = await _snapshots(call, meeting, free)
    opened = await publicity.open_all(
        call.tx,
        [(shown, _about(meeting, each)) for each, shown in zip(free, snapshots, strict=True)],
        working_days=policy.meeting.result_publicity.working_days,
        actor=call.actor,
        moment=call.moment,
        basis=(policy.articles["result_publicity"],),
    )
    await moving.move_all(call, [each.id for each in free], DeclarationAction.PUBLICISE)
    await outbox.publish(call.tx, _event(meeting, opened), call.moment)


async def waiting(tx: AsyncSession, meeting_id: UUID) -> int:
    """How many passed and were not yet made public."""
    return await tx.scalar(_passed(meeting_id).with_only_columns(func.count())) or 0


def _passed(meeting_id: UUID) -> Select[Declaration]:
    passed = select(Declaration).join(Tally, Tally.declaration_id == Declaration.id)
    return passed.where(Tally.meeting_id == meeting_id, Tally.passed, Declaration.state == State.PASSED)


async def _free(call: Call, meeting: Meeting) -> list[Declaration]:
    """What waits and nothing holds; it is locked before it is asked what holds it."""
    locked = _passed(meeting.id).order_by(Declaration.id).with_for_update(of=Declaration)
    passed = list(await call.tx.scalars(locked.execution_options(populate_existing=True)))
    held = await agenda.held(call, passed)
    return [each for each in passed if each.id not in held]


def _about(meeting: Meeting, declaration: Declaration) -> publicity.About:
    return {
        "kind": PublicityKind.RESULT,
        "subject_id": declaration.id,
        "cycle_id": meeting.cycle_id,
        "organisation_id": meeting.office_id,
        "lineage": list(dict.fromkeys([*declaration.lineage, meeting.office_id])),
        "province": meeting.province,
        "concerned": [declaration.account_id],
    }


async def _snapshots(
    call: Call, meeting: Meeting, declarations: Sequence[Declaration]
) -> list[dict[str, object]]:
    """What everybody reads of each: name, unit, title; no identity number, no score."""
    committee = await committees.get(call.tx, meeting.committee_id)
    wanted = {each.specialty_id for each in declarations if each.specialty_id}
    specialties = await cycles.specialties(call.tx, wanted)
    return [
        {
            "person_name": each.person_name,
            "unit_name": each.unit_name,
            "series": each.series,
            "specialty": specialties[each.specialty_id].name if each.specialty_id else None,
            "level": each.level,
            "pool": each.pool,
            "committee": committee.name,
            "passed_on": meeting.voted_on,
        }
        for each in declarations
    ]


def _event(meeting: Meeting, opened: Sequence[Publicity]) -> ResultPublicised:
    return ResultPublicised(
        meeting_id=meeting.id,
        committee_id=meeting.committee_id,
        office_id=meeting.office_id,
        opens_on=opened[0].opens_on,
        closes_on=opened[0].closes_on,
        publicity_ids=[each.id for each in opened],
        declaration_ids=[each.subject_id for each in opened],
    )
