"""The agenda: which declarations come before a meeting, who stands behind them, and what an expert sees of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.paging import page
from services.workflow.call import Call
from services.workflow.declaration import hindrance
from services.workflow.declaration import store as declaration_store
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.moving import move_all
from services.workflow.declaration.states import Action as DeclarationAction
from services.workflow.integrity import ending
from services.workflow.meeting import access, hearing, store
from services.workflow.meeting.deliberation_model import Recusal
from services.workflow.meeting.deliberation_schemas import HearingOut
from services.workflow.meeting.errors import NotAccepted, NotASingleCase, OneCaseAlone
from services.workflow.meeting.model import AgendaItem, Meeting, Member
from services.workflow.meeting.redaction import Redaction
from services.workflow.meeting.states import Deferral, Kind
from services.workflow.policy import NoticePolicy


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
    """Those that a report or a case of misconduct holds, or whose applicant is barred, here or by a credit platform."""
    found = await hindrance.of(call.tx, [each.id for each in waiting], call.moment.today)
    return {each for each, what in found.items() if what.stops}


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


async def batches_heard(tx: AsyncSession, meeting_id: UUID) -> set[UUID | None]:
    """The batches that declarations on the agenda are in; None for those in none."""
    heard = select(Declaration.batch_id).join(AgendaItem, AgendaItem.declaration_id == Declaration.id)
    return set(await tx.scalars(heard.where(AgendaItem.meeting_id == meeting_id).distinct()))


async def for_expert(
    call: Call, meeting: Meeting, me: Member, first: int, after: UUID | None
) -> tuple[list[dict[str, Any]], str | None, int]:
    """A page of the agenda as a trained and pledged expert sees it, without what was declared: no names, nothing recused from.

    With the cursor of the next page, and how many there are in all.
    """
    stepped_back = exists().where(
        Recusal.meeting_id == meeting.id,
        Recusal.declaration_id == AgendaItem.declaration_id,
        Recusal.expert_id == me.expert_id,
    )
    shown = select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, ~stepped_back)
    total = await call.tx.scalar(shown.with_only_columns(func.count())) or 0
    items, cursor = await page(call.tx, shown, AgendaItem.declaration_id, first, after)
    return await _told(call, meeting, me, items), cursor, total


async def case_for_expert(call: Call, meeting: Meeting, me: Member, declaration_id: UUID) -> dict[str, Any]:
    """One declaration of the agenda with what was declared: no names, no units, no identity numbers.

    Raises:
        NotOnAgenda, Recused: it is not the expert's to look at.
    """
    item = await access.require_case(call, meeting, me, declaration_id)
    [told] = await _told(call, meeting, me, [item])
    declaration = await call.tx.get_one(Declaration, declaration_id)
    policy = await call.policy(meeting.cycle_id)
    return told | {"content": redaction_of(policy, declaration).of(declaration.content)}


COLUMNS = (
    *(Declaration.id, Declaration.number, Declaration.series, Declaration.specialty_id),
    *(Declaration.level, Declaration.route),
)


async def _told(
    call: Call, meeting: Meeting, me: Member, items: Sequence[AgendaItem]
) -> list[dict[str, Any]]:
    """Items of the agenda in their order, each question asked once for all of them."""
    policy, ids = await call.policy(meeting.cycle_id), [each.declaration_id for each in items]
    found = {row.id: row for row in await call.tx.execute(select(*COLUMNS).where(Declaration.id.in_(ids)))}
    voted = await store.voted_on(call.tx, meeting.id, me.expert_id, ids)
    heard: dict[UUID, list[HearingOut]] = defaultdict(list)
    for each in await hearing.of(call, meeting, ids):
        heard[each.declaration_id].append(HearingOut.model_validate(each))
    return [
        {
            "meeting_id": meeting.id,
            "declaration_id": row.id,
            "place": row.id,
            "number": row.number,
            "series": row.series,
            "specialty_id": row.specialty_id,
            "level": row.level,
            "waives": policy.routes.waivers(row.route),
            "voted": row.id in voted,
            "in_my_group": item.group_number == me.group_number,
            "hearings": heard[row.id],
        }
        for item in items
        for row in (found[item.declaration_id],)
    ]


def redaction_of(policy: NoticePolicy, declaration: Declaration) -> Redaction:
    """What hides the applicant, the applicant's organisations, and those he or she worked for before."""
    view = policy.meeting.expert_view
    before = (each["organisation"] for each in declaration.content.get("work_history") or ())
    names = [declaration.person_name, *(node["name"] for node in declaration.path[1:]), *before]
    return Redaction(view.sections, view.hidden_fields, names)
