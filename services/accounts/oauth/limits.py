"""Failures of a client from one network are counted, and wait longer and longer; what succeeds is not counted."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import Desk
from services.accounts.oauth.service import basis_of
from services.accounts.sign_in import tries
from services.accounts.sign_in.errors import TooManyTries
from services.accounts.sign_in.model import CountedTry
from services.accounts.sign_in.origin import Origin


def key(desk: Desk, client: str, origin: Origin) -> bytes:
    """Under what failures are counted."""
    return desk.installation.sealer.index(f"{client}\n{origin.network}", context="tries/oauth")


async def refuse_waiting(tx: AsyncSession, desk: Desk, counted: bytes) -> None:
    """Refuse a request that comes before the wait after the last failure is over.

    Raises:
        TooManyTries: says how many seconds remain.
    """
    now = func.clock_timestamp()
    left = select(func.ceil(func.extract("epoch", CountedTry.not_before - now)))
    seconds = await tx.scalar(left.where(CountedTry.digest == counted, CountedTry.not_before > now))
    if seconds is not None:
        raise TooManyTries(seconds=max(1, int(seconds)), basis=(basis_of(desk),))


async def count_failure(tx: AsyncSession, desk: Desk, counted: bytes) -> None:
    """Count a failure, in the transaction that answers it: it may hold a token that all the others wait for."""
    try:
        await tries.count(tx, counted, desk.policy.oauth.tries, basis_of(desk))
    except TooManyTries:  # others failed at the same time; the wait has begun
        return
