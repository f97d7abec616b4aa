"""A person leaves an employer: what was not submitted moves along, what was finishes where it is (二（二）1).

A recommendation on which nothing was submitted is ended and its post given back. The draft is held: content, materials
and number stay with the person, and it is resumed when the new employer's recommendation is confirmed.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.accounts.contract import PersonKind
from services.kit.steps import decide
from services.workflow.act import Act
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.states import CycleState
from services.workflow.declaration import facts as declaration_facts
from services.workflow.declaration import service as declarations
from services.workflow.declaration import store as declaration_store
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action, State
from services.workflow.declaration.steps import STEPS
from services.workflow.recommendation import ending, store
from services.workflow.recommendation.states import LIVE
from services.workflow.registration import registering
from services.workflow.system import SYSTEM


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person belongs since `at`, and how; without employer there is neither.

    What began after `at` rests on what the person was by then: news that come late do not touch it. `why` is told to
    those whose recommendation ends.
    """

    person_id: UUID
    employer_id: UUID | None
    kind: PersonKind | None
    at: datetime
    why: str


async def settle(act: Act, place: Place) -> None:
    """End what no longer fits the person's place, in every open cycle; what fits stays."""
    for cycle in await open_cycles(act):
        await store.one_at_a_time(act.tx, place.person_id, cycle.id)
        source = await store.live_of(act.tx, place.person_id, cycle.id)
        if source is not None:
            await _settle_recommendation(act, source.id, place)
        await _settle_direct(act, cycle, place)
        await registering.leave(act, place.person_id, place.employer_id, cycle, place.why, place.at)


async def open_cycles(act: Act) -> list[Cycle]:
    """The years whose review is on."""
    return list(await act.tx.scalars(select(Cycle).where(Cycle.state == CycleState.OPEN).order_by(Cycle.id)))


async def _settle_recommendation(act: Act, recommendation_id: UUID, place: Place) -> None:
    source = await store.lock(act.tx, recommendation_id)
    fits = source.unit_id == place.employer_id and source.person_kind == place.kind
    if fits or source.created_at > place.at or source.state not in LIVE:
        return
    drafts = await declarations_on(act, source.id)
    if any(each.submitted_at is not None for each in drafts):
        return
    new_unit = place.employer_id if place.employer_id != source.unit_id else None
    await ending.leave(act, source, place.why, new_unit)
    for draft in drafts:
        await hold(act, draft, place)


async def declarations_on(act: Act, recommendation_id: UUID) -> list[Declaration]:
    """The live declarations on a recommendation, locked: nobody submits meanwhile."""
    on = select(Declaration).where(
        Declaration.recommendation_id == recommendation_id,
        Declaration.state.not_in((State.WITHDRAWN, State.ENDED, State.LAPSED, State.DISQUALIFIED)),
    )
    locked = on.order_by(Declaration.id).with_for_update().execution_options(populate_existing=True)
    return list(await act.tx.scalars(locked))


async def _settle_direct(act: Act, cycle: Cycle, place: Place) -> None:
    """A draft declared directly goes on where the person still belongs to that county without employer."""
    drafts = select(Declaration.id).where(
        Declaration.person_id == place.person_id,
        Declaration.cycle_id == cycle.id,
        Declaration.state == State.DRAFT,
        Declaration.recommendation_id.is_(None),
    )
    for draft_id in (await act.tx.scalars(drafts)).all():
        draft = await declaration_store.lock_any(act.tx, draft_id)
        if draft.state != State.DRAFT or draft.ground_ended_at is not None or draft.created_at > place.at:
            continue
        direct = act.policies[cycle.policy].declaration.direct
        if place.kind and direct.article(place.kind) and place.employer_id in draft.lineage:
            draft.person_kind = place.kind
        else:
            await hold(act, draft, place)


async def hold(act: Act, draft: Declaration, place: Place) -> None:
    """Let a draft wait for another ground; one that waits already, or was submitted, is left alone."""
    if draft.state != State.DRAFT or draft.ground_ended_at is not None:
        return
    policy = act.policies[draft.policy]
    case = await declaration_facts.case_of(act.tx, draft, policy, actor=SYSTEM, moment=act.moment)
    move = decide(STEPS, case, Action.HOLD, SYSTEM, policy.articles)
    await declarations.take(act, draft, move, case, place.why, ground_ended_at=act.moment.instant)
