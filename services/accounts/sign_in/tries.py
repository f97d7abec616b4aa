"""Tries are counted before the password is looked at, so that many at once gain nothing; each wrong one waits longer.

Names that exist and names that do not are counted alike: nobody learns from a wait which is which. A try that comes too
early is not counted: hammering does not prolong the wait. All of it runs by the database's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Float, case, cast, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.sign_in.errors import TooManyTries
from services.accounts.sign_in.model import CountedTry, UsualPlace
from services.accounts.sign_in.origin import Origin
from services.accounts.sign_in.policy import BackOff, Lockout
from services.kit.errors import Basis
from services.kit.sealing import Sealer

SECOND = timedelta(seconds=1)
NOW = func.clock_timestamp()
BARE = {"synchronize_session": False}
PASSWORD, CODE, SECOND_FACTOR = "password", "code", "second_factor"
"""What is tried: a password, the code for the first one, a one-time password or recovery code."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Under which keys a try is counted; `pair` names a sign-in name and a network, `usual` when they belong together."""

    pair: bytes
    name: bytes
    network: bytes
    usual: bool = False


def keys(sealer: Sealer, what: str, login: str, origin: Origin) -> Counted:
    """The keys of a try of the kind `what`."""
    name = login.strip().lower()
    context = f"tries/{what}"
    return Counted(
        sealer.index(f"{name}\n{origin.network}", context=f"{context}/pair"),
        name_key(sealer, what, name),
        sealer.index(origin.network, context=f"{context}/network"),
    )


def name_key(sealer: Sealer, what: str, name: str) -> bytes:
    """The key of tries of the kind `what` at a name, from networks where it was not used rightly before."""
    return sealer.index(name, context=f"tries/{what}")


async def waits(tx: AsyncSession, digests: Sequence[bytes]) -> dict[bytes, datetime]:
    """Until when tries under some keys are not looked at; those that nobody waits for are left out."""
    still = select(CountedTry.digest, CountedTry.not_before).where(CountedTry.not_before > NOW)
    rows = await tx.execute(still.where(CountedTry.digest.in_(digests)))
    return {row.digest: row.not_before for row in rows}


async def count_all(tx: AsyncSession, counted: Counted, rule: Lockout, basis: Basis) -> Counted:
    """Count a try under its keys, always in the same order, so that no two wait for each other.

    Raises:
        TooManyTries: a wait is not over; nothing is counted then.
    """
    place = select(UsualPlace.digest).where(UsualPlace.digest == counted.pair, UsualPlace.until > NOW)
    usual = await tx.scalar(place) is not None
    await count(tx, counted.pair, rule.pair, basis)
    if not usual:
        await count(tx, counted.name, rule.name, basis)
        await count(tx, counted.network, rule.network, basis)
    return replace(counted, usual=usual)


async def count(tx: AsyncSession, digest: bytes, rule: BackOff, basis: Basis) -> None:
    """Count one try.

    Raises:
        TooManyTries: the wait after the last one is not over; says how many seconds remain.
    """
    over = CountedTry.until <= NOW
    tries = case((over, 1), else_=CountedTry.tries + 1)
    until = NOW + timedelta(minutes=rule.forget_minutes)
    first = insert(CountedTry).values(digest=digest, tries=1, until=until, not_before=_wait(literal(1), rule))
    counted = first.on_conflict_do_update(
        index_elements=[CountedTry.digest],
        set_={"tries": tries, "until": until, "not_before": _wait(tries, rule)},
        where=or_(over, CountedTry.not_before.is_(None), CountedTry.not_before <= NOW),
    ).returning(CountedTry.tries)
    if await tx.scalar(counted) is None:
        remaining = select(func.ceil(func.extract("epoch", CountedTry.not_before - NOW)))
        seconds = await tx.scalar(remaining.where(CountedTry.digest == digest))
        raise TooManyTries(seconds=max(1, int(seconds or 1)), basis=(basis,))


async def forget(tx: AsyncSession, digests: Sequence[bytes]) -> None:
    """Forget the tries under some keys after a right one, in the order in which they are counted."""
    for digest in digests:
        await tx.execute(delete(CountedTry).where(CountedTry.digest == digest))


async def was_right(tx: AsyncSession, counted: Counted, rule: Lockout) -> None:
    """Forget a name's tries; take the right one out of the network's; remember that the name is at home there."""
    await forget(tx, [counted.pair, counted.name])
    if not counted.usual:
        fewer = func.greatest(CountedTry.tries - 1, 0)
        still = case((fewer >= rule.network.after, CountedTry.not_before), else_=None)
        mine = update(CountedTry).where(CountedTry.digest == counted.network)
        await tx.execute(mine.values(tries=fewer, not_before=still).execution_options(**BARE))
    until = func.now() + timedelta(days=rule.usual_days)
    place = insert(UsualPlace).values(digest=counted.pair, until=until)
    await tx.execute(place.on_conflict_do_update(index_elements=[UsualPlace.digest], set_={"until": until}))


def _wait(tries: ColumnElement[int], rule: BackOff) -> ColumnElement[object]:
    """When the next try is looked at: at once, until `after` tries were made."""
    doubled = rule.first_seconds * func.power(2.0, cast(func.least(tries - rule.after, 30), Float))
    seconds = func.least(doubled, rule.longest_minutes * 60.0)
    return case((tries >= rule.after, NOW + seconds * SECOND), else_=None)
