"""What comes with an action, and what accounts is asked for it before the meeting is locked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.accounts.contract import Role
from services.workflow.call import Call
from services.workflow.committee.model import Expert
from services.workflow.meeting import drawing, judging, replacing
from services.workflow.meeting.model import Meeting, Member
from services.workflow.meeting.places import Known
from services.workflow.meeting.states import Action, State


@dataclass(frozen=True, slots=True)
class Asked:
    """What came with an action."""

    version: int | None = None
    note: str | None = None
    held_on: date | None = None
    plan: Mapping[str, str] | None = None
    declaration_ids: list[UUID] | None = None
    batch_id: UUID | None = None
    chair_id: UUID | None = None
    expert_id: UUID | None = None
    known: Known | None = None


async def ask(call: Call, meeting: Meeting, action: Action, asked: Asked) -> Asked:
    """The same with what accounts knows of who may be drawn or come in; for whom it matters, and before anything is locked.

    What was read for it is forgotten: the step reads it again under its locks.

    Raises:
        OrganisationUnknown, Unavailable: accounts knows a unit not, or does not answer.
    """
    office = call.actor.seat(Role.COMMITTEE_OFFICE, within=(meeting.office_id,))
    experts = await _judged_next(call, meeting, action, asked) if office is not None else None
    known = None if experts is None else await judging.ask(call, meeting, experts)
    call.tx.expunge_all()
    return replace(asked, known=known)


async def _judged_next(call: Call, meeting: Meeting, action: Action, asked: Asked) -> list[Expert] | None:
    """Whom a step is going to judge, as far as can be told before it is taken; None where it judges nobody."""
    if (meeting.state, action) == (State.PLAN_FILED, Action.DRAW):
        return (await drawing.qualified(call, meeting))[1]
    if (meeting.state, action) != (State.DRAWN, Action.REPLACE) or asked.expert_id is None:
        return None
    leaving = await call.tx.get(Member, (meeting.id, asked.expert_id))
    return list((await replacing.in_turn(call, meeting, leaving)).experts.values()) if leaving else None
