"""What a unit's levels have and what is taken of it. All figures are posts or people of one unit, year and pool."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol, Self
from uuid import UUID

from services.kit.steps import Broken
from services.quota.allocation.policy import PoolRule
from services.quota.allocation.rules import Claim, Places, Supply, bears, placed
from services.quota.contract import ReservationState, TitleLevel


class Column(Protocol):
    """One level of an approved form or of a targeted plan."""

    level: str
    approved: int
    employed: int
    vacant: int
    qualified_not_employed: int
    declarable: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One level as it was approved; `decided` is what a decision sets in place of `declarable`."""

    level: TitleLevel
    approved: int
    employed: int
    vacant: int
    qualified_not_employed: int
    declarable: int
    decided: int | None = None
    exits: int = 0
    """Proven exits inside the window that the form rests on."""

    @property
    def number(self) -> int:
        """How many may be declared for by itself: what was decided, else what the figures make."""
        return self.declarable if self.decided is None else self.decided

    @classmethod
    def of(cls, column: Column, *, decided: int | None = None, exits: int = 0) -> Self:
        """The figures of a column."""
        return cls(
            TitleLevel(column.level),
            column.approved,
            column.employed,
            column.vacant,
            column.qualified_not_employed,
            column.declarable,
            decided,
            exits,
        )

    def supply(self, rule: PoolRule) -> Supply:
        """What the level has to give before anything is taken; a number set by decision is the number, and no more."""
        if self.decided is not None:
            return Supply(self.decided)
        per_place = rule.exits_per_place
        return Supply(self.declarable, self.employed, exit_places=self.exits // per_place if per_place else 0)


class Row(NamedTuple):
    """A live reservation, with the levels at which its person is in the figures: in post, and waiting for one."""

    id: UUID
    person_id: UUID
    level: str
    state: str
    posts: Sequence[str] | None
    waits: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Live:
    """A live reservation and what it claims."""

    id: UUID
    state: ReservationState
    claim: Claim


def claim_by(level: TitleLevel, posts: Sequence[str], waits: Sequence[str]) -> Claim:
    """What a recommendation to a level claims, by the levels at which its person is in the figures.

    Who is counted at that level or above has the place in the figures. The post held below it is deemed vacant.
    """
    there = [TitleLevel(each) for each in (*posts, *waits)]
    below = [held for held in map(TitleLevel, posts) if _rank(held) > _rank(level)]
    settled = any(_rank(each) <= _rank(level) for each in there)
    return Claim(None if settled else level, below[0] if below else None)


def live_of(rows: Iterable[Row]) -> list[Live]:
    """Live reservations with their claims, in order; a person with two of them frees one post."""
    found, seen = [], set[UUID]()
    for row in rows:
        claim = claim_by(TitleLevel(row.level), row.posts or (), row.waits or ())
        if claim.frees is not None and row.person_id in seen:
            claim = Claim(claim.level)
        elif claim.frees is not None:
            seen.add(row.person_id)
        found.append(Live(row.id, ReservationState(row.state), claim))
    return found


def _rank(level: TitleLevel) -> int:
    """The place of a level from the highest down."""
    return list(TitleLevel).index(level)


@dataclass(frozen=True, slots=True)
class Standing:
    """One level: its figures, what recommendations take of it, and how they are placed (None: no number limits it)."""

    figures: Figures
    held: int
    used: int
    places: Places | None
    above: int = 0
    """Vacancies of the level above that it does not need itself."""

    @property
    def level(self) -> TitleLevel:
        """The level."""
        return self.figures.level

    @property
    def shortage(self) -> int:
        """Recommendations that rest on nothing."""
        return self.places.shortage if self.places else 0

    @property
    def live(self) -> int:
        """Recommendations that take a place now."""
        return self.held + self.used


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A level whose number would no longer cover the recommendations that live."""

    level: TitleLevel
    number: int
    live: int
    short: int

    def broken(self, field: str) -> Broken:
        """The same as what is wrong with a field."""
        return Broken(
            f"{self.level.zh}申报数 {self.number}，已推荐 {self.live} 人，缺 {self.short} 个岗位",
            f"{self.level}: {self.number} to declare, {self.live} already recommended, short by {self.short}.",
            field,
        )


@dataclass(frozen=True, slots=True)
class Standings(Mapping[TitleLevel, Standing]):
    """All levels of a pool, in the order of the official table."""

    by_level: Mapping[TitleLevel, Standing]
    supplies: Mapping[TitleLevel, Supply]
    """Of the limited levels, as demanded and freed by the live recommendations."""
    steps_down: Mapping[TitleLevel, TitleLevel]

    @classmethod
    def of(
        cls,
        figures: Iterable[Figures],
        live: Collection[Live],
        rule: PoolRule,
        limited: Collection[TitleLevel],
    ) -> Self:
        """The standings that approved figures and live recommendations make."""
        known = {each.level: each for each in figures}
        levels = [level for level in TitleLevel if level in known]
        supplies = {
            level: _claimed(known[level].supply(rule), level, live) for level in levels if level in limited
        }
        steps = _steps(known, rule)
        places = placed(supplies, steps)
        standings = {
            level: Standing(
                known[level],
                _number(live, level, ReservationState.HELD),
                _number(live, level, ReservationState.CONFIRMED),
                places.get(level),
                sum(supplies[upper].surplus for upper, lower in steps.items() if lower is level),
            )
            for level in levels
        }
        return cls(standings, supplies, steps)

    def bear(self, claim: Claim) -> bool:
        """Whether one more recommendation has a place."""
        return claim.level is None or bears(self.supplies, claim, self.steps_down)

    def __getitem__(self, level: TitleLevel) -> Standing:
        return self.by_level[level]

    def __iter__(self) -> Iterator[TitleLevel]:
        return iter(self.by_level)

    def __len__(self) -> int:
        return len(self.by_level)


def shortfalls(
    before: Mapping[TitleLevel, Standing], after: Mapping[TitleLevel, Standing]
) -> tuple[Shortfall, ...]:
    """The levels that a change of numbers leaves shorter than they are; what is short already is no fault of it."""
    return tuple(
        Shortfall(level, each.figures.number, each.live, each.shortage)
        for level, each in after.items()
        if each.shortage > (before[level].shortage if level in before else 0)
    )


def _claimed(supply: Supply, level: TitleLevel, live: Collection[Live]) -> Supply:
    return replace(
        supply,
        freed=sum(each.claim.frees is level for each in live),
        demand=sum(each.claim.level is level for each in live),
    )


def _steps(known: Mapping[TitleLevel, Figures], rule: PoolRule) -> dict[TitleLevel, TitleLevel]:
    """Where vacancies may go: a level whose number was decided neither lends nor borrows."""
    return {
        upper: lower
        for upper, lower in rule.steps_down.items()
        if upper in known and lower in known and known[upper].decided is None and known[lower].decided is None
    }


def _number(live: Collection[Live], level: TitleLevel, state: ReservationState) -> int:
    return sum(each.claim.level is level and each.state is state for each in live)
