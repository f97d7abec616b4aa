"""What a caller sees of a unit's places."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from pydantic import BaseModel

from services.kit.errors import Basis, Language
from services.kit.http import BasisOut
from services.quota.contract import TitleLevel
from services.quota.ledger.rules import Line, Standing, of_unit, trace
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
    """One level; `free` is None where no number limits it."""

    level: TitleLevel
    limited: bool
    approved: int
    employed: int
    vacant: int
    qualified_not_employed: int
    declarable: int
    held: int
    used: int
    free: int | None
    trace: list[LineOut]

    @classmethod
    def of(
        cls, standing: Standing, articles: Mapping[str, Basis], language: Language, *, limited: bool
    ) -> "LevelOut":
        """A level with its working."""
        lines = [LineOut.of(line, language) for line in trace(standing, articles, limited=limited)]
        return cls(
            level=standing.level,
            limited=limited,
            approved=standing.approved,
            employed=standing.employed,
            vacant=standing.vacant,
            qualified_not_employed=standing.qualified_not_employed,
            declarable=standing.declarable,
            held=standing.held,
            used=standing.used,
            free=standing.free if limited else None,
            trace=lines,
        )


class AvailabilityOut(BaseModel):
    """What a unit can still recommend in a year, level by level; no levels without an approved form."""

    unit_id: UUID
    year: int
    approved_form_id: UUID | None
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
        *,
        form_id: UUID | None,
        exempt: Exemption | None,
        levels: Iterable[Standing],
    ) -> "AvailabilityOut":
        """The unit's levels, or the one line that decides for all of them."""
        line = of_unit(form_id, exempt, policy.articles)
        key = exempt.article if exempt else "form_required" if form_id is None else "within_numbers"
        shown = [
            LevelOut.of(
                each, policy.articles, language, limited=exempt is None and policy.is_limited(each.level)
            )
            for each in levels
        ]
        return cls(
            unit_id=unit_id,
            year=policy.year,
            approved_form_id=form_id,
            limited=exempt is None,
            levels=shown,
            trace=[LineOut.of(line, language)] if line else [],
            basis=[BasisOut.model_validate(policy.articles[key])],
        )
