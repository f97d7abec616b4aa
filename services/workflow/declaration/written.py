"""What applicants wrote and uploaded, what is asked of them, and what does not count: of many declarations at once."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from services.workflow.declaration import facts, rules
from services.workflow.declaration.call import Call
from services.workflow.declaration.content import Content
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.projection import WRITTEN, Written
from services.workflow.declaration.saving import digest_of, sections_of
from services.workflow.declaration.schemas import Asked, asked_of, findings_of
from services.workflow.declaration.section_schemas import SectionOut
from services.workflow.material import reading
from services.workflow.material import store as materials
from services.workflow.material.model import Material
from services.workflow.material.states import MaterialState

COUNTING = {MaterialState.AWAITING_FILE, MaterialState.STORED}


async def told(
    call: Call, rows: Sequence[Declaration], parts: Collection[Written] = WRITTEN
) -> dict[UUID, dict[str, Any]]:
    """Of each declaration these parts by name: a statement for each kind of thing they are told from, however many rows."""
    found: dict[UUID, dict[str, Any]] = {row.id: {} for row in rows}
    files = {"materials", "findings"}.intersection(parts)
    kept = await materials.every(call.tx, found) if files else {}
    if "materials" in parts:
        judged = await reading.told(call, {row: kept[row.id] for row in rows})
        _add(found, "materials", judged)
    if "asked" in parts:
        practised = await facts.practised_of(call.tx, {row: call.policy(row) for row in rows})
        _add(found, "asked", {row.id: _asked(call, row, practised[row.id]) for row in rows})
    if "content" in parts:
        _add(found, "content", {row.id: Content.model_validate(row.content) for row in rows})
    if "findings" in parts:
        _add(found, "findings", {row.id: _findings(call, row, kept[row.id]) for row in rows})
    if "sections" in parts:
        _add(found, "sections", {row.id: _sections(call, row) for row in rows})
    return found


def _add(found: dict[UUID, dict[str, Any]], part: Written, values: dict[UUID, Any]) -> None:
    for key, value in values.items():
        found[key][part] = value


def _asked(call: Call, row: Declaration, practised: str | None) -> Asked:
    policy = call.policy(row)
    return asked_of(facts.sections_asked(row, policy), facts.items_asked(row, policy), practised)


def _findings(call: Call, row: Declaration, kept: Sequence[Material]) -> Any:
    """What does not count of what was written, and of the files that count."""
    policy = call.policy(row)
    documents = tuple(facts.document_of(each) for each in kept if each.standing in COUNTING)
    form = facts.form_of(row, policy, documents)
    return findings_of(rules.findings_of_form(form, policy.articles), call.language)


def _sections(call: Call, row: Declaration) -> list[SectionOut]:
    """Each section for who writes it; for anybody else none."""
    if row.person_id != call.actor.person_id:
        return []
    return [
        SectionOut(
            section=each,
            digest=digest_of(value),
            complete=each not in row.unfinished,
            unfinished=row.unfinished.get(each),
        )
        for each, value in sections_of(row).items()
    ]
