"""What must hold of posts: no more is held and used than the numbers bear, but for what is flagged."""

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.invariants.agreement import Side
from services.invariants.invariant import Broken, Guarded, Invariant, Slice, holds
from services.quota import policy
from services.quota.allocation.rules import resting_on_nothing
from services.quota.annual_form.steps import STEPS as FORM
from services.quota.contract import PostPool
from services.quota.decision.steps import STEPS as DECISION
from services.quota.ledger import store
from services.quota.ledger.model import Ledger
from services.quota.policy import Policies, YearPolicy
from services.quota.recalculation.steps import STEPS as RECALCULATION
from services.quota.reservation.model import Reservation
from services.quota.reservation.steps import STEPS as RESERVATION
from services.quota.staffing_import.steps import STEPS as ROSTER
from services.quota.targeted.steps import STEPS as TARGETED

ONCE = """
select t.recommendation_id, count(*) || ' reservations' from reservation t
where {slice} group by t.recommendation_id having count(*) > 1
"""

COUNTED = """
select t.id, 'live, and nothing is approved by which it is counted' from reservation t
where {slice} and t.state in ('HELD', 'CONFIRMED') and not exists (
    select from ledger l where l.unit_id = t.unit_id and l.year = t.year and l.pool = t.pool
)
"""

IN_FORCE = """
select t.unit_id, 'counted by a form that is ' || coalesce(f.state, 'not there') from ledger t
left join annual_form f on f.id = t.form_id
where {slice} and t.pool = 'GENERAL' and f.state is distinct from 'APPROVED'
"""


RESERVATIONS = Side(
    "quota",
    "reservation",
    """
    select t.recommendation_id, t.state, t.known_at is not null or t.created_at < now() - interval '1 day',
        t.unit_id, t.year, t.pool, t.level, t.person_id
    from reservation t where {slice}
    """,
    "recommendation_id",
)
"""The state, whether workflow was heard to know what it is for or should have been long ago, and for what."""


class WithinNumbers:
    """Counts the places of units as the service does when it grants one."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def find(self, tx: AsyncSession, units: Slice) -> Iterable[Broken]:
        """Live reservations that no place bears, and of which nobody was told so."""
        mine = select(Ledger.unit_id, Ledger.year, Ledger.pool)
        ledgers = await tx.execute(mine.where(Ledger.unit_id > units.after, Ledger.unit_id <= units.upto))
        found: list[Broken] = []
        for unit_id, year, pool in ledgers.all():
            by = await store.counted(tx, unit_id, year, PostPool(pool))
            if by is not None:
                found += await self._unborne(tx, unit_id, by, self._policies.of(year))
        return found

    async def _unborne(
        self, tx: AsyncSession, unit_id: UUID, by: store.Counted, policy: YearPolicy
    ) -> list[Broken]:
        live = await store.claims(tx, unit_id, policy.year, by)
        standings = await store.standings(tx, unit_id, policy, by)
        fallen = resting_on_nothing(standings.supplies, [each.claim for each in live], standings.steps_down)
        ids = [live[place].id for place in fallen]
        untold = select(Reservation.id, Reservation.level).where(
            Reservation.id.in_(ids), Reservation.flagged_at.is_(None)
        )
        why = f"the numbers of unit {unit_id} do not bear it, {by.pool}"
        return [Broken(str(each), f"{level}: {why}") for each, level in await tx.execute(untold)]


def guarded(policies: Path, province: str) -> Guarded:
    """The machines and invariants of the schema, by the policies of the years."""
    within = WithinNumbers(policy.load(policies, province, used=()))
    return Guarded(
        machines={
            "annual_form": FORM,
            "post_decision": DECISION,
            "targeted_plan": TARGETED,
            "staffing_import": ROSTER,
            "reservation": RESERVATION,
            "recalculation": RECALCULATION,
        },
        invariants=(
            Invariant(
                "reservation.within_numbers",
                "what is held and used is borne by the numbers, or flagged",
                "ledger",
                within.find,
                key="unit_id",
            ),
            holds(
                "reservation.once",
                "a recommendation has one reservation",
                "reservation",
                ONCE,
                key="recommendation_id",
            ),
            holds(
                "reservation.counted",
                "a live reservation is counted by something approved",
                "reservation",
                COUNTED,
            ),
            holds(
                "ledger.in_force", "posts are counted by the form in force", "ledger", IN_FORCE, key="unit_id"
            ),
        ),
    )
