"""What a finding ends of what the person has under way; every place is given back (一（八）).

Who is barred loses every declaration and recommendation. Who is not loses the declaration that the case is about, and what
it rests on, as far as it is not over. What a meeting has before it is left to the vote, and held after it (`hold`), serious
or not; comes it back from the meeting undecided, it ends then.

A finding and a meeting that lets something go at the same instant meet on the declaration: a finding locks all that it
reaches, and looks where it stands after that; the meeting locks it first, and looks for findings after that. So whoever
comes second sees what the first has done. Both lock what a declaration rests on before the declaration.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from services.kit import outbox
from services.workflow.act import Act
from services.workflow.certificate import store as certificates
from services.workflow.contract import MeetingCaseCharged
from services.workflow.declaration import hindrance, source, store
from services.workflow.declaration import service as declarations
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.moving import move_all
from services.workflow.declaration.states import Action, State
from services.workflow.declaration.steps import STEPS
from services.workflow.integrity.model import IntegrityCase
from services.workflow.integrity.states import FOUND
from services.workflow.publicity import service as publicities
from services.workflow.publicity.states import Outcome
from services.workflow.recommendation import ending
from services.workflow.recommendation import store as recommendations
from services.workflow.recommendation.model import Recommendation
from services.workflow.recommendation.states import LIVE
from services.workflow.system import SYSTEM

ENDED = frozenset(state for state, action in STEPS if action == Action.DISQUALIFY)
"""The states that a finding ends."""


async def disqualify(act: Act, case: IntegrityCase, why: str) -> None:
    """End what the person has under way, as far as the finding reaches; whoever moves it waits for the decision."""
    for source_id in await _recommendations(act, case):
        found = await recommendations.lock(act.tx, source_id)
        if found.state in LIVE and not await recommendations.is_declared(act.tx, found.id):
            await ending.disqualify(act, found, why)
    for declaration_id in await _declarations(act, case):
        await source.lock(act.tx, declaration_id, Action.DISQUALIFY)
        reached = await store.lock_any(act.tx, declaration_id)
        if reached.state in ENDED:
            await _end(act, declaration_id, why)
        elif reached.state == State.IN_MEETING:
            await outbox.publish(act.tx, _held(case, reached), act.moment)


def _held(case: IntegrityCase, declaration: Declaration) -> MeetingCaseCharged:
    return MeetingCaseCharged(
        declaration_id=declaration.id,
        number=declaration.number,
        unit_id=declaration.unit_id,
        office_id=declaration.office_id,
        document_number=case.document_number or "",
    )


async def put_back(
    act: Act, declaration_ids: Collection[UUID], action: Action, note: str | None = None
) -> None:
    """Let declarations go from a meeting, as `action` says; what a finding reached meanwhile waits for no other meeting."""
    await source.lock_all(act.tx, declaration_ids)
    await move_all(act, declaration_ids, action, note)
    for each, document in sorted((await _found_meanwhile(act, declaration_ids)).items()):
        await _end(act, each, because_of(document))


async def _found_meanwhile(act: Act, declaration_ids: Collection[UUID]) -> dict[UUID, str]:
    """Those of several locked declarations that a finding ends, each with its document."""
    held = await hindrance.of(act.tx, declaration_ids, act.moment.today)
    charges = {each: found.charge for each, found in held.items() if found.charge}
    bars = {each: found.barred for each, found in held.items() if found.barred}
    found = {each: charge.document_number or "" for each, charge in charges.items() if charge.state in FOUND}
    return found | {each: bar.document_number for each, bar in bars.items()}


def because_of(document: str | None) -> str:
    """Why something ends, by the document of the finding."""
    return f"依据 {document} 认定失信，终止办理"


async def _recommendations(act: Act, case: IntegrityCase) -> list[UUID]:
    if case.bar_from is None:
        return []
    of_person = select(Recommendation.id).where(
        Recommendation.person_id == case.person_id, Recommendation.state.in_(LIVE)
    )
    return list(await act.tx.scalars(of_person.order_by(Recommendation.id)))


async def _declarations(act: Act, case: IntegrityCase) -> list[UUID]:
    reached = (
        Declaration.id == case.declaration_id
        if case.bar_from is None
        else Declaration.person_id == case.person_id
    )
    under_way = select(Declaration.id).where(reached, Declaration.state.in_({*ENDED, State.IN_MEETING}))
    return list(await act.tx.scalars(under_way.order_by(Declaration.id)))


async def _end(act: Act, declaration_id: UUID, why: str) -> None:
    await declarations.move(
        act.tx,
        declaration_id,
        Action.DISQUALIFY,
        SYSTEM,
        act.moment,
        policies=act.policies,
        note=why,
    )
    public = await certificates.last_result_publicity(act.tx, declaration_id)
    if public is not None:
        await publicities.lock(act.tx, public.id)
        await publicities.end(act.tx, public.id, Outcome.CANCELLED, act.moment)
