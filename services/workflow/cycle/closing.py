"""What stands against closing a year: declarations that are not over (三（六）)."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import UNFINISHED, WITH_COMMITTEE, State
from services.workflow.declaration.store import in_states


async def under_way(tx: AsyncSession, cycle_id: UUID) -> tuple[tuple[str, int], ...]:
    """How many declarations of the year are not over, by how their state is called.

    What no committee has accepted is counted too: until it has lapsed somebody may be accepting it this moment.
    """
    found: dict[State, int] = {}
    for states in (UNFINISHED, WITH_COMMITTEE):
        counted = (
            select(Declaration.state, func.count())
            .where(Declaration.cycle_id == cycle_id, in_states(states))
            .group_by(Declaration.state)
        )
        found |= {State(state): number for state, number in await tx.execute(counted)}
    return tuple((state.zh, found[state]) for state in State if state in found)
