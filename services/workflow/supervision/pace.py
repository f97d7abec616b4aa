"""How fast reviewers approve, as figures: counted and measured by the database from what was approved, opened and returned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, and_, func, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from services.kit.auth import Actor
from services.workflow.material.model import MaterialOpening
from services.workflow.review_chain.model import ReviewEndorsement, ReviewReturn
from services.workflow.supervision.errors import PaceCursorUnreadable
from services.workflow.supervision.states import Group
from services.workflow.supervision.steps import OVERSEERS

Column = InstrumentedAttribute[UUID]
APPROVED: dict[Group, tuple[Column, ...]] = {
    Group.REVIEWER: (ReviewEndorsement.organisation_id, ReviewEndorsement.account_id),
    Group.ORGANISATION: (ReviewEndorsement.organisation_id,),
}
RETURNED: dict[Group, tuple[Column, ...]] = {
    Group.REVIEWER: (ReviewReturn.from_organisation_id, ReviewReturn.account_id),
    Group.ORGANISATION: (ReviewReturn.from_organisation_id,),
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures are asked for: of the caller's subtree, since when, by reviewer or by organisation."""

    actor: Actor
    now: datetime
    since: datetime
    of: Group
    organisation_id: UUID | None = None


def figures(asked: Asked, first: int, after: Sequence[UUID] | None) -> Select[*tuple[Any, ...]]:
    """The figures of the next reviewers or organisations who approved, in one statement; one more than asked tells of more."""
    who = _who(asked, first, after)
    keys = list(who.c)
    answered = _answered(asked, who)
    mine = [answered.c[key.name] for key in keys]
    told = select(
        *mine,
        func.max(answered.c.reviewer_name).label("reviewer_name"),
        func.count().label("approvals"),
        func.count().filter(answered.c.endorsed_at > asked.now - HOUR).label("approvals_last_hour"),
        func.count().filter(answered.c.endorsed_at > asked.now - DAY).label("approvals_last_day"),
        func.min(answered.c.took).label("shortest_seconds"),
        func.percentile_cont(0.5).within_group(answered.c.took).label("median_seconds"),
    )
    approved = told.group_by(*mine).cte("approved")
    returned = _returned(asked, who)
    same = and_(*(approved.c[key.name] == returned.c[key.name] for key in keys))
    returns = func.coalesce(returned.c.returns, 0).label("returns")
    return (
        select(*approved.c, returns)
        .outerjoin_from(approved, returned, same)
        .order_by(*(approved.c[key.name] for key in keys))
    )


def _who(asked: Asked, first: int, after: Sequence[UUID] | None) -> CTE:
    keys = APPROVED[asked.of]
    query = select(*keys).where(*_seen(asked))
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    return query.group_by(*keys).order_by(*keys).limit(first + 1).cte("who")


def _seen(asked: Asked) -> list[ColumnElement[bool]]:
    """Approvals in the caller's subtree."""
    seen = [
        ReviewEndorsement.lineage.overlap(asked.actor.organisation_ids(*OVERSEERS)),
        ReviewEndorsement.endorsed_at >= asked.since,
    ]
    if asked.organisation_id is not None:
        seen.append(ReviewEndorsement.lineage.contains([asked.organisation_id]))
    return seen


def _answered(asked: Asked, who: CTE) -> CTE:
    """Each approval with the seconds since its reviewer first opened something of it in that turn."""
    opened = (
        select(func.min(MaterialOpening.opened_at).label("first"))
        .where(
            MaterialOpening.declaration_id == ReviewEndorsement.declaration_id,
            MaterialOpening.account_id == ReviewEndorsement.account_id,
            MaterialOpening.organisation_id == ReviewEndorsement.organisation_id,
            MaterialOpening.turn == ReviewEndorsement.turn,
        )
        .lateral("opened")
    )
    took = func.extract("epoch", ReviewEndorsement.endorsed_at - opened.c.first)
    keys = APPROVED[asked.of]
    same = and_(*(mine == other for mine, other in zip(keys, who.c, strict=True)))
    return (
        select(*keys, ReviewEndorsement.reviewer_name, ReviewEndorsement.endorsed_at, took.label("took"))
        .join_from(who, ReviewEndorsement, same)
        .join(opened, true())
        .where(*_seen(asked))
        .cte("answered")
    )


def _returned(asked: Asked, who: CTE) -> CTE:
    """How often each sent something back."""
    keys = RETURNED[asked.of]
    same = and_(*(mine == other for mine, other in zip(keys, who.c, strict=True)))
    return (
        select(*who.c, func.count().label("returns"))
        .join_from(who, ReviewReturn, same)
        .where(ReviewReturn.returned_at >= asked.since)
        .group_by(*who.c)
        .cte("returned")
    )


def place_of(found: Any) -> str:
    """The cursor that goes on after a row."""
    keys = (found["organisation_id"], found.get("account_id"))
    return ".".join(str(key) for key in keys if key is not None)


def place_named(cursor: str | None, of: Group) -> list[UUID] | None:
    """The place that a cursor names.

    Raises:
        PaceCursorUnreadable: it is none of this list.
    """
    if cursor is None:
        return None
    try:
        keys = [UUID(key) for key in cursor.split(".")]
    except ValueError as error:
        raise PaceCursorUnreadable(field="after") from error
    if len(keys) != len(APPROVED[of]):
        raise PaceCursorUnreadable(field="after")
    return keys
