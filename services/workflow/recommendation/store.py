"""Queries on plans and recommendations."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.declaration.model import Declaration
from services.workflow.recommendation.errors import PlanNotFound, RecommendationNotFound
from services.workflow.recommendation.model import GivenUp, Recommendation, RecommendationPlan
from services.workflow.recommendation.states import LIVE, PlanState, RecommendationState
from services.workflow.visibility import public_or_above

READERS = (
    Role.ORGANISATION_MANAGER,
    Role.RECOMMENDER,
    Role.REVIEWER,
    Role.TITLE_OFFICER,
    Role.COMMITTEE_OFFICE,
    Role.SUPERVISOR,
)
"""Whose seats open what lies below them; an applicant's or an expert's seat does not."""


async def get(tx: AsyncSession, recommendation_id: UUID) -> Recommendation:
    """The recommendation by id, whoever asks.

    Raises:
        RecommendationNotFound: there is none.
    """
    found = await tx.get(Recommendation, recommendation_id)
    if found is None:
        raise RecommendationNotFound(field="recommendation_id")
    return found


async def lock(tx: AsyncSession, recommendation_id: UUID) -> Recommendation:
    """The recommendation as it is now, held until this transaction ends: nobody withdraws what is being declared on.

    Raises:
        RecommendationNotFound: there is none.
    """
    wanted = select(Recommendation).where(Recommendation.id == recommendation_id).with_for_update()
    found = await tx.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise RecommendationNotFound(field="recommendation_id")
    return found


async def lock_all(tx: AsyncSession, ids: Select[UUID | None]) -> dict[UUID, Recommendation]:
    """The same of many, in the order of their ids."""
    wanted = select(Recommendation).where(Recommendation.id.in_(ids)).order_by(Recommendation.id)
    found = await tx.scalars(wanted.with_for_update().execution_options(populate_existing=True))
    return {each.id: each for each in found}


async def seen(tx: AsyncSession, recommendation_id: UUID, actor: Actor) -> Recommendation:
    """The recommendation, if the viewer may read it.

    Raises:
        RecommendationNotFound: there is none by that id, or it is out of the viewer's scope.
    """
    found = await tx.scalar(select(Recommendation).where(Recommendation.id == recommendation_id, mine(actor)))
    if found is None:
        raise RecommendationNotFound
    return found


async def seen_of(tx: AsyncSession, ids: Collection[UUID], actor: Actor) -> list[Recommendation]:
    """Those of several that the viewer may read, in one question."""
    return list(await tx.scalars(select(Recommendation).where(Recommendation.id.in_(ids), mine(actor))))


def recommendations(
    actor: Actor, plan_id: UUID | None, person_id: UUID | None, state: RecommendationState | None
) -> Select[Recommendation]:
    """The recommendations the viewer may read."""
    query = select(Recommendation).where(mine(actor))
    if plan_id is not None:
        query = query.where(Recommendation.plan_id == plan_id)
    if person_id is not None:
        query = query.where(Recommendation.person_id == person_id)
    return query if state is None else query.where(Recommendation.state == state)


def mine(actor: Actor) -> ColumnElement[bool]:
    """Recommendations below the viewer's seats, and the viewer's own."""
    below = Recommendation.lineage.overlap(actor.organisation_ids(*READERS))
    return below if actor.person_id is None else or_(below, Recommendation.person_id == actor.person_id)


async def is_declared(tx: AsyncSession, recommendation_id: UUID) -> bool:
    """Whether a live declaration rests on the recommendation."""
    live = select(Declaration.id).where(
        Declaration.recommendation_id == recommendation_id,
        Declaration.state.not_in(("WITHDRAWN", "ENDED", "LAPSED", "DISQUALIFIED")),
    )
    return (await tx.scalar(live.limit(1))) is not None


async def known(tx: AsyncSession, ids: Collection[UUID]) -> list[Recommendation]:
    """Those of `ids` that exist."""
    return list(await tx.scalars(select(Recommendation).where(Recommendation.id.in_(ids))))


CLAIM = text("select pg_advisory_xact_lock(hashtextextended('recommendation/' || cast(:id as text), 0))")
CLAIM_FREE = text("""
    select id from unnest(cast(:ids as uuid[])) as id
    where pg_try_advisory_xact_lock(hashtextextended('recommendation/' || cast(id as text), 0))
