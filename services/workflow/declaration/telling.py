"""How a declaration is told to its reader: the steps open to the caller, and what does not count."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.accounts.contract import Role
from services.kit.steps import available_actions
from services.workflow.batch import store as batches
from services.workflow.batch.model import Batch
from services.workflow.cycle.model import Cycle
from services.workflow.declaration import facts, rules
from services.workflow.declaration.call import Call
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.projection import EVERY, Part
from services.workflow.declaration.saving import digest_of, sections_of
from services.workflow.declaration.schemas import DeclarationOut, HistoryOut, asked_of, findings_of
from services.workflow.declaration.section_schemas import SectionOut
from services.workflow.declaration.states import ReviewAction
from services.workflow.declaration.steps import STEPS
from services.workflow.material import reading
from services.workflow.material import store as materials
from services.workflow.material.states import MaterialState
from services.workflow.review_chain import claim

COUNTING = {MaterialState.AWAITING_FILE, MaterialState.STORED}


async def whole(call: Call, row: Declaration) -> DeclarationOut:
    """The declaration with its content, its materials, what is asked, and what does not count."""
    policy, own = call.policy(row), row.person_id == call.actor.person_id
    kept = await materials.every(call.tx, row.id)
    case = await facts.case_of(call.tx, row, policy, actor=call.actor, moment=call.moment)
    form = facts.form_of(
        row, policy, tuple(facts.document_of(each) for each in kept if each.standing in COUNTING)
    )
    practised = await facts.practised_of(call.tx, row, policy)
    uncounted = rules.findings_of_form(form, policy.articles)
    return DeclarationOut.of(
        row,
        [each for each in available_actions(STEPS, case, call.actor) if each in set(ReviewAction)],
        content=form.content,
        materials=await reading.told(call, row, kept),
        asked=asked_of(form.sections, facts.items_asked(row, policy), practised),
        findings=findings_of(uncounted, call.language),
        sections=_sections(row) if own else [],
        **claim.told(row, call.moment),
    )


def _sections(row: Declaration) -> list[SectionOut]:
    return [
        SectionOut(
            section=each,
            digest=digest_of(value),
            complete=each not in row.unfinished,
            unfinished=row.unfinished.get(each),
        )
        for each, value in sections_of(row).items()
    ]


async def listed(
    call: Call, rows: Sequence[Declaration], parts: Collection[Part] = EVERY
) -> list[DeclarationOut]:
    """The declarations of a list, without their content; of the larger fields those among these parts."""
    actions = await _actions_of(call, rows) if "available_actions" in parts else {}
    return [
        DeclarationOut.of(row, actions.get(row.id, ()), parts, **claim.told(row, call.moment)) for row in rows
    ]


async def _actions_of(call: Call, rows: Sequence[Declaration]) -> dict[UUID, list[str]]:
    found = await call.tx.scalars(select(Cycle).where(Cycle.id.in_({row.cycle_id for row in rows})))
    by_id = {cycle.id: cycle for cycle in found}
    own = await batches.by_id(call.tx, {row.batch_id for row in rows})
    return {row.id: _actions(call, row, by_id[row.cycle_id], own.get(row.batch_id)) for row in rows}


def _actions(call: Call, row: Declaration, cycle: Cycle, batch: Batch | None) -> list[str]:
    case = facts.bare_case(row, cycle, call.policy(row), batch, actor=call.actor, today=call.moment.today)
    return [each for each in available_actions(STEPS, case, call.actor) if each in set(ReviewAction)]


def step(line: Mapping[str, Any]) -> HistoryOut:
    """A step it has taken; an expert of the committee is nameless in it (三（三）)."""
    told = HistoryOut.model_validate(line)
    nameless = {"actor_name": None, "organisation_id": None} if told.role == Role.EXPERT else {}
    return told.model_copy(update=nameless)
