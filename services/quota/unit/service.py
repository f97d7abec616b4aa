"""Asking accounts for organisations, and keeping what it tells."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import Refusal, Unavailable
from services.neighbours.client import Neighbour
from services.quota.unit import store
from services.quota.unit.model import UnitCard
from services.quota.unit.rules import TOWNSHIPS, perhaps_below
from services.quota.unit.schemas import Lookup, Told, Whole

AT_ONCE = 200
"""How many organisations accounts looks up in one call."""
M = TypeVar("M", bound=BaseModel)


async def asked(tx: AsyncSession, accounts: Neighbour, unit_ids: Collection[UUID]) -> dict[UUID, UnitCard]:
    """The cards of units, as accounts tells them now; those it does not know are not among them.

    Raises:
        Unavailable: accounts does not answer.
    """
    await store.ask_quietly(tx)
    return await kept(tx, accounts, await _lookup(accounts, unit_ids))


async def kept(tx: AsyncSession, accounts: Neighbour, told: Sequence[Told]) -> dict[UUID, UnitCard]:
    """The cards of what accounts told, kept; where a superior may be a township, it is asked for in one more call.

    Raises:
        Unavailable: accounts does not answer.
    """
    natures = {each.id: each.nature for each in told}
    superiors = {above for each in told for above in perhaps_below(each.lineage)} - natures.keys()
    natures |= {each.id: each.nature for each in await _lookup(accounts, superiors)}
    return await store.keep(tx, told, {each for each, nature in natures.items() if nature in TOWNSHIPS})


async def telephone(accounts: Neighbour, unit_id: UUID) -> str | None:
    """How a unit is reached now: it changes without notice, so it is not kept.

    Raises:
        NotFound: accounts knows no such unit.
        Unavailable: accounts does not answer.
    """
    answer = await accounts.get(f"/v1/organisations/{unit_id}", as_service=True)
    return read(Whole, answer).contact.telephone


def read(model: type[M], answer: object) -> M:
    """An answer of accounts; one that does not fit is as good as none.

    Raises:
        Unavailable: it does not fit.
    """
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise Unavailable(part="accounts") from error


async def _lookup(accounts: Neighbour, ids: Iterable[UUID]) -> list[Told]:
    every, found = sorted(ids), list[Told]()
    for start in range(0, len(every), AT_ONCE):
        found += (await _some(accounts, every[start : start + AT_ONCE])).items
    return found


async def _some(accounts: Neighbour, ids: Sequence[UUID]) -> Lookup:
    body = {"ids": [str(each) for each in ids]}
    try:
        return read(Lookup, await accounts.ask("/v1/organisations/lookup", body, as_service=True))
    except Refusal as error:  # what it holds against this service is not the caller's fault
        raise Unavailable(part="accounts") from error
