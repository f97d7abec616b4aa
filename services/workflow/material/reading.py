"""Who is told what reviewers found of materials, and why: the chain's reviewers, and the applicant what came back (三（一）)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.declaration.call import Call
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.material import store
from services.workflow.material.model import Material, MaterialVerdict
from services.workflow.material.schemas import MaterialOut, VerdictOut
from services.workflow.material.states import Verdict


async def told(
    call: Call, materials: Mapping[Declaration, Sequence[Material]]
) -> dict[UUID, list[MaterialOut]]:
    """The materials of each of several declarations as the caller is told of them."""
    found = await store.verdicts(call.tx, [each.id for each in materials])
    return {row.id: _of_one(call, row, these, found[row.id]) for row, these in materials.items()}


def _of_one(
    call: Call, declaration: Declaration, materials: Sequence[Material], found: Sequence[MaterialVerdict]
) -> list[MaterialOut]:
    own = declaration.person_id == call.actor.person_id or call.actor.answers_for(declaration.account_id)
    reviewing = not own and reviews(call.actor, declaration)
    returned = _returned(declaration)
    items = []
    for material in materials:
        verdicts = [VerdictOut.model_validate(each) for each in found if each.material_id == material.id]
        if own:
            verdicts = [each for each in verdicts if material.item in returned and _against(each)]
        elif not reviewing:
            verdicts = [each.model_copy(update={"reason": None}) for each in verdicts]
        items.append(MaterialOut.of(material, verdicts))
    return items


def reviews(actor: Actor, declaration: Declaration) -> bool:
    """Whether the caller is a reviewer of the declaration's chain, or of the committee's office."""
    chain = [UUID(each["id"]) for each in declaration.chain]
    office = actor.seat(Role.COMMITTEE_OFFICE, within=(declaration.office_id,))
    return office is not None or actor.seat(Role.REVIEWER, within=chain) is not None


def _returned(declaration: Declaration) -> set[str]:
    """What has come back to the applicant, and is not submitted again yet."""
    if declaration.state != State.RETURNED:
        return set()
    return {each["item"] for each in declaration.returned}


def _against(verdict: VerdictOut) -> bool:
    return verdict.verdict is Verdict.DEFICIENT
