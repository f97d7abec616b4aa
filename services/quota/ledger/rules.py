"""What a unit's levels have and what is taken of it. All figures are posts or people of one unit, year and pool."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

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


@dataclass(frozen=True, slots=True)
class Taken:
    """How many live recommendations to a level stand in a state, and which level's posts their people hold."""

    level: TitleLevel
    frees: TitleLevel | None
    state: ReservationState
    number: int


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
        taken: Collection[Taken],
        rule: PoolRule,
        limited: Collection[TitleLevel],
    ) -> Self:
        """The standings that approved figures and live recommendations make."""
        known = {each.level: each for each in figures}
        levels = [level for level in TitleLevel if level in known]
        supplies = {
            level: _claimed(known[level].supply(rule), level, taken) for level in levels if level in limited
        }
        steps = _steps(known, rule)
        places = placed(supplies, steps)
        standings = {
            level: Standing(
                known[level],
                _number(taken, level, ReservationState.HELD),
                _number(taken, level, ReservationState.CONFIRMED),
                places.get(level),
                sum(supplies[upper].surplus for upper, lower in steps.items() if lower is level),
            )
            for level in levels
        }
        return cls(standings, supplies, steps)

    def bear(self, claim: Claim) -> bool:
        """Whether one more recommendation has a place."""
        return claim.level not in self.supplies or bears(self.supplies, claim, self.steps_down)

    def __getitem__(self, level: TitleLevel) -> Standing:
        return self.by_level[level]

    def __iter__(self) -> Iterator[TitleLevel]:
        return iter(self.by_level)

    def __len__(self) -> int:
        return len(self.by_level)


def _claimed(supply: Supply, level: TitleLevel, taken: Collection[Taken]) -> Supply:
    return Supply(
        supply.declarable,
        supply.employed,
        freed=sum(each.number for each in taken if each.frees is level),
        exit_places=supply.exit_places,
        demand=sum(each.number for each in taken if each.level is level),
    )


def _steps(known: Mapping[TitleLevel, Figures], rule: PoolRule) -> dict[TitleLevel, TitleLevel]:
    """Where vacancies may go: a level whose number was decided neither lends nor borrows."""
    return {
        upper: lower
        for upper, lower in rule.steps_down.items()
        if upper in known and lower in known and known[upper].decided is None and known[lower].decided is None
    }


def _number(taken: Collection[Taken], level: TitleLevel, state: ReservationState) -> int:
    return sum(each.number for each in taken if each.level is level and each.state is state)
