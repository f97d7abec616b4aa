"""Whether a recommendation comes to be is decided once: by who makes it, or by quota's question about its hold.

Both take one lock on the id. Who makes the recommendation has it from before quota is asked until the transaction ends;
who asks about it does not wait, and hears that it is under way. Where the lock is free and there is no recommendation,
the id is given up for good before the answer leaves: nothing comes to be under it any more. So no recommendation is
written whose hold quota has given back on our word, however long a transaction takes, and no clock is asked.
"""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import Basis
from services.workflow.recommendation import store
from services.workflow.recommendation.errors import NoHold
from services.workflow.recommendation.model import Recommendation
from services.workflow.recommendation.neighbours import HoldReleased, Neighbours

ATTEMPTS = 5
"""How often quota is asked: it may have given back a hold of which it did not ask us."""


async def hold(tx: AsyncSession, row: Recommendation, year: int, neighbours: Neighbours) -> list[Basis]:
    """Give the row its id and the post held under it; the basis of that.

    The id follows from what is wished for, so that a retry after a lost answer finds the hold it made.

    Raises:
        NoHold: quota has given back every hold that was tried.
        Refusal: quota refuses, or does not answer.
    """
    earlier = await store.count_of(tx, row.person_id, row.cycle_id)
    wish = (row.unit_id, row.person_id, row.level, row.pool, row.ground, row.assessment, earlier)
    asked = attempt = 0
    while asked < ATTEMPTS:
        row.id = uuid5(row.cycle_id, "/".join(map(str, (*wish, attempt))))
        attempt += 1
        if not await store.claim(tx, row.id):
            continue
        asked += 1
        with suppress(HoldReleased):
            held, basis = await neighbours.hold(row, year)
            row.reservation_id = held.id
            return basis
    raise NoHold


async def settle(tx: AsyncSession, ids: Collection[UUID]) -> tuple[list[Recommendation], set[UUID]]:
    """Those of `ids` that exist, and those that may come to be at this moment; the others are given up for good."""
    found = await store.known(tx, ids)
    unknown = set(ids) - {each.id for each in found}
    free = await store.claim_free(tx, unknown)
    late = await store.known(tx, free)  # written between the two looks
    await store.give_up(tx, free - {each.id for each in late})
    return [*found, *late], unknown - free
