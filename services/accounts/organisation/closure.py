"""The tree of organisations as a whole: who may change it at the same time, and pages of what lies below.

A page of a subtree is a range of its closure's key, newest first: it costs the same in a tree of a thousand and in one of
a million. The closures follow the lineages by triggers, so that nobody who writes a lineage has to think of them.
"""

from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Function, Select, Table, func, select, text, union
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.accounts.installation import Desk
from services.accounts.organisation.errors import TreeBusy
from services.kit.auth import Actor

R = TypeVar("R")
Act = TypeVar("Act", bound=Callable[..., Coroutine[Any, Any, Any]])
PATIENCE = "3s"
HELD_UP = ("55P03", "40P01")
"""What the database says of a lock that was not had in time, and of two that waited for each other."""
PLAN_BY_VALUES = text("set local plan_cache_mode = force_custom_plan")
"""A rare name and a common one, a county and the province want different plans; a plan made for all suits none."""
PLAN_BY_KEY = select(
    func.set_config("enable_bitmapscan", "off", True), func.set_config("enable_seqscan", "off", True)
)
"""A planner that thinks a subtree small reads it whole and sorts it; in its key's order it never has to."""


async def hold(tx: AsyncSession, province: str) -> None:
    """Let nobody change the tree until this transaction ends; whoever adds to it asks this first.

    Those who add do not wait for each other: a new row is no other row's superior before its transaction ends. Ask it
    before anything is read or written, else what was read may be of before the change that was waited for.
    """
    await tx.execute(select(func.pg_advisory_xact_lock_shared(_key(province))))


def alone(act: Act) -> Act:
    """Let nobody else change the tree or add to it from before `act` until its transaction ends; it rewrites or prunes.

    So no child comes below an organisation while it is moved or closed, and two moves see each other's outcome: one of
    A below B and B below A is refused. Such changes are few, and each is short. While one waits everybody else waits
    behind it; so it does not wait long, neither for the tree nor for a row that an import has locked.
    """

    @wraps(act)
    async def wrapped(tx: AsyncSession, desk: Desk, *args: Any) -> Any:
        try:
            await tx.execute(text(f"set local lock_timeout = '{PATIENCE}'"))
            await tx.execute(select(func.pg_advisory_xact_lock(_key(desk.installation.province))))
            return await act(tx, desk, *args)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in HELD_UP:
                raise TreeBusy(basis=(desk.policy.articles["life"],)) from error
            raise

    return cast(Act, wrapped)


def _key(province: str) -> Function[int]:
    key: Function[int] = func.hashtextextended(f"accounts/organisation-tree/{province}", 0)
    return key


def topmost(actor: Actor, ids: Sequence[UUID]) -> list[UUID]:
    """Those of `ids`, where the actor has seats, that lie below no other of them: their subtrees hold all the rest."""
    wanted = set(ids)
    lower = {
        seat.organisation_id
        for seat in actor.seats
        if any(node.id in wanted for node in seat.lineage[:-1] if node.id != seat.organisation_id)
    }
    return sorted(wanted - lower)


def those_below(actor: Actor, ids: Sequence[UUID], ancestor: UUID) -> list[UUID]:
    """Those of `ids`, where the actor has seats, that lie below an organisation."""
    under = {
        seat.organisation_id for seat in actor.seats if any(node.id == ancestor for node in seat.lineage)
    }
    return [each for each in ids if each in under]


def below(query: Select[R], key: InstrumentedAttribute[UUID], closure: Table, ancestor: UUID) -> Select[R]:
    """What of `query` lies below an organisation."""
    return query.join(closure, closure.c.descendant_id == key).where(closure.c.ancestor_id == ancestor)


async def page(
    tx: AsyncSession,
    query: Select[R],
    key: InstrumentedAttribute[UUID],
    closure: Table,
    within: Sequence[UUID] | None,
    *,
    first: int,
    after: UUID | None,
) -> tuple[list[R], str | None]:
    """The next rows of `query` in the subtrees `within` (None: in all), newest first, and the cursor that follows.

    A page of all that lies below is read from the closure's key alone, then its rows by theirs: two statements, since a
    planner whose figures are old can join the other way round and read everything. Where `query` is narrowed it has to
    choose, by the values at hand.
    """
    if within is not None and not within:
        return [], None
    if within is None or query.whereclause is not None:
        await tx.execute(PLAN_BY_VALUES)
        asked = narrowed_page(query, key, closure, within, first=first, after=after)
    else:
        await tx.execute(PLAN_BY_KEY)
        here = list(await tx.scalars(keys_of_page(closure, within, first, after)))
        asked = query.where(key.in_(here)).order_by(key.desc())
    rows = list(await tx.scalars(asked))
    if len(rows) <= first:
        return rows, None
    return rows[:first], str(getattr(rows[first - 1], key.key))


def keys_of_page(
    closure: Table, within: Sequence[UUID], first: int, after: UUID | None
) -> Select[tuple[UUID]]:
    """The keys of a page of all that lies below: of each subtree a range of the closure's key, of these the newest, once."""
    ranges = [_newest(select(closure.c.descendant_id), closure, each, first, after) for each in within]
    if len(ranges) == 1:
        return ranges[0]
    found = union(*(select(each.subquery()) for each in ranges)).subquery()
    newest = select(found.c.descendant_id).order_by(found.c.descendant_id.desc())
    return newest.limit(first + 1)


def narrowed_page(
    query: Select[R],
    key: InstrumentedAttribute[UUID],
    closure: Table,
    within: Sequence[UUID] | None,
    *,
    first: int,
    after: UUID | None,
) -> Select[R]:
    """The newest of those in each subtree that `query` asks for, or of all there are."""
    if after is not None:
        query = query.where(key < after)
    if within is None:
        return query.order_by(key.desc()).limit(first + 1)
    joined = query.join(closure, closure.c.descendant_id == key)
    if len(within) == 1:
        return _newest(joined, closure, within[0], first, after)
    keys = joined.with_only_columns(key)
    found = union(*(select(_newest(keys, closure, each, first, after).subquery()) for each in within))
    there = key.in_(select(found.subquery().c[0]))
    return query.where(there).order_by(key.desc()).limit(first + 1)


def _newest(query: Select[R], closure: Table, ancestor: UUID, first: int, after: UUID | None) -> Select[R]:
    """The newest of one subtree after `after`, a range of the closure's key.

    The range is told of the closure itself: what is told of the other side of a join does not narrow it.
    """
    query = query.where(closure.c.ancestor_id == ancestor)
    if after is not None:
        query = query.where(closure.c.descendant_id < after)
    return query.order_by(closure.c.descendant_id.desc()).limit(first + 1)
