"""What a caller sees of a unit's places."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from pydantic import BaseModel

from services.kit.errors import Basis, Language
from services.kit.http import BasisOut
from services.quota.contract import PostPool, TitleLevel
from services.quota.ledger.rules import Standing
from services.quota.ledger.store import Counted
from services.quota.ledger.working import NUMBERS, Line, of_unit, trace
from services.quota.policy import YearPolicy
from services.quota.reservation.rules import Exemption


class LineOut(BaseModel):
    """One line of the working."""

    text: str
    cite: str

    @classmethod
    def of(cls, line: Line, language: Language) -> "LineOut":
        """A line in the caller's language."""
        return cls(text=line.en if language is Language.EN else line.zh, cite=line.cite)


class LevelOut(BaseModel):
    """One level; `free` is None where no number limits it.

    `decided` is a number set by decision; `deemed`, `borrowed`, `lent` and `by_exits` are places beside the level's own;
    `above` is what the level above could lend; `shortage` is how many recommendations rest on nothing.
    """

    level: TitleLevel
    limited: bool
    approved: int
    employed: int
    vacant: int
    qualified_not_employed: int
    declarable: int
    decided: int | None
    exits: int
    deemed: int
    above: int
    borrowed: int
    lent: int
    by_exits: int
    shortage: int
    held: int
    used: int
    free: int | None
    trace: list[LineOut]

    @classmethod
    def of(
        cls, standing: Standing, articles: Mapping[str, Basis], language: Language, pool: PostPool
    ) -> "LevelOut":
        """A level with its working."""
        figures, places = standing.figures, standing.places
        return cls(
            level=standing.level,
            limited=places is not None,
            approved=figures.approved,
            employed=figures.employed,
            vacant=figures.vacant,
            qualified_not_employed=figures.qualified_not_employed,
            declarable=figures.declarable,
            decided=figures.decided,
            exits=figures.exits,
            deemed=places.supply.deemed if places else 0,
            above=standing.above,
            borrowed=places.borrowed if places else 0,
            lent=places.lent if places else 0,
            by_exits=places.by_exits if places else 0,
            shortage=places.shortage if places else 0,
            held=standing.held,
            used=standing.used,
            free=places.free if places else None,
            trace=[LineOut.of(line, language) for line in trace(standing, articles, pool)],
        )


class AvailabilityOut(BaseModel):
    """What a unit can still recommend in a year, level by level; no levels before anything was approved."""

    unit_id: UUID
    year: int
    pool: PostPool
    approved_form_id: UUID | None
    decision_id: UUID | None
    targeted_plan_id: UUID | None
    limited: bool
    levels: list[LevelOut]
    trace: list[LineOut]
    basis: list[BasisOut]

    @classmethod
    def of(
        cls,
        unit_id: UUID,
        policy: YearPolicy,
        language: Language,
        pool: PostPool,
        *,
        by: Counted | None,
        exempt: Exemption | None,
        levels: Iterable[Standing],
    ) -> "AvailabilityOut":
        """The unit's levels, or the one line that decides for all of them."""
        articles = policy.articles
        line = of_unit(counted=by is not None, exempt=exempt, pool=pool, articles=articles)
        asked = "form_required" if by is None and pool is PostPool.GENERAL else NUMBERS[pool]
        return cls(
            unit_id=unit_id,
            year=policy.year,
            pool=pool,
            approved_form_id=by.form_id if by else None,
            decision_id=by.decision_id if by else None,
            targeted_plan_id=by.targeted_plan_id if by else None,
            limited=exempt is None,
            levels=[LevelOut.of(each, articles, language, pool) for each in levels] if exempt is None else [],
            trace=[LineOut.of(line, language)] if line else [],
            basis=[BasisOut.model_validate(articles[exempt.article if exempt else asked])],
        )
