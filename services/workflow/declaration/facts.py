"""Gathers what the rules ask of a declaration: its windows, its form, what is asked, what the caller has judged."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor, Seat
from services.kit.clock import Moment
from services.workflow.batch import store as batches
from services.workflow.batch.model import Batch
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.states import Window
from services.workflow.declaration import hindrance
from services.workflow.declaration.case import (
    Case,
    Counted,
    Demand,
    Document,
    Form,
    HoursNeeded,
    Period,
    Returned,
)
from services.workflow.declaration.content import Content
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.declaration.steps import OFFICE, REVIEWER
from services.workflow.material import store as materials
from services.workflow.material.model import Material
from services.workflow.material.policy import Item
from services.workflow.policy import NoticePolicy
from services.workflow.review_chain import claim, due, endorsement
from services.workflow.route.states import Waiver
from services.workflow.sending_side import store as sending_side

PRESENT_TITLE = "present_title"
"""The section whose being filled in calls for materials."""

WAIVED = {Waiver.CONTINUING_EDUCATION: "continuing_education", Waiver.SENIORITY: PRESENT_TITLE}
"""The section that a waiver makes needless; an education is told though none is asked for."""


async def case_of(
    tx: AsyncSession,
    declaration: Declaration,
    policy: NoticePolicy,
    *,
    actor: Actor,
    moment: Moment,
    note: str | None = None,
) -> Case:
    """The declaration as every step sees it, without its form."""
    cycle = await cycle_store.get(tx, declaration.cycle_id)
    batch = (await batches.by_id(tx, {declaration.batch_id})).get(declaration.batch_id)
    case = bare_case(declaration, cycle, policy, batch, actor=actor, today=moment.today, note=note)
    held = await hindrance.of(tx, [declaration.id], moment.today)
    claimed = replace(case, claim=claim.as_facts(declaration, actor, moment))
    return held.get(declaration.id, hindrance.NONE).on(claimed)


def bare_case(
    declaration: Declaration,
    cycle: Cycle,
    policy: NoticePolicy,
    batch: Batch | None,
    *,
    actor: Actor,
    today: date,
    note: str | None = None,
) -> Case:
    """The same, where the cycle and the batch it is in are at hand."""
    windows = policy.declaration.windows
    return Case(
        id=declaration.id,
        state=State(declaration.state),
        version=declaration.version,
        lineage=declaration.lineage,
        person_id=declaration.person_id,
        today=today,
        first_submission=period(cycle, windows.first_submission, batch),
        resubmission=period(cycle, windows.resubmission, batch),
        review=period(cycle, windows.review, batch),
        run=period(cycle, Window.RUN),
        office_id=declaration.office_id,
        at_organisation_id=declaration.at_organisation_id,
        position=declaration.position,
        chain_length=len(declaration.chain),
        own=declaration.person_id == actor.person_id or actor.answers_for(declaration.account_id),
        strict=declaration.strict_reason,
        overdue_untold=due.is_overdue(declaration.due_on, today) and declaration.escalated_on is None,
        returned=returned_of(declaration),
        opened=opened_by_return(declaration, policy),
        ground_ended=declaration.ground_ended_at is not None,
        touched=frozenset(declaration.touched),
        note=note,
    )


async def full_case(
    tx: AsyncSession,
    declaration: Declaration,
    policy: NoticePolicy,
    *,
    actor: Actor,
    moment: Moment,
    note: str | None = None,
) -> Case:
    """The declaration with its form, and with what the caller, if reviewing, has done about its materials."""
    case = await case_of(tx, declaration, policy, actor=actor, moment=moment, note=note)
    documents = tuple(document_of(each) for each in await materials.live(tx, declaration.id))
    form = form_of(declaration, policy, documents)
    practised = await practised_of(tx, {declaration: policy})
    named = names_of(declaration, policy)
    case = replace(case, form=form, names=named, practised=practised[declaration.id])
    seat = reviewing_seat(actor, case)
    if seat is None:
        return case
    return replace(
        case,
        judged=await materials.judged(tx, declaration.id, seat.organisation_id, actor.id),
        endorsed=await endorsement.as_facts(tx, declaration, actor),
        sending=await sending_side.standing(tx, declaration.id)
        if declaration.person_kind in policy.sending_side.kinds
        else None,
    )


async def practised_of(
    tx: AsyncSession, declarations: Mapping[Declaration, NoticePolicy]
) -> dict[UUID, str | None]:
    """The specialty that each of several declarations is for, in a series where it is practised in the post (一（五）3)."""
    asked = {row.id: row.specialty_id for row, policy in declarations.items() if _practises(row, policy)}
    known = await cycle_store.specialties(tx, set(filter(None, asked.values()))) if asked else {}
    named = {key: known[specialty].name for key, specialty in asked.items() if specialty is not None}
    return {row.id: named.get(row.id) for row in declarations}


def _practises(declaration: Declaration, policy: NoticePolicy) -> bool:
    series = policy.series.find(declaration.series)
    return declaration.specialty_id is not None and series is not None and series.practised


def document_of(material: Material) -> Document:
    """A material as the rules see it."""
    return Document(
        material.id, material.item, material.title, material.stored_at is not None, material.obtained_on
    )


def period(cycle: Cycle, name: Window, batch: Batch | None = None) -> Period:
    """A window of the batch, else of the cycle, as the rules see it."""
    window = cycles.window_for(cycle, batch, name)
    return Period(name, window.title, window.opens, window.closes, window.basis)


def form_of(declaration: Declaration, policy: NoticePolicy, documents: tuple[Document, ...]) -> Form:
    """What the applicant wrote and uploaded, and what is asked of him or her."""
    asked = policy.declaration
    return Form(
        content=Content.model_validate(declaration.content),
        documents=documents,
        sections=sections_asked(declaration, policy),
        items=tuple(_demand(each) for each in items_asked(declaration, policy) if each.at_least),
        hours=hours_asked(declaration, policy),
        counted=Counted(asked.cut_off.until, asked.cut_off.years_after_present_title),
        achievement_kinds=frozenset(each.code for each in asked.achievement_kinds),
        unfinished=frozenset(declaration.unfinished),
    )


def spared(case: Case, waiver: Waiver) -> Case:
    """The case, of which something is not asked."""
    form = case.filled_in
    sections = tuple(each for each in form.sections if each.code != WAIVED[waiver])
    return replace(case, form=replace(form, hours=(), sections=sections))


def hours_asked(declaration: Declaration, policy: NoticePolicy) -> tuple[HoursNeeded, ...]:
    """The class hours of continuing education that are needed; none where the route waives them (一（五）4（1）)."""
    if policy.routes.waived(declaration.route, Waiver.CONTINUING_EDUCATION):
        return ()
    needed = policy.declaration.continuing_education
    return tuple(HoursNeeded(each.year, each.public, each.professional, each.basis()) for each in needed)


def sections_asked(declaration: Declaration, policy: NoticePolicy) -> tuple[Demand, ...]:
    """The sections that a declaration of this level and route needs."""
    waived = {WAIVED[each] for each in policy.routes.waivers(declaration.route) if each in WAIVED}
    return tuple(
        Demand(each.code, each.name, each.at_least, each.basis())
        for each in policy.declaration.sections
        if each.demanded_of(declaration.level) and each.code not in waived
    )


def items_asked(declaration: Declaration, policy: NoticePolicy) -> list[Item]:
    """The kinds of material asked of this person, optional ones included (二（五）2)."""
    holds_title = Content.model_validate(declaration.content).present_title is not None
    return [
        each
        for each in policy.material.items
        if each.asked.of(
            person_kind=declaration.person_kind,
            nature=declaration.unit_nature,
            level=declaration.level,
            route=declaration.route,
            present_title=holds_title,
        )
    ]


def names_of(declaration: Declaration, policy: NoticePolicy) -> dict[str, str]:
    """What a return may name, by code: sections, and kinds of material asked of this person."""
    sections = {each.code: each.name for each in policy.declaration.sections}
    return sections | {each.code: each.name for each in items_asked(declaration, policy)}


def returned_of(declaration: Declaration) -> tuple[Returned, ...]:
    """What the declaration's holder has to look at again."""
    return tuple(Returned(each["item"], each["reason"]) for each in declaration.returned)


def opened_by_return(declaration: Declaration, policy: NoticePolicy) -> frozenset[str]:
    """What may be written to after a return: what was returned, and materials that a section returned may call for.

    Who adds a present title only now is asked for its certificate only now (三（六）2).
    """
    returned = {each.item for each in returned_of(declaration)}
    follow = {each.code for each in policy.material.items if each.asked.present_title}
    return frozenset(returned | follow if PRESENT_TITLE in returned else returned)


def reviewing_seat(actor: Actor, case: Case) -> Seat | None:
    """The seat by which the caller reviews the case now, if any."""
    if case.state is State.UNDER_REVIEW:
        return REVIEWER.find(actor, case)
    return OFFICE.find(actor, case) if case.state is State.AT_COMMITTEE_OFFICE else None


def holder_of(declaration: Declaration, position: int) -> UUID | None:
    """The organisation that has the declaration at a position of the chain; None is the applicant."""
    if position < 0:
        return None
    if position < len(declaration.chain):
        return UUID(declaration.chain[position]["id"])
    return declaration.office_id


def _demand(item: Item) -> Demand:
    return Demand(item.code, item.name, item.at_least, item.basis())
