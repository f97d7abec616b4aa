"""Publicity of a meeting's results: each result passed is public on its own, so that an objection holds it alone."""

from collections.abc import Mapping
from uuid import UUID

from services.kit import outbox
from services.kit.errors import Basis
from services.workflow.call import Call
from services.workflow.committee import store as committees
from services.workflow.contract import ResultPublicised
from services.workflow.cycle import store as cycles
from services.workflow.declaration import moving
from services.workflow.declaration import store as declarations
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action as DeclarationAction
from services.workflow.declaration.states import State
from services.workflow.meeting import agenda, store
from services.workflow.meeting.model import Meeting
from services.workflow.publicity import service as publicity
from services.workflow.publicity.model import Publicity
from services.workflow.publicity.states import PublicityKind


async def publicise(call: Call, meeting: Meeting) -> None:
    """Make every result that passed and is free public for the policy's working days, and tell who listens (三（六）4).

    One that a report or a bar holds, or that was declared void since the vote, keeps no other back.
    """
    policy = await call.policy(meeting.cycle_id)
    committee = await committees.get(call.tx, meeting.committee_id)
    opened: dict[UUID, Publicity] = {}
    for declaration in await _free(call, meeting):
        opened[declaration.id] = await _open(
            call,
            meeting,
            declaration,
            snapshot=await _snapshot(call, meeting, declaration, committee.name),
            working_days=policy.meeting.result_publicity.working_days,
            basis=policy.articles["result_publicity"],
        )
    await moving.move_all(call, opened, DeclarationAction.PUBLICISE)
    if opened:
        await outbox.publish(call.tx, _event(meeting, opened), call.moment)


async def waiting(call: Call, meeting: Meeting) -> list[Declaration]:
    """What passed and was not yet made public."""
    passed = [tally.declaration_id for tally in await store.tallies(call.tx, meeting.id) if tally.passed]
    found = await agenda.behind(call, passed)
    return [found[each] for each in passed if found[each].state == State.PASSED]


async def _free(call: Call, meeting: Meeting) -> list[Declaration]:
    passed = await waiting(call, meeting)
    for each in passed:
        await declarations.lock_any(call.tx, each.id)  # before it is asked what holds it
    held = await agenda.held(call, passed)
    return [each for each in passed if each.id not in held]


async def _open(
    call: Call,
    meeting: Meeting,
    declaration: Declaration,
    *,
    snapshot: dict[str, object],
    working_days: int,
    basis: Basis,
) -> Publicity:
    return await publicity.open(
        call.tx,
        kind=PublicityKind.RESULT,
        subject_id=declaration.id,
        cycle_id=meeting.cycle_id,
        organisation_id=meeting.office_id,
        lineage=list(dict.fromkeys([*declaration.lineage, meeting.office_id])),
        province=meeting.province,
        snapshot=snapshot,
        actor=call.actor,
        moment=call.moment,
        working_days=working_days,
        concerned=[declaration.account_id],
        basis=(basis,),
    )


async def _snapshot(
    call: Call, meeting: Meeting, declaration: Declaration, committee: str
) -> dict[str, object]:
    """What everybody reads: name, unit, title; no identity number, no score."""
    specialty = (
        await cycles.specialty(call.tx, declaration.specialty_id) if declaration.specialty_id else None
    )
    return {
        "person_name": declaration.person_name,
        "unit_name": declaration.unit_name,
        "series": declaration.series,
        "specialty": specialty.name if specialty else None,
        "level": declaration.level,
        "pool": declaration.pool,
        "committee": committee,
        "passed_on": meeting.voted_on,
    }


def _event(meeting: Meeting, opened: Mapping[UUID, Publicity]) -> ResultPublicised:
    public = next(iter(opened.values()))
    return ResultPublicised(
        meeting_id=meeting.id,
        committee_id=meeting.committee_id,
        office_id=meeting.office_id,
        opens_on=public.opens_on,
        closes_on=public.closes_on,
        publicity_ids=[each.id for each in opened.values()],
        declaration_ids=list(opened),
    )
