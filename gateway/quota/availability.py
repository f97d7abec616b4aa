"""How many places a unit can still recommend for (可申报数额), with the working; and the ratios of Annex 1."""

from typing import Annotated
from uuid import UUID

import strawberry

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.annual_form import AnnualForm
from gateway.quota.post_words import PostPool
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Basis
from gateway.told import Told
from gateway.words import described, listed


@strawberry.type(description="One line of a working: how a number came about, and on which article.")
class TraceLine(Told):
    """A line."""

    text: str = described("The line, with its figures.")
    cite: str = described("The article (依据).")


@strawberry.type(description="The places of one level (层级数额).")
class LevelAvailability(Told):
    """A level."""

    level: TitleLevel = described("The level (层级).")
    limited: bool | None = described("Whether any number limits it.")
    approved: int = described("Posts approved (核准岗位数).")
    employed: int = described("People employed on them (聘任数).")
    vacant: int = described("Posts vacant (空缺岗位数).")
    qualified_not_employed: int = described("People who have the title and no post (已取得资格未聘人数).")
    declarable: int = described("Vacant less qualified and not employed (职称申报数); may be negative.")
    decided: int | None = described(
        "The number that the HRSS set by decision; then it is the number (二（一）)."
    )
    exits: int = described("Proven exits of the year that the approved form rests on (退出人数).")
    deemed: int = described("Posts of people recommended upward, deemed vacant (视同空缺, 附件2 说明2).")
    above: int = described("Vacancies of the level above that it does not need itself (上一级空缺).")
    borrowed: int = described("Of these, used by this level (使用上一级空缺).")
    lent: int = described("Own vacancies that serve the level below (供下一级使用).")
    by_exits: int = described("Places taken that exits opened (退二进一).")
    shortage: int = described("Recommendations that rest on nothing any more (失去岗位依据).")
    held: int = described("Places held for recommendations in progress (已预留).")
    used: int = described("Places taken by confirmed recommendations (已占用).")
    free: int | None = described("How many are left; null where no number limits it.")
    trace: list[TraceLine] = listed("The working.")


@strawberry.type(description="What a unit can still recommend in a year, level by level (二（一）).")
class Availability(Told):
    """Places of a unit."""

    year: int = described("The year (年度).")
    pool: PostPool = described("Which stock of posts (岗位类别).")
    limited: bool = described("Whether numbers limit this unit at all; private units are free (附件2).")
    levels: list[LevelAvailability] = listed("Level by level; empty without an approved form.")
    trace: list[TraceLine] = listed("What decides for the whole unit.")
    basis: list[Basis] = listed("The articles it rests on.")
    unit_id: strawberry.Private[UUID]
    approved_form_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Whose places.")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)

    @strawberry.field(description="The approved annual form they follow from; null without one.")
    def approved_form(self, info: Info) -> AnnualForm | None:
        """The form."""
        return AnnualForm.edge(info, self.approved_form_id)


@strawberry.type
class AvailabilityQuery:
    """Places."""

    @strawberry.field(description="What a unit can still recommend in a year, with the working.")
    async def availability(
        self,
        info: Info,
        unit_id: Annotated[strawberry.ID, strawberry.argument(description="Whose.")],
        year: Annotated[int, strawberry.argument(description="The year (年度).")],
        pool: Annotated[
            PostPool, strawberry.argument(description="Which stock of posts; the general one without it.")
        ] = PostPool.GENERAL,
    ) -> Availability | None:
        """The places of a unit."""
        unit = uuid_of(unit_id, "Organisation", field="unit_id")
        known = await Organisation.find(info, unit)
        nature = known.nature.name if known and known.nature else None
        told = await info.context.quota.get(
            "/v1/availability", unit_id=unit, year=year, pool=pool.name, unit_nature=nature
        )
        return Availability.of(told)
