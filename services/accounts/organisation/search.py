"""Finding organisations: lists narrowed by what they are and where, and search by name or code, best match first.

A name is found by its characters and their pairs (`name_grams` in the database): by any part of it, also of two
characters, and by a spelling that is one slip away - a character wrong, missing, too many, or two exchanged. A slip
touches neighbouring pairs only; so each place of a slip is one question, that every other pair is there, and the index
answers each of them from its rarest pair. Former names are found alike. A code is found by its beginning.

The cost is that of the rows that match, wherever they are; the tests hold the plans.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.accounts.organisation import closure
from services.accounts.organisation.errors import CursorWrong
from services.accounts.organisation.model import ORGANISATIONS_BELOW, FormerName, Organisation

CODE = re.compile(r"[0-9A-Z]{4,18}")
SHORTEST_WITH_SLIP = 4
LONG = 6
EXACT, FORMER_EXACT, CODE_BEGINS, BEGINS, PART, NEAR = 0, 1, 10, 1000, 2000, 3000
"""Ranks, best first; within the last three the shorter surplus comes first (at most 120 characters)."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to."""

    parent_id: UUID | None = None
    kind: str | None = None
    nature: str | None = None
    state: str | None = None
    region_codes: Sequence[str] | None = None


def narrowed(query: Select[Any], wanted: Filter) -> Select[Any]:
    """`query` narrowed to what is wanted."""
    for column, value in (
        (Organisation.parent_id, wanted.parent_id),
        (Organisation.kind, wanted.kind),
        (Organisation.nature, wanted.nature),
        (Organisation.state, wanted.state),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.region_codes is not None:
        query = query.where(Organisation.region_code.in_(wanted.region_codes))
    return query


async def found(
    tx: AsyncSession,
    q: str,
    wanted: Filter,
    within: Sequence[UUID] | None,
    *,
    first: int,
    after: str | None,
) -> tuple[list[tuple[UUID, str]], str | None]:
    """The next `first` matches in the subtrees `within`, best first, each with its place, and the cursor that follows.

    Raises:
        CursorWrong: `after` was not told by this search.
    """
    await tx.execute(closure.PLAN_BY_VALUES)
    rows = (await tx.execute(matching(q, wanted, within, first=first, after=after))).all()
    placed = [(row.id, f"{row.rank}.{row.id}") for row in rows]
    return placed[:first], placed[first - 1][1] if len(placed) > first else None


def matching(
    q: str, wanted: Filter, within: Sequence[UUID] | None, *, first: int, after: str | None
) -> Select[Any]:
    """The statement of a search; one row for each organisation, however many of its names match.

    Each way to match is narrowed by itself: the planner knows then how few a small subtree or a rare name leaves.
    """
    each = [_in_scope(narrowed(way, wanted), within) for way in _ways(key_of(q))]
    hits = union_all(*each).subquery("hits")
    rank = func.min(hits.c.rank).label("rank")
    query = select(hits.c.id, rank).group_by(hits.c.id)
    if after is not None:
        least, last = _cursor(after)
        query = query.having(tuple_(func.min(hits.c.rank), hits.c.id) > tuple_(literal(least), literal(last)))
    return query.order_by(rank, hits.c.id).limit(first + 1)


def _in_scope(query: Select[Any], within: Sequence[UUID] | None) -> Select[Any]:
    if within is None:
        return query
    if len(within) == 1:
        return closure.below(query, Organisation.id, ORGANISATIONS_BELOW, within[0])
    link = ORGANISATIONS_BELOW.c
    there = select(link.descendant_id).where(
        link.descendant_id == Organisation.id, link.ancestor_id.in_(within)
    )
    return query.where(there.exists())


def _ways(key: str) -> list[Select[Any]]:
    """What matches, by name, by former name and by code; each with its rank."""
    former = _by_name(key, FormerName.name, FormerName.name_key, FORMER_EXACT)
    ways = [
        _by_name(key, Organisation.name, Organisation.name_key, EXACT),
        former.join_from(FormerName, Organisation, Organisation.id == FormerName.organisation_id),
    ]
    if CODE.fullmatch(key.upper()):
        # written into the statement, or its plan could not know that the pattern is a beginning
        pattern: BindParameter[str] = bindparam("code", f"{key.upper()}%", literal_execute=True)
        rank = case((Organisation.uscc == key.upper(), EXACT), else_=CODE_BEGINS)
        by_code = select(Organisation.id.label("id"), rank.label("rank"))
        ways.append(by_code.where(Organisation.uscc.like(pattern)))
    return ways


def _by_name(
    key: str, name: InstrumentedAttribute[str], spelled: InstrumentedAttribute[str], exact: int
) -> Select[Any]:
    grams = func.name_grams(name)
    surplus = func.abs(func.length(spelled) - len(key))
    rank = case(
        (spelled == key, exact),
        (func.starts_with(spelled, key), BEGINS + surplus),
        (func.strpos(spelled, key) > 0, PART + surplus),
        else_=NEAR + surplus,
    )
    slips = slips_of(key)
    candidate = or_(*(holds(grams, each) for each in [grams_of(key), *(slip.grams for slip in slips)]))
    matches = [func.strpos(spelled, key) > 0]
    if slips:
        matches.append(spelled.regexp_match("|".join(slip.pattern for slip in slips)))
    return select(Organisation.id.label("id"), rank.label("rank")).where(candidate, or_(*matches))


def holds(grams: ColumnElement[Any], wanted: Sequence[str]) -> ColumnElement[bool]:
    """That parts of a name hold some; the index of them answers it."""
    return grams.op("@>", is_comparison=True)(cast(list(wanted), ARRAY(Text)))


def key_of(name: str) -> str:
    """A name without what two spellings of it may differ in; as `name_key` in the database."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).lower()


def grams_of(key: str) -> list[str]:
    """What the index is asked for: the pairs of a key, or its only character."""
    pairs = list(dict.fromkeys(key[at : at + 2] for at in range(len(key) - 1)))
    return pairs or [key]


@dataclass(frozen=True, slots=True)
class Slip:
    """A key with a slip at one place: what the index is asked for, and what the name must look like then."""

    before: str
    after: str
    width: int

    @property
    def grams(self) -> list[str]:
        """What the slip leaves whole."""
        return [gram for part in (self.before, self.after) if part for gram in grams_of(part)]

    @property
    def pattern(self) -> str:
        """Both parts in their order, with no more between them than a slip puts there."""
        return f"{re.escape(self.before)}.{{0,{self.width + 1}}}{re.escape(self.after)}"


def slips_of(key: str) -> list[Slip]:
    """Every place at which a slip may be; nothing for short keys.

    In a key of six characters or more two neighbours may be wrong, which covers their exchange; in a shorter one only
    one may, else too little would be left to be found by.
    """
    if len(key) < SHORTEST_WITH_SLIP:
        return []
    width = 2 if len(key) >= LONG else 1
    return [Slip(key[:at], key[at + width :], width) for at in range(len(key) - width + 1)]


def _cursor(after: str) -> tuple[int, UUID]:
    rank, _, last = after.partition(".")
    try:
        return int(rank) if rank.isascii() and len(rank) < len("10000") else int("x"), UUID(last)
    except ValueError as error:
        raise CursorWrong(field="after") from error
