"""The agenda: which declarations come before a meeting, who stands behind them, and what an expert sees of them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from services.workflow.call import Call
from services.workflow.declaration import store as declaration_store
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.moving import move_all
from services.workflow.declaration.states import Action as DeclarationAction
from services.workflow.integrity import bar as bars
from services.workflow.integrity import ending
from services.workflow.integrity import store as cases
from services.workflow.meeting import access, hearing, store
from services.workflow.meeting.deliberation_schemas import HearingOut
from services.workflow.meeting.errors import NotAccepted, NotASingleCase, OneCaseAlone
from services.workflow.meeting.model import AgendaItem, Meeting, Member
from services.workflow.meeting.redaction import Redaction
from services.workflow.meeting.states import Deferral, Kind
from services.workflow.policy import NoticePolicy
from services.workflow.report import store as reports


async def table(
    call: Call, meeting: Meeting, asked: Sequence[UUID] | None, batch_id: UUID | None = None
) -> None:
    """Put accepted declarations on the agenda: those asked for, or all (of a batch) that wait and nothing holds.

    Raises:
        NotAccepted: one of them was not accepted for this committee and cycle.
        NotASingleCase, OneCaseAlone: the session is for a single case, and this is not what it is for.
    """
    waiting = await declaration_store.accepted_for(call.tx, meeting.committee_id, meeting.cycle_id, batch_id)
    accepted = {declaration.id for declaration in waiting}
    free = accepted - await held(call, waiting) if asked is None else accepted
    chosen = sorted(free if asked is None else set(asked))
    if foreign := [each for each in chosen if each not in accepted]:
        articles = (await call.policy(meeting.cycle_id)).articles
        told = "、".join(str(each) for each in foreign)
        raise NotAccepted(ids=told, field="declaration_ids", basis=[articles["agenda"]])
    if meeting.kind == Kind.SINGLE_CASE:
        await _require_single_case(call, meeting, [each for each in waiting if each.id in chosen])
    await move_all(call, chosen, DeclarationAction.TABLE)
    if items := [{"meeting_id": meeting.id, "declaration_id": each} for each in chosen]:
        await call.tx.execute(insert(AgendaItem), items)


async def held(call: Call, waiting: Collection[Declaration]) -> set[UUID]:
    """Those that a report or a case of misconduct holds, or whose applicant is barred."""
    ids = [each.id for each in waiting]
    reported, charged = await reports.held(call.tx, ids), await cases.charges(call.tx, ids)
    barred = await bars.barred(call.tx, [each.person_id for each in waiting], call.moment.today)
    return {*reported, *charged, *(each.id for each in waiting if each.person_id in barred)}


async def _require_single_case(call: Call, meeting: Meeting, chosen: Sequence[Declaration]) -> None:
    """Refuse what is no single case, and a second one (二（四）1（3）); `meeting` is locked."""
    policy = await call.policy(meeting.cycle_id)
    basis = [policy.articles["single_case"]]
    if foreign := [each for each in chosen if not policy.routes.is_single_case(each.route)]:
        raise NotASingleCase(
            ids="、".join(str(each.id) for each in foreign), field="declaration_ids", basis=basis
        )
    count = len(chosen) + len(await store.agenda(call.tx, meeting.id))
    if count > 1:
        raise OneCaseAlone(count=count, field="declaration_ids", basis=basis)


async def defer(call: Call, meeting: Meeting, counted: Sequence[access.Count]) -> None:
    """Put off what is not decided by a vote that counts: it waits for another meeting, and the reason stays here."""
    for why in Deferral:
        if put_off := [each.declaration_id for each in counted if each.deferred is why]:
            items = (AgendaItem.meeting_id == meeting.id, AgendaItem.declaration_id.in_(put_off))
            await call.tx.execute(update(AgendaItem).where(*items).values(deferred=why))
            await ending.put_back(call, put_off, DeclarationAction.DEFER, note=why.zh)


async def behind(call: Call, declaration_ids: Collection[UUID]) -> dict[UUID, Declaration]:
    """The declarations, by id; they carry the facts of their applicants."""
    found = await call.tx.scalars(select(Declaration).where(Declaration.id.in_(declaration_ids)))
    return {declaration.id: declaration for declaration in found}


async def for_expert(call: Call, meeting: Meeting, me: Member) -> list[dict[str, Any]]:
    """The agenda as a trained and pledged expert sees it: no names, no units, no identity numbers, nothing recused from."""
    policy = await call.policy(meeting.cycle_id)
    voted = await store.voted_on(call.tx, meeting.id, me.expert_id)
    groups = await store.groups_of(call.tx, meeting.id)
    shown = groups.keys() - await access.recused(call.tx, meeting.id, me.expert_id)
    found = await behind(call, shown)
    heard = [HearingOut.model_validate(each) for each in await hearing.of(call, meeting)]
    return [
        {
            "declaration_id": declaration.id,
            "number": declaration.number,
            "series": declaration.series,
            "specialty_id": declaration.specialty_id,
            "level": declaration.level,
            "content": redaction_of(policy, declaration).of(declaration.content),
            "waives": policy.routes.waivers(declaration.route),
            "voted": declaration.id in voted,
            "in_my_group": groups[declaration.id] == me.group_number,
            "hearings": [each for each in heard if each.declaration_id == declaration.id],
        }
        for declaration in sorted(found.values(), key=lambda each: each.number)
    ]


def redaction_of(policy: NoticePolicy, declaration: Declaration) -> Redaction:
    """What hides the applicant, the applicant's organisations, and those he or she worked for before."""
    view = policy.meeting.expert_view
    before = (each["organisation"] for each in declaration.content.get("work_history") or ())
    names = [declaration.person_name, *(node["name"] for node in declaration.path[1:]), *before]
    return Redaction(view.sections, view.hidden_fields, names)
