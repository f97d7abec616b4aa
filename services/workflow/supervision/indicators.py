"""Signs of one-click pushing (一键推送): what of the materials was looked at, how fast, and which words came again.

Figures of reviewers or organisations over their approvals, counted by the database in one statement.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    cast,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.transition import history
from services.workflow.declaration.model import Declaration
from services.workflow.material.model import Material, MaterialOpening, MaterialVerdict
from services.workflow.review_chain.model import ReviewEndorsement
from services.workflow.supervision.pace import APPROVED
from services.workflow.supervision.policy import Signs
from services.workflow.supervision.states import Group

SUMMED = ("materials", "unopened", "openings", "brief")
"""What is counted of each approval."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose figures: at and below some organisations, since when, by reviewer or by organisation, measured how."""

    below: Sequence[UUID]
    since: datetime
    of: Group
    signs: Signs
    organisation_id: UUID | None = None

    @property
    def seen(self) -> list[ColumnElement[bool]]:
        """The approvals that count."""
        seen = [
            ReviewEndorsement.lineage.overlap(list(self.below)),
            ReviewEndorsement.endorsed_at >= self.since,
        ]
        if self.organisation_id is not None:
            seen.append(ReviewEndorsement.lineage.contains([self.organisation_id]))
        return seen


def page_of(wanted: Wanted, first: int, after: Sequence[UUID] | None) -> Select[*tuple[Any, ...]]:
    """The figures of the next ones in the order of their ids; one more than asked tells of more."""
    keys = APPROVED[wanted.of]
    query = select(*keys).where(*wanted.seen)
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    who = query.group_by(*keys).order_by(*keys).limit(first + 1).cte("who")
    told = _figures(wanted, who)
    return select(told).order_by(*(told.c[key.name] for key in keys))


def busiest(wanted: Wanted, most: int) -> Select[*tuple[Any, ...]]:
    """The figures of those who approved most."""
    keys = APPROVED[wanted.of]
    query = select(*keys).where(*wanted.seen).group_by(*keys)
    who = query.order_by(func.count().desc(), *keys).limit(most).cte("who")
    told = _figures(wanted, who)
    return select(told).order_by(told.c.approvals.desc(), *(told.c[key.name] for key in keys))


def _figures(wanted: Wanted, who: CTE) -> CTE:
    approvals = _approvals(wanted, who)
    keys = [approvals.c[key.name] for key in who.c]
    opened, stood = _openings(approvals, wanted.signs), _materials(approvals)
    counted = (
        select(
            *keys,
            func.max(approvals.c.reviewer_name).label("reviewer_name"),
            func.count().label("approvals"),
            func.min(approvals.c.gap).label("shortest_gap_seconds"),
            func.count().filter(approvals.c.gap < wanted.signs.sequence_seconds).label("in_sequence"),
            *(
                cast(func.sum(part.c[name]), Integer).label(name)
                for name, part in zip(SUMMED, (stood, stood, opened, opened), strict=True)
            ),
        )
        .select_from(approvals)
        .join(opened, true())
        .join(stood, true())
        .group_by(*keys)
        .cte("counted")
    )
    words = _words(approvals, keys)
    same = and_(*(counted.c[key.name] == words.c[key.name] for key in keys))
    told = (func.coalesce(words.c[name], 0).label(name) for name in ("texts", "repeated_texts"))
    return select(*counted.c, *told).outerjoin_from(counted, words, same).cte("told")


def _approvals(wanted: Wanted, who: CTE) -> CTE:
    """Each approval with the seconds since the same reviewer's one before at the same organisation."""
    keys = APPROVED[wanted.of]
    same = and_(*(mine == other for mine, other in zip(keys, who.c, strict=True)))
    before = func.lag(ReviewEndorsement.endorsed_at).over(
        partition_by=(ReviewEndorsement.organisation_id, ReviewEndorsement.account_id),
        order_by=(ReviewEndorsement.endorsed_at, ReviewEndorsement.id),
    )
    return (
        select(
            ReviewEndorsement.organisation_id,
            ReviewEndorsement.account_id,
            ReviewEndorsement.declaration_id,
            ReviewEndorsement.turn,
            ReviewEndorsement.action,
            ReviewEndorsement.reviewer_name,
            ReviewEndorsement.endorsed_at,
            func.extract("epoch", ReviewEndorsement.endorsed_at - before).label("gap"),
        )
        .join_from(who, ReviewEndorsement, same)
        .where(*wanted.seen)
        .cte("approvals")
    )


