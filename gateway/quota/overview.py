"""How posts are used (岗位使用情况总览): by prefecture and level, as figures and as a chart, for HRSS departments."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.quota.post_words import PostPool
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.told import Told
from gateway.words import described, listed, optional, terms
from gateway.workflow.material import file_at


@terms("As what a chart can be drawn.")
class ChartFormat(Enum):
    """Format of a chart; the service writes it in small letters."""

    SVG = "矢量图"
    PNG = "图片"


@strawberry.type(description="The posts of one level of a pool, all units together.")
class LevelOverview(Told):
    """A level."""

    pool: PostPool = described("Of which stock of posts.")
    level: TitleLevel = described("The level (层级).")
    units: int = described("How many institutions there are (事业单位数).")
    counted: int = described("Of these, with an approved form; in the targeted stock, with posts approved.")
    short_units: int = described("Of these, units that recommend more than their places bear.")
    approved: int = described("Posts approved (核准岗位数).")
    employed: int = described("People employed on them (聘任数).")
    qualified_not_employed: int = described("People who have the title and no post (已取得资格未聘人数).")
    declarable: int = described(
        "Declarations approved or set by decision (职称申报数); none of it is negative."
    )
    deficit: int = described("What levels in the red lack.")
    held: int = described("Held for recommendations in progress (已预留).")
    used: int = described("Taken by confirmed recommendations (已占用).")
    shortage: int = described("Recommendations that rest on nothing.")
    free: int | None = described(
        "How many more could be recommended; a vacancy counts where it is and one step below, until it is used."
    )
    own_free: int | None = described("Vacancies that nothing takes, none of them counted twice.")


@strawberry.type(description="A prefecture, or the province's own units (市州、省直).")
class PlaceOverview(Told):
    """A place."""

    code: str = described("Its code (行政区划代码).")
    name: str = described("Its short name.")
    levels: list[LevelOverview] = listed("Level by level.")


@strawberry.type(description="How posts are used, as the last recalculation of the province found it.")
class Overview(Told):
    """The overview."""

    year: int = described("The year (年度).")
    counted_at: datetime = described("When that recalculation was finished.")
    stale: bool = described("Whether anything it counted has moved since it began to count.")
    places: list[PlaceOverview] = listed("Place by place.")
    total: list[LevelOverview] = listed("All places that the caller sees, together.")
    basis: list[Basis] = listed("The articles it rests on.")


@strawberry.input(description="A chart of how posts are used.")
class RequestOverviewChartInput(Act):
    """Ask for a link."""

    year: int = described("The year (年度).")
    pool: PostPool = described("Which stock of posts.")
    format: ChartFormat = described("As what.")


@strawberry.type(description="What came of asking for a chart.")
class OverviewChartPayload(Payload):
    """Where to fetch it."""

    download_url: str | None = optional("GET the picture here; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")


@strawberry.type
class OverviewQuery:
    """The overview."""

    @strawberry.field(
        description="How posts are used below the caller's HRSS department, by prefecture and level."
    )
    async def overview(
        self, info: Info, year: Annotated[int, strawberry.argument(description="The year (年度).")]
    ) -> Overview | None:
        """The figures."""
        return Overview.of(await info.context.quota.get("/v1/overview", year=year))


@strawberry.type
class OverviewMutation:
    """Acts on the overview."""

    @mutation(
        "Get a link to the chart of how posts are used: stacked bars per prefecture, a panel per level."
    )
    async def request_overview_chart(
        self, info: Info, input: RequestOverviewChartInput
    ) -> OverviewChartPayload | None:
        """Get it."""
        body = {"year": input.year, "pool": input.pool.name, "format": input.format.name.lower()}
        done = await info.context.quota.write("POST", "/v1/overview/chart-links", body)
        return OverviewChartPayload(**file_at(info, done))
