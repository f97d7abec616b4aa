"""Opinions in writing (评议意见): of each expert, and of the group that prepares a declaration; versioned and sealed.

Who has written what is in the database, sealed; it leads to no ballot: opinions keep no time, are written in other
transactions than ballots, and are told without their author, ordered by their keyed digest.
"""

import re
import unicodedata
from uuid import UUID

from sqlalchemy import ColumnElement, exists, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.accounts.contract import Role
from services.kit import audit
from services.kit.errors import Basis
from services.kit.steps import StaleVersion
from services.workflow.call import Call
from services.workflow.meeting import access
from services.workflow.meeting.deliberation_errors import NotOfTheGroup, OpinionsSealed
from services.workflow.meeting.deliberation_model import Opinion, Recusal
from services.workflow.meeting.deliberation_schemas import OpinionsOut, OpinionVersionOut, OwnOpinionsOut
from services.workflow.meeting.errors import NotOnAgenda
from services.workflow.meeting.model import AgendaItem, Meeting, Member
from services.workflow.meeting.states import State

COUNTED = frozenset({State.VOTED, State.RESULTS_PUBLIC})
DIGEST = "meeting_opinion.text"


def normalised(text: str) -> str:
    """A text without case, width, spaces and punctuation: what is left when somebody copies and touches up."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", plain)


async def write(
    call: Call, meeting: Meeting, declaration_id: UUID, text: str, *, of_group: bool, version: int
) -> tuple[int, Basis]:
    """Write the next version of the own opinion, or of the group's; the version. `meeting` is held.

    Raises:
        NotAnExpertHere, NotReady, NotDeliberating, NotOnAgenda, Recused: the caller may not look at it now.
        NotOfTheGroup: the declaration is prepared by another group.
        StaleVersion: somebody has written since `version` was read.
    """
    me = await access.reader(call, meeting)
    item = await access.require_case(call, meeting, me, declaration_id)
    await call.tx.refresh(item, with_for_update=True)  # versions are written one after the other
    basis = (await call.policy(meeting.cycle_id)).articles["opinion"]
    if of_group and item.group_number != me.group_number:
        raise NotOfTheGroup(field="of_group", basis=[basis])
    there = await _versions(call, meeting, declaration_id, of_group=of_group, expert_id=me.expert_id)
    newest = there[-1].version if there else 0
    if newest != version:
        raise StaleVersion(field="version")
    key = {"meeting_id": meeting.id, "declaration_id": declaration_id, "expert_id": me.expert_id}
    row = {
        **key,
        "of_group": of_group,
        "version": newest + 1,
        "sealed": call.sealer.seal_text(text, context=_context(meeting.id, declaration_id)),
        "text_digest": call.sealer.index(normalised(text), context=DIGEST),
    }
    await call.tx.execute(insert(Opinion).values(**row))
    await audit.record(
        call.tx,
        actor=call.actor,
        action="opinion.WRITTEN",
        subject=f"meeting/{meeting.id}",
        moment=call.moment,
        basis=(basis,),
        detail={"declaration_id": declaration_id, "of_group": of_group},
    )
    return newest + 1, basis


async def mine(call: Call, meeting: Meeting, declaration_id: UUID) -> OwnOpinionsOut:
    """What the caller has written on a declaration, and what the group says now: any expert of the meeting hears that.

    Raises:
        NotAnExpertHere, NotReady, NotDeliberating, NotOnAgenda, Recused: the caller may not look at it now.
    """
    me = await access.reader(call, meeting)
    await access.require_case(call, meeting, me, declaration_id)
    of_group = await _versions(call, meeting, declaration_id, of_group=True, expert_id=me.expert_id)
    own = await _versions(call, meeting, declaration_id, of_group=False, expert_id=me.expert_id)
    return OwnOpinionsOut(
        own=[_told(call, each) for each in own],
        of_group=_told(call, of_group[-1]) if of_group else None,
    )


async def every(call: Call, meeting: Meeting, declaration_id: UUID) -> OpinionsOut:
    """What was written on a declaration, without authors, for the office and the HRSS once the vote is closed.

    What an expert wrote who stepped back or was replaced afterwards is left out. Of a case that was put off nothing is told:
    another meeting votes on it.

    Raises:
        OpinionsSealed: it is not for the caller, or not yet.
        NotOnAgenda: the declaration does not stand on the agenda.
    """
    office = call.actor.seat(Role.COMMITTEE_OFFICE, within=(meeting.office_id,))
    hrss = call.actor.seat(Role.TITLE_OFFICER, within=(*meeting.lineage, meeting.office_id))
    if not (office or hrss) or meeting.state not in COUNTED:
        raise OpinionsSealed(basis=[(await call.policy(meeting.cycle_id)).articles["opinion"]])
    item = await call.tx.get(AgendaItem, (meeting.id, declaration_id))
    if item is None:
        raise NotOnAgenda(field="declaration_id")
    if item.deferred is not None:
        raise OpinionsSealed(basis=[(await call.policy(meeting.cycle_id)).articles["opinion"]])
    newest = (
        select(Opinion)
        .where(Opinion.meeting_id == meeting.id, Opinion.declaration_id == declaration_id, counts())
        .ext(distinct_on(Opinion.of_group, Opinion.expert_id))
        .order_by(Opinion.of_group, Opinion.expert_id, Opinion.version.desc())
    )
    found = list(await call.tx.scalars(newest))
    of_group = max((each for each in found if each.of_group), key=lambda each: each.version, default=None)
    of_experts = sorted((each for each in found if not each.of_group), key=lambda each: each.text_digest)
    return OpinionsOut(
        of_group=_text(call, of_group) if of_group else None,
        of_experts=[_text(call, each) for each in of_experts],
    )


def counts() -> ColumnElement[bool]:
    """That an opinion's author sits in the meeting still and has not stepped back from the case."""
    sits = exists().where(Member.meeting_id == Opinion.meeting_id, Member.expert_id == Opinion.expert_id)
    stepped_back = exists().where(
        Recusal.meeting_id == Opinion.meeting_id,
        Recusal.declaration_id == Opinion.declaration_id,
        Recusal.expert_id == Opinion.expert_id,
    )
    return sits & ~stepped_back


async def _versions(
    call: Call, meeting: Meeting, declaration_id: UUID, *, of_group: bool, expert_id: UUID
) -> list[Opinion]:
    """The versions of an opinion, oldest first: an expert's own, or the group's by whoever wrote them."""
    wanted = select(Opinion).where(
        Opinion.meeting_id == meeting.id,
        Opinion.declaration_id == declaration_id,
        Opinion.of_group == of_group,
    )
    wanted = wanted.where(counts()) if of_group else wanted.where(Opinion.expert_id == expert_id)
    return list(await call.tx.scalars(wanted.order_by(Opinion.version)))


def _told(call: Call, written: Opinion) -> OpinionVersionOut:
    return OpinionVersionOut(version=written.version, text=_text(call, written))


def _text(call: Call, written: Opinion) -> str:
    context = _context(written.meeting_id, written.declaration_id)
    return call.sealer.open_text(written.sealed, context=context)


def _context(meeting_id: UUID, declaration_id: UUID) -> str:
    return f"meeting_opinion/{meeting_id}/{declaration_id}"
