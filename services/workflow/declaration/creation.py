"""Beginning a declaration: after recommendation, publicity and test, inside its window, one a year, to one committee."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.accounts.contract import Role
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import decide
from services.workflow import rows
from services.workflow.committee import store as committees
from services.workflow.committee.errors import NoCommittee
from services.workflow.committee.jurisdiction import first_covering
from services.workflow.committee.model import Committee
from services.workflow.criteria import service as criteria
from services.workflow.criteria.model import Criteria
from services.workflow.cycle import store as cycle_store
from services.workflow.declaration import facts, grounds, store
from services.workflow.declaration.call import Call
from services.workflow.declaration.errors import CommitteeFixed, CommitteeNotCompetent, OneDeclarationAYear
from services.workflow.declaration.grounds import Ground, chain_under
from services.workflow.declaration.model import CommitteeChoice, Declaration
from services.workflow.declaration.schemas import DeclarationIn
from services.workflow.declaration.service import take
from services.workflow.declaration.states import Action, State
from services.workflow.declaration.steps import STEPS
from services.workflow.policy import NoticePolicy

ARTICLES = ("test_before_filling", "one_per_year")


async def create(call: Call, asked: DeclarationIn) -> tuple[Declaration, tuple[Basis, ...]]:
    """A new draft of the caller, or the one that waited for a new employer, and the articles it rests on.

    Raises:
        Refusal: of the ground it is to rest on, see `grounds`.
        NoCriteriaInForce: nothing is published that it could be judged by.
        NoCommittee, CommitteeFixed, CommitteeNotCompetent: where it goes is not for the applicant to choose.
        OneDeclarationAYear: the person has one in this cycle, begun at the same instant perhaps.
    """
    ground = await _ground(call, asked)
    policy = call.policies[(await cycle_store.get(call.tx, ground.cycle_id)).policy]
    in_force = await criteria.require_in_force(
        call.tx,
        ground.series,
        ground.specialty_id,
        ground.level,
        call.moment.today,
        policy,
        ground.lineage,
    )
    waiting = await store.held(call.tx, ground.person_id, ground.cycle_id)
    declaration_id = waiting.id if waiting else new_id()
    committee = await _committee_for(call, ground, policy, asked.committee_id, declaration_id)
    taken_over = _taken_over(ground, policy, committee, in_force)
    basis = (*ground.basis, *(policy.articles[key] for key in ARTICLES))
    if ground.unit_id is not None:
        basis = (*basis, policy.articles["one_committee"])
    if waiting is not None:
        return await _resume(call, waiting, policy, taken_over), basis
    return await _begin(call, declaration_id, policy, taken_over, basis), basis


async def _ground(call: Call, asked: DeclarationIn) -> Ground:
    if asked.direct is not None:
        return await grounds.direct(call, asked.direct)
    assert asked.recommendation_id is not None, "the shape demands one of both"
    return await grounds.recommended(call, asked.recommendation_id)


async def _committee_for(
    call: Call, ground: Ground, policy: NoticePolicy, asked: UUID | None, declaration_id: UUID
) -> Committee:
    """The committee the unit's declarations of that series and level go to; the first of them fixes it (二（五）4).

    Without a unit there is nothing to keep together: the committee of the region is the one.
    """
    basis = [policy.articles["one_committee"]]
    if ground.unit_id is not None and (fixed := await _fixed(call, ground, ground.unit_id)) is not None:
        if asked not in (None, fixed.id):
            raise CommitteeFixed(name=fixed.name, field="committee_id", basis=basis)
        return fixed
    found = await committees.competent(
        call.tx, ground.cycle_id, ground.series, ground.specialty_id, ground.level, ground.lineage
    )
    if found is None:
        raise NoCommittee(basis=basis)
    if asked not in (None, found.id):
        raise CommitteeNotCompetent(name=found.name, field="committee_id", basis=basis)
    if ground.unit_id is not None:
        choice = insert(CommitteeChoice).values(
            cycle_id=ground.cycle_id,
            unit_id=ground.unit_id,
            series=ground.series,
            level=ground.level,
            committee_id=found.id,
            declaration_id=declaration_id,
            chosen_at=call.moment.instant,
        )
        await call.tx.execute(choice)
    return found


async def _fixed(call: Call, ground: Ground, unit_id: UUID) -> Committee | None:
    chosen = await store.committees_chosen(call.tx, ground.cycle_id, unit_id, ground.series, ground.level)
    return first_covering(chosen, ground.specialty_id)


def _taken_over(
    ground: Ground, policy: NoticePolicy, committee: Committee, in_force: Criteria
) -> dict[str, Any]:
    """The columns that follow from the ground: whose, for what, judged by what, reviewed by whom."""
    chain = chain_under(policy, ground.path, ground.person_kind, direct=ground.recommendation_id is None)
    return {
        **{name: value for name, value in asdict(ground).items() if name not in ("path", "basis")},
        "path": [link.model_dump(mode="json") for link in ground.path],
        "lineage": ground.lineage,
        "chain": [link.model_dump(mode="json") for link in chain],
        "criteria_id": in_force.id,
        "committee_id": committee.id,
        "office_id": committee.office_id,
    }


async def _begin(
    call: Call,
    declaration_id: UUID,
    policy: NoticePolicy,
    taken_over: dict[str, Any],
    basis: tuple[Basis, ...],
) -> Declaration:
    number = await store.next_number(call.tx)
    declaration = Declaration(
        **taken_over,
        id=declaration_id,
        province=call.province,
        version=1,
        number=policy.declaration.number_of(year=policy.year, sequence=number),
        year=policy.year,
        policy=policy.name,
        state=State.DRAFT,
        position=-1,
        at_organisation_id=None,
        turn=0,
        round=0,
        content={},
        returned=[],
        touched=[],
        submitted_at=None,
        moved_at=call.moment.instant,
        ground_ended_at=None,
        created_at=call.moment.instant,
    )
    field = "direct" if declaration.recommendation_id is None else "recommendation_id"
    second = OneDeclarationAYear(year=declaration.year, field=field, basis=[policy.articles["one_per_year"]])
    seat = call.actor.require(Role.APPLICANT)
    await rows.begin(call, declaration, seat, basis=basis, taken={"uq_declaration_live": second})
    return declaration


async def _resume(
    call: Call, waiting: Declaration, policy: NoticePolicy, taken_over: dict[str, Any]
) -> Declaration:
    """Let a draft that waited for a new employer rest on the new ground: content, materials and number stay (二（二）1)."""
    case = await facts.case_of(call.tx, waiting, policy, actor=call.actor, moment=call.moment)
    move = decide(STEPS, case, Action.RESUME, call.actor, policy.articles)
    await take(call, waiting, move, case, **taken_over, ground_ended_at=None)
    return waiting
