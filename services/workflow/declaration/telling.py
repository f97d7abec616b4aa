"""How a declaration is told to its reader: the steps open to the caller, and what does not count."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.accounts.contract import Role
from services.kit.steps import available_actions
from services.workflow.batch import store as batches
from services.workflow.batch.model import Batch
from services.workflow.cycle import store as cycles
from services.workflow.cycle.model import Cycle
from services.workflow.declaration import facts, written
from services.workflow.declaration.call import Call
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.projection import EVERY, WRITTEN, Part, Written
from services.workflow.declaration.schemas import DeclarationOut, HistoryOut
from services.workflow.declaration.states import ReviewAction
from services.workflow.declaration.steps import STEPS
from services.workflow.review_chain import claim


async def whole(
    call: Call, row: Declaration, parts: Collection[Part | Written] = EVERY | WRITTEN
) -> DeclarationOut:
    """The declaration with its content, its materials, what is asked, and what does not count; or these parts of it."""
    [told] = await several(call, [row], parts)
    return told


async def several(
    call: Call, rows: Sequence[Declaration], parts: Collection[Part | Written]
) -> list[DeclarationOut]:
    """Many declarations, of the larger fields those among these parts: a few statements, however many they are."""
    actions = await _actions_of(call, rows) if "available_actions" in parts else {}
    own = await written.told(call, rows, WRITTEN.intersection(parts))
    return [
        DeclarationOut.of(row, actions.get(row.id, ()), parts, **own[row.id], **claim.told(row, call.moment))
        for row in rows
    ]


async def _actions_of(call: Call, rows: Sequence[Declaration]) -> dict[UUID, list[str]]:
    by_id = await cycles.by_id(call.tx, {row.cycle_id for row in rows})
    own = await batches.by_id(call.tx, {row.batch_id for row in rows})
    return {row.id: _actions(call, row, by_id[row.cycle_id], own.get(row.batch_id)) for row in rows}


def _actions(call: Call, row: Declaration, cycle: Cycle, batch: Batch | None) -> list[str]:
    case = facts.bare_case(row, cycle, call.policy(row), batch, actor=call.actor, today=call.moment.today)
    return [each for each in available_actions(STEPS, case, call.actor) if each in set(ReviewAction)]


def step(line: Mapping[str, Any]) -> HistoryOut:
    """A step it has taken; an expert of the committee is nameless in it (三（三）)."""
    nameless = {"actor_name": None, "organisation_id": None} if line["role"] == Role.EXPERT else {}
    return HistoryOut.model_validate({**line, **nameless})
