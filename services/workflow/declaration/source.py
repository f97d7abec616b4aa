"""The recommendation behind a declaration, where a step of the declaration may end it."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.steps import Move, StaleVersion
from services.workflow.act import Act
from services.workflow.declaration.case import Case
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.place import JUDGED, why_given_back
from services.workflow.declaration.states import Action, State
from services.workflow.recommendation import ending
from services.workflow.recommendation import store as recommendations
from services.workflow.recommendation.model import Recommendation

OVER = frozenset(
    {Action.WITHDRAW, Action.REFUSE, Action.VOTE_FAIL, Action.END, Action.LAPSE, Action.TERMINATE}
    | {Action.DISQUALIFY}
)
"""Steps after which nothing may come of the recommendation any more."""


async def lock(tx: AsyncSession, declaration_id: UUID, action: Action) -> Recommendation | None:
    """The recommendation that the step may end, locked before its declaration is: everybody takes them in this order."""
    if action not in OVER:
        return None
    source_id = await tx.scalar(select(Declaration.recommendation_id).where(Declaration.id == declaration_id))
    return None if source_id is None else await recommendations.lock(tx, source_id)


async def lock_all(tx: AsyncSession, declaration_ids: Collection[UUID]) -> None:
    """Lock what several declarations rest on, before they are locked, whatever comes of them."""
    wanted = (
        select(Recommendation.id)
        .join(Declaration, Declaration.recommendation_id == Recommendation.id)
        .where(Declaration.id.in_(declaration_ids))
        .order_by(Recommendation.id)
    )
    await tx.execute(wanted.with_for_update(of=Recommendation))


async def lock_for(
    tx: AsyncSession, declaration_ids: Collection[UUID], action: Action
) -> dict[UUID, Recommendation]:
    """What the step may end of many declarations, as `lock` does of one; none locks a declaration of them before it has all of these."""
    if action not in OVER:
        return {}
    resting = select(Declaration.recommendation_id).where(Declaration.id.in_(declaration_ids))
    return await recommendations.lock_all(tx, resting)


async def settle(
    act: Act, source: Recommendation | None, declaration: Declaration, case: Case, taken: Move
) -> None:
    """Give the place back, where nothing can come of the recommendation after the step that was taken.

    Raises:
        StaleVersion: the declaration came to rest on another recommendation meanwhile.
    """
    if taken.action not in OVER:
        return
    if declaration.recommendation_id != (source and source.id):
        raise StaleVersion(field="version")
    await settle_all(act, {source.id: source} if source else {}, [(declaration, case, taken)])


async def settle_all(
    act: Act, sources: Mapping[UUID, Recommendation], taken: Sequence[tuple[Declaration, Case, Move]]
) -> None:
    """The same of many declarations that were moved together.

    Raises:
        StaleVersion: one of them came to rest on another recommendation meanwhile.
    """
    given_back = []
    for declaration, case, move in taken:
        if move.action not in OVER or declaration.recommendation_id is None:
            continue
        source = sources.get(declaration.recommendation_id)
        if source is None:
            raise StaleVersion(field="version")
        if (why := why_given_back(case, State(move.after))) is not None:
            given_back.append(ending.Lapse(source, why, judged=move.after in JUDGED))
    await ending.lapse(act, given_back)
