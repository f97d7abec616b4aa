"""What a finding ends of what the person has under way; every place is given back (一（八）).

Who is barred loses every declaration and recommendation. Who is not loses the declaration that the case is about, and what
it rests on, as far as it is not over. What a meeting has before it is left to the vote, and held after it (`hold`), serious
or not.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from services.workflow.act import Act
from services.workflow.certificate import store as certificates
from services.workflow.declaration import service as declarations
from services.workflow.declaration import source
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.moving import move_all
from services.workflow.declaration.states import Action
from services.workflow.declaration.steps import STEPS
from services.workflow.integrity import bar
from services.workflow.integrity.model import IntegrityCase
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
        await _end(act, declaration_id, why)


async def put_back(
    act: Act, declaration_ids: Collection[UUID], action: Action, note: str | None = None
) -> None:
    """Let declarations go from a meeting, as `action` says; whose applicant was barred meanwhile waits for no other.

    What such a declaration rests on is locked before it is, as everywhere.
    """
    asked = select(Declaration.id, Declaration.person_id).where(Declaration.id.in_(declaration_ids))
    people = dict((await act.tx.execute(asked.order_by(Declaration.id))).all())
    bars = await bar.barred(act.tx, people.values(), act.moment.today)
    ended = {each: bars[person].document_number for each, person in people.items() if person in bars}
    for each in ended:
        await source.lock(act.tx, each, Action.DISQUALIFY)
    await move_all(act, declaration_ids, action, note)
    for each, document in ended.items():
        await _end(act, each, document)


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
    under_way = select(Declaration.id).where(reached, Declaration.state.in_(ENDED))
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