""")
"""The lock of an id, whether there is a recommendation under it or not."""


async def claim(tx: AsyncSession, recommendation_id: UUID) -> bool:
    """Take the id for this transaction, and until its end let nobody give it up; False where it was given up before."""
    await tx.execute(CLAIM, {"id": str(recommendation_id)})
    # read in a statement of its own: only that one sees what the last holder of the lock committed
    given_up = select(GivenUp.id).where(GivenUp.id == recommendation_id)
    return (await tx.scalar(given_up)) is None


async def claim_free(tx: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Take those of the ids that nobody holds, without waiting for the others."""
    return set(await tx.scalars(CLAIM_FREE, {"ids": list(ids)}))


async def give_up(tx: AsyncSession, ids: Collection[UUID]) -> None:
    """Nothing comes to be under these ids any more; they have been claimed."""
    if ids:
        await tx.execute(insert(GivenUp).on_conflict_do_nothing(), [{"id": each} for each in sorted(ids)])


async def live_of(tx: AsyncSession, person_id: UUID, cycle_id: UUID) -> Recommendation | None:
    """The person's one live recommendation in a cycle."""
    found = await of_the_year(tx, person_id, cycle_id)
    return found if found is not None and found.state in LIVE else None


async def of_the_year(tx: AsyncSession, person_id: UUID, cycle_id: UUID) -> Recommendation | None:
    """The person's one recommendation in a cycle, live, or lapsed after a decision: only one withdrawn makes room."""
    wanted = select(Recommendation).where(
        Recommendation.person_id == person_id,
        Recommendation.cycle_id == cycle_id,
        Recommendation.state != RecommendationState.WITHDRAWN,
    )
    found: Recommendation | None = await tx.scalar(wanted)
    return found


async def one_at_a_time(tx: AsyncSession, person_id: UUID, cycle_id: UUID) -> None:
    """Let nobody else recommend this person in this cycle until this transaction ends."""
    name = f"recommend/{cycle_id}/{person_id}"
    await tx.execute(text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


async def count_of(tx: AsyncSession, person_id: UUID, cycle_id: UUID) -> int:
    """How often the person was recommended in a cycle, withdrawn ones included."""
    counted = select(func.count()).where(
        Recommendation.person_id == person_id, Recommendation.cycle_id == cycle_id
    )
    return await tx.scalar(counted) or 0


async def plan(tx: AsyncSession, plan_id: UUID, actor: Actor | None) -> RecommendationPlan:
    """The plan, if the viewer may read it.

    Raises:
        PlanNotFound: there is none by that id, or it is another unit's draft.
    """
    found = await tx.scalar(
        select(RecommendationPlan).where(RecommendationPlan.id == plan_id, readable(actor))
    )
    if found is None:
        raise PlanNotFound(field="plan_id")
    return found


async def locked_plan(tx: AsyncSession, plan_id: UUID, actor: Actor) -> RecommendationPlan:
    """The plan as it is now, held until this transaction ends.

    Raises:
        PlanNotFound: there is none by that id, or it is another unit's draft.
    """
    wanted = (
        select(RecommendationPlan).where(RecommendationPlan.id == plan_id, readable(actor)).with_for_update()
    )
    found = await tx.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise PlanNotFound
    return found


def plans(actor: Actor | None, unit_id: UUID | None, cycle_id: UUID | None) -> Select[RecommendationPlan]:
    """The plans the viewer may read."""
    query = select(RecommendationPlan).where(readable(actor))
    if unit_id is not None:
        query = query.where(RecommendationPlan.unit_id == unit_id)
    return query if cycle_id is None else query.where(RecommendationPlan.cycle_id == cycle_id)


def readable(actor: Actor | None) -> ColumnElement[bool]:
    """Published plans for everybody, drafts for the seats above them."""
    published = RecommendationPlan.state == PlanState.PUBLISHED
    return public_or_above(published, RecommendationPlan.lineage, actor, READERS)
