"""Groups (评议组): the office parts experts and declarations before the meeting opens; the committee votes on all.

Without groups the whole committee is one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from services.accounts.contract import Role
from services.kit import audit
from services.kit.errors import Basis
from services.workflow.call import Call
from services.workflow.meeting import hearing, store
from services.workflow.meeting.deliberation_errors import GroupsNotWhole, GroupTooSmall, TooLateToArrange
from services.workflow.meeting.deliberation_model import Group
from services.workflow.meeting.deliberation_schemas import GroupIn, GroupOut
from services.workflow.meeting.model import AgendaItem, Meeting, Member
from services.workflow.meeting.states import State


async def arrange(call: Call, meeting: Meeting, groups: Sequence[GroupIn]) -> Basis:
    """Part the meeting anew; none makes it one again. `meeting` is locked.

    Raises:
        RoleMissing: the caller is not of the committee's office.
        TooLateToArrange: the experts are not drawn yet, or the meeting has opened.
        GroupsNotWhole, GroupTooSmall: an expert or declaration is in none or in two, or a group has too few.
        HearingOverlaps: hearings of what is one group now overlap.
    """
    seat = call.actor.require(Role.COMMITTEE_OFFICE, within=(meeting.office_id,))
    policy = await call.policy(meeting.cycle_id)
    basis = policy.articles["group"]
    if meeting.state != State.DRAWN:
        raise TooLateToArrange(basis=[basis])
    members = [each.expert_id for each in await store.members(call.tx, meeting.id)]
    agenda = await store.agenda(call.tx, meeting.id)
    if groups:
        _whole(members, (each.expert_ids for each in groups), basis)
        _whole(agenda, (each.declaration_ids for each in groups), basis)
    fewest = policy.meeting.group.fewest
    for each in groups:
        if (count := len(each.expert_ids)) < fewest:
            raise GroupTooSmall(name=each.name, count=count, fewest=fewest, field="groups", basis=[basis])
    await _write(call, meeting, groups)
    await hearing.refuse_overlaps(call, meeting)
    await audit.record(
        call.tx,
        actor=call.actor,
        action="meeting.GROUPED",
        subject=f"meeting/{meeting.id}",
        moment=call.moment,
        organisation_id=seat.organisation_id,
        basis=(basis,),
        detail={"groups": len(groups)},
    )
    return basis


async def read(call: Call, meeting: Meeting) -> list[GroupOut]:
    """The groups, for the office and those who oversee it."""
    members = await store.members(call.tx, meeting.id)
    items = list(await call.tx.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id)))
    own = select(Group).where(Group.meeting_id == meeting.id).order_by(Group.number)
    return [
        GroupOut(
            number=each.number,
            name=each.name,
            expert_ids=[m.expert_id for m in members if m.group_number == each.number],
            declaration_ids=sorted(i.declaration_id for i in items if i.group_number == each.number),
        )
        for each in await call.tx.scalars(own)
    ]


def _whole(wanted: Sequence[UUID], parts: Iterable[Sequence[UUID]], basis: Basis) -> None:
    """Each of `wanted` stands in one part, once."""
    if Counter(wanted) != Counter(each for part in parts for each in part):
        raise GroupsNotWhole(field="groups", basis=[basis])


async def _write(call: Call, meeting: Meeting, groups: Sequence[GroupIn]) -> None:
    for kind in (Member, AgendaItem):
        of_meeting = update(kind).where(kind.meeting_id == meeting.id)
        await call.tx.execute(of_meeting.values(group_number=None))
    await call.tx.execute(delete(Group).where(Group.meeting_id == meeting.id))
    for number, each in enumerate(groups, start=1):
        await call.tx.execute(insert(Group).values(meeting_id=meeting.id, number=number, name=each.name))
        own = (Member.meeting_id == meeting.id, Member.expert_id.in_(each.expert_ids))
        await call.tx.execute(update(Member).where(*own).values(group_number=number))
        heard = (AgendaItem.meeting_id == meeting.id, AgendaItem.declaration_id.in_(each.declaration_ids))
        await call.tx.execute(update(AgendaItem).where(*heard).values(group_number=number))
