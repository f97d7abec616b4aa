"""The season's figures (年度数据): how many declarations a year has, as anybody may read them; small numbers are not told."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.told import Told
from gateway.words import described, listed
from gateway.workflow.cycle import Cycle


@strawberry.type(
    description="Declarations of a level, series, prefecture or state, as anybody may read them."
)
class PublicCount(Told):
    """A count."""

    code: str | None = described("Of which; null for the province's own units.")
    name: str = described("What it is called.")
    number: int | None = described(
        "How many, rounded down to a multiple of `toldFrom`; null where they are too few to be told."
    )


@strawberry.type(
    description="How many declarations a year has (年度数据); no number from which a person could be found out."
)
class SeasonFigures(Told):
    """The figures."""

    year: int = described("The year (年度).")
    as_of: datetime = described("At which moment.")
    told_from: int = described("Smaller numbers are not told, nor any by which they could be worked out.")
    total: int | None = described("All declarations (申报).")
    levels: list[PublicCount] = listed("By level (层级).")
    series: list[PublicCount] = listed("By series (系列).")
    prefectures: list[PublicCount] = listed("By prefecture (市州).")
    states: list[PublicCount] = listed("By where they stand (环节); none is in a state that is not listed.")
    cycle_id: strawberry.Private[UUID]

    @strawberry.field(description="Of which year's review.")
    def cycle(self, info: Info) -> Cycle | None:
        """The cycle."""
        return Cycle.edge(info, self.cycle_id)


@strawberry.type
class SeasonFiguresQuery:
    """Figures."""

    @strawberry.field(
        description="How many declarations a year has, by level, series, prefecture and state; for anyone."
    )
    async def season_figures(
        self, info: Info, cycle_id: Annotated[strawberry.ID, strawberry.argument(description="The year.")]
    ) -> SeasonFigures | None:
        """The figures."""
        cycle = uuid_of(cycle_id, "Cycle", field="cycle_id")
        return SeasonFigures.of(await info.context.workflow.get(f"/v1/cycles/{cycle}/figures"))
