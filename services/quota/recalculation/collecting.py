"""Before the counting: the cards of all institutions, asked of accounts page by page."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.neighbours.client import Neighbour
from services.quota.policy import YearPolicy
from services.quota.recalculation import store
from services.quota.recalculation.model import Recalculation
from services.quota.unit import service as units
from services.quota.unit.schemas import IN_USE, Listing
from services.quota.unit.store import ask_quietly

PAGE = 100


@dataclass(frozen=True, slots=True)
class Collected:
    """How far the collecting has come: a stage per nature of institution, and one for what no list tells."""

    stage: int
    cursor: UUID | None
    number: int


async def collect(
    tx: AsyncSession, accounts: Neighbour, policy: YearPolicy, job: Recalculation
) -> Collected | None:
    """The next cards; None when all are there.

    Raises:
        Refusal: accounts does not answer.
    """
    natures = sorted(policy.posts.form.natures)
    if job.stage < len(natures):
        return await _listed(tx, accounts, natures[job.stage], job)
    if job.stage == len(natures):
        return await _doubtful(tx, accounts, policy, job)
    return None


async def _listed(tx: AsyncSession, accounts: Neighbour, nature: str, job: Recalculation) -> Collected:
    """A page of the institutions in use, newest first."""
    await ask_quietly(tx)
    asked = {"nature": nature, "state": IN_USE, "first": PAGE, "after": job.cursor}
    page = units.read(Listing, await accounts.get("/v1/organisations", as_service=True, **asked))
    await units.kept(tx, accounts, page.items)
    behind = UUID(page.next_cursor) if page.next_cursor else None
    return Collected(job.stage + (behind is None), behind, len(page.items))


async def _doubtful(
    tx: AsyncSession, accounts: Neighbour, policy: YearPolicy, job: Recalculation
) -> Collected:
    """Units that were not on the lists: those closed or gone into others, and those with posts and no card."""
    ids = await store.doubtful(tx, policy.year, job.cursor, units.AT_ONCE)
    found = await units.asked(tx, accounts, ids) if ids else {}
    more = len(ids) == units.AT_ONCE
    return Collected(job.stage + (not more), ids[-1] if more else None, len(found))