def _openings(approvals: CTE, signs: Signs) -> Any:
    """Of an approval's openings in its turn how many lasted less than a look takes, until the next or the approval."""
    until = func.coalesce(
        func.lead(MaterialOpening.opened_at).over(order_by=MaterialOpening.opened_at), approvals.c.endorsed_at
    )
    each = (
        select(func.extract("epoch", until - MaterialOpening.opened_at).label("seconds"))
        .where(*_in_its_turn(approvals), MaterialOpening.opened_at <= approvals.c.endorsed_at)
        .correlate(approvals)
        .subquery()
    )
    brief = func.count().filter(each.c.seconds < signs.brief_seconds)
    return select(func.count().label("openings"), brief.label("brief")).select_from(each).lateral("opened")


def _materials(approvals: CTE) -> Any:
    """Of the materials that stood then how many the reviewer did not open in that turn: looked at in an earlier one only."""
    in_turn = (
        select(MaterialOpening.material_id)
        .where(*_in_its_turn(approvals), MaterialOpening.material_id == Material.id)
        .correlate(approvals, Material)
        .exists()
    )
    then = approvals.c.endorsed_at
    return (
        select(func.count().label("materials"), func.count().filter(~in_turn).label("unopened"))
        .where(
            Material.declaration_id == approvals.c.declaration_id,
            Material.stored_at <= then,
            or_(Material.replaced_at.is_(None), Material.replaced_at > then),
            or_(Material.removed_at.is_(None), Material.removed_at > then),
        )
        .correlate(approvals)
        .lateral("stood")
    )


def _in_its_turn(approvals: CTE) -> list[ColumnElement[bool]]:
    return [
        MaterialOpening.declaration_id == approvals.c.declaration_id,
        MaterialOpening.account_id == approvals.c.account_id,
        MaterialOpening.organisation_id == approvals.c.organisation_id,
        MaterialOpening.turn == approvals.c.turn,
    ]


def _said(approvals: CTE, keys: Sequence[Any]) -> Any:
    """The notes and reasons that went with the approvals."""
    reasons = select(*keys, approvals.c.declaration_id, MaterialVerdict.reason.label("text")).join_from(
        approvals,
        MaterialVerdict,
        and_(
            MaterialVerdict.declaration_id == approvals.c.declaration_id,
            MaterialVerdict.account_id == approvals.c.account_id,
            MaterialVerdict.organisation_id == approvals.c.organisation_id,
            MaterialVerdict.turn == approvals.c.turn,
        ),
    )
    notes = select(*keys, approvals.c.declaration_id, history.c.note.label("text")).join_from(
        approvals,
        history,
        and_(
            history.c.subject_id == approvals.c.declaration_id,
            history.c.actor_id == approvals.c.account_id,
            history.c.action == approvals.c.action,
            history.c.at == approvals.c.endorsed_at,
        ),
    )
    return reasons.union_all(notes).subquery()


def _words(approvals: CTE, keys: Sequence[Any]) -> CTE:
    """How many notes and reasons went with the approvals, and how many of them stand with another declaration too."""
    every = _said(approvals, keys)
    mine = [every.c[key.name] for key in keys]
    digest = func.md5(func.regexp_replace(func.lower(every.c.text), r"[[:space:][:punct:]]", "", "g"))
    alike = (
        select(
            *mine,
            func.count().label("number"),
            func.count(every.c.declaration_id.distinct()).label("declarations"),
        )
        .where(every.c.text.is_not(None))
        .group_by(*mine, digest)
        .subquery()
    )
    own = [alike.c[key.name] for key in keys]
    repeated = func.sum(alike.c.number).filter(alike.c.declarations > 1)
    return (
        select(
            *own,
            cast(func.sum(alike.c.number), Integer).label("texts"),
            cast(func.coalesce(repeated, 0), Integer).label("repeated_texts"),
        )
        .group_by(*own)
        .cte("words")
    )


async def names(tx: AsyncSession, organisation_ids: Collection[UUID]) -> dict[UUID, str]:
    """What reviewing organisations are called in the lines of the last that each of them approved."""
    last = (
        select(ReviewEndorsement.organisation_id, ReviewEndorsement.declaration_id)
        .where(ReviewEndorsement.organisation_id.in_(organisation_ids))
        .ext(distinct_on(ReviewEndorsement.organisation_id))
        .order_by(ReviewEndorsement.organisation_id, ReviewEndorsement.endorsed_at.desc())
        .subquery()
    )
    lines = Declaration.chain.concat(Declaration.path)
    link = func.jsonb_array_elements(lines, type_=JSONB).column_valued("link", joins_implicitly=True)
    named = (
        select(last.c.organisation_id, link["name"].astext)
        .join_from(last, Declaration, Declaration.id == last.c.declaration_id)
        .where(link["id"].astext == cast(last.c.organisation_id, String))
    )
    return {each: str(name) for each, name in await tx.execute(named)}
