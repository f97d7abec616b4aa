"""The tree of organisations as a whole: who may change it at the same time, and pages of what lies below.

A page of a subtree is a range of its closure's key, newest first: it costs the same in a tree of a thousand and in one of
a million. The closures follow the lineages by triggers, so that nobody who writes a lineage has to think of them.
"""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Function, Select, Table, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.kit.auth import Actor

R = TypeVar("R")


async def hold(tx: AsyncSession, province: str) -> None:
    """Let nobody change the tree until this transaction ends; whoever adds to it asks this first.

    Those who add do not wait for each other: a new row is no other row's superior before its transaction ends. Ask it
    before anything is read or written, else what was read may be of before the change that was waited for.
    """
    await tx.execute(select(func.pg_advisory_xact_lock_shared(_key(province))))


async def hold_alone(tx: AsyncSession, province: str) -> None:
    """Let nobody change the tree or add to it until this transaction ends; asked by what rewrites or prunes it.

    So no child comes below an organisation while it is moved or closed, and two moves see each other's outcome: one of
    A below B and B below A is refused. Such changes are few, and each is short.
    """
    await tx.execute(select(func.pg_advisory_xact_lock(_key(province))))


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

    Each subtree gives its own page by a range of the closure; the newest of these make the page of all.
    """
    if after is not None:
        query = query.where(key < after)
    if within is None:
        rows = list(await tx.scalars(query.order_by(key.desc()).limit(first + 1)))
    elif len(within) == 1:
        rows = list(await tx.scalars(_newest(query, key, closure, within[0], first)))
    else:
        each = [_newest(query.with_only_columns(key), key, closure, ancestor, first) for ancestor in within]
        found = union(*each).subquery().c[0] if each else None
        if found is None:
            return [], None
        rows = list(
            await tx.scalars(query.where(key.in_(select(found))).order_by(key.desc()).limit(first + 1))
        )
    if len(rows) <= first:
        return rows, None
    return rows[:first], str(getattr(rows[first - 1], key.key))


def _newest(
    query: Select[R], key: InstrumentedAttribute[UUID], closure: Table, ancestor: UUID, first: int
) -> Select[R]:
    """The newest of one subtree, ordered by the closure's own key."""
    return below(query, key, closure, ancestor).order_by(closure.c.descendant_id.desc()).limit(first + 1)
