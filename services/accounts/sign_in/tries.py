"""Tries at a sign-in name are counted before the password is looked at, so that many at once gain nothing.

Names that exist and names that do not are counted alike: nobody learns from a lockout which is which.
"""

from datetime import timedelta

from sqlalchemy import case, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.sign_in.errors import TooManyTries
from services.accounts.sign_in.model import CountedTry
from services.accounts.sign_in.policy import Lockout
from services.kit.errors import Basis

FORGOTTEN_AT_ONCE = 100


async def count(tx: AsyncSession, digest: bytes, rule: Lockout, basis: Basis) -> None:
    """Count one try.

    Raises:
        TooManyTries: the tries allowed are used up; says how many seconds remain.
    """
    until = func.clock_timestamp() + timedelta(minutes=rule.minutes)
    over = CountedTry.until <= func.clock_timestamp()
    first = insert(CountedTry).values(digest=digest, tries=1, until=until)
    counted = first.on_conflict_do_update(
        index_elements=[CountedTry.digest],
        set_={"tries": case((over, 1), else_=CountedTry.tries + 1), "until": until},
        where=or_(over, CountedTry.tries < rule.after),
    ).returning(CountedTry.tries)
    if await tx.scalar(counted) is None:
        remaining = select(func.ceil(func.extract("epoch", CountedTry.until - func.clock_timestamp())))
        seconds = await tx.scalar(remaining.where(CountedTry.digest == digest))
        raise TooManyTries(seconds=max(1, int(seconds or 1)), basis=(basis,))


async def forget(tx: AsyncSession, digest: bytes) -> None:
    """Forget the tries at a name after a right one, and some of those that are over."""
    over = select(CountedTry.digest).where(CountedTry.until <= func.now()).limit(FORGOTTEN_AT_ONCE)
    await tx.execute(delete(CountedTry).where(CountedTry.digest.in_(over.with_for_update(skip_locked=True))))
    await tx.execute(delete(CountedTry).where(CountedTry.digest == digest))
