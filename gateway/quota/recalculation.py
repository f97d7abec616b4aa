"""The whole province recalculated (全省岗位测算): how far it has come, and what it found of units (附件1、附件2)."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.history import HistoryEntry
from gateway.ids import uuid_of
from gateway.quota.post_words import PostPool
from gateway.quota.ratio import UnitLevel
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, listed, optional, terms


@terms("Where a recalculation of the province stands.")
class RecalculationState(Enum):
    """State of a recalculation."""

    COLLECTING = "收集单位信息"
    COUNTING = "逐单位测算"
    DONE = "已完成"
    STOPPED = "已停止"


@terms("What can be done with a recalculation of the province.")
class RecalculationAction(Enum):
    """Action on a recalculation."""

    COUNT = "开始测算"
    FINISH = "完成测算"
    STOP = "停止测算"


@terms("What Annex 1 says of a unit that was recalculated (附件1).")
class RatioFound(Enum):
    """A row, none, or another rule."""

    ROW = "适用表中一行"
    NO_ROW = "附件1 未列"
    OTHER_RULE = "基层医疗卫生机构，另按有关文件核定"


@strawberry.type(
    description="A recalculation of all institutions of the province, all levels (全省岗位测算)."
)
class Recalculation(Entity):
    """A recalculation."""

    source = OneByOne("quota", "/v1/recalculations")

    id: relay.NodeID[UUID]
    year: int = described("The year (年度).")
    version: int = described("Its version; an act names the one that was read.")
    state: RecalculationState = described("Where it stands.")
    begun_at: datetime = described("When it was begun.")
    ended_at: datetime | None = described("When it ended.")
    total: int | None = described("How many units there are to count; null while they are collected.")
    done: int = described("How many units are collected, or counted.")
    problem: str | None = described("Why the last attempt came no further; it is tried again.")
    available_actions: list[RecalculationAction] = listed("What the caller may try now.")
    history: list[HistoryEntry] = listed("Its timeline (办理记录).")


@strawberry.type(description="One level of a unit's pool of posts as it was recalculated (附件2 说明2、3).")
class LevelStanding(Told):
    """A level."""

    pool: PostPool = described("Of which stock of posts.")
    level: TitleLevel = described("The level (层级).")
    approved: int = described("Posts approved (核准岗位数).")
    employed: int = described("People employed on them (聘任数).")
    qualified_not_employed: int = described("People who have the title and no post (已取得资格未聘人数).")
    declarable: int = described("Declarations approved or set by decision (职称申报数); may be negative.")
    decided: bool = described("Whether a decision of the HRSS sets the number (二（一）第2段).")
    held: int = described("Held for recommendations in progress (已预留).")
    used: int = described("Taken by confirmed recommendations (已占用).")
    deemed: int = described("Posts deemed vacant, for their holders are recommended upward (视同空缺).")
    exit_places: int = described("Places that proven exits open, should no vacancy be left (退二进一).")
    borrowed: int = described("Vacancies of the level above that serve this one.")
    lent: int = described("Own vacancies that serve the level below.")
    by_exits: int = described("Places opened by exits that are taken.")
    shortage: int = described("Recommendations that rest on nothing.")
    free: int | None = described("How many more could be recommended; null where no number limits it.")


@strawberry.type(description="What Annex 1 makes of a unit's approved posts, in whole posts (附件1).")
class RatioShares(Told):
    """Posts by ratio."""

    unified_senior: int = described("Senior, unified over the province (全省统一核定).")
    unified_middle: int = described("Middle, unified.")
    unified_junior: int = described("Junior, unified.")
    targeted_senior: int = described("Senior, targeted (双定向).")
    targeted_middle: int = described("Middle, targeted.")
    overall_senior: int = described("Senior, both together (总体控制).")
    overall_middle: int = described("Middle, both together.")


@strawberry.type(description="A unit's posts in the last recalculation that came to it.")
class UnitStanding(Told):
    """A unit."""

    year: int = described("The year (年度).")
    unit_level: UnitLevel = described("Its own level.")
    region_code: str = described("Its region (行政区划代码).")
    has_form: bool = described("Whether its annual form was approved.")
    short: bool = described("Whether it recommends more than its places bear at any level.")
    ratio: RatioFound = described("What Annex 1 says of it.")
    row_code: str | None = described("Which row; see `ratioRows`.")
    headcount: int | None = described("Posts that its form approves (岗位总数).")
    posts: RatioShares | None = described("What the row makes of them.")
    levels: list[LevelStanding] = listed("Level by level.")
    unit_id: strawberry.Private[UUID]

    @strawberry.field(description="The unit.")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)


@strawberry.input(description="Which year's posts are recalculated.")
class StartRecalculationInput(Act):
    """Begin."""

    year: int = described("The year (年度).")


@strawberry.input(description="A recalculation that is stopped.")
class StopRecalculationInput(StepInput):
    """Stop."""


@strawberry.type(description="What came of an act on a recalculation.")
class RecalculationPayload(Payload):
    """The recalculation."""

    recalculation: Recalculation | None = optional("The recalculation as it is now.")


@strawberry.type
class RecalculationQuery:
    """Recalculations and standings."""

    @strawberry.field(description="A recalculation of the province by its id.")
    async def recalculation(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Recalculation | None:
        """One recalculation."""
        return await Recalculation.at(info, id)

    @strawberry.field(description="The recalculations of the caller's province, newest first.")
    async def recalculations(
        self,
        info: Info,
        first: First,
        after: After = None,
        year: Annotated[int | None, strawberry.argument(description="Of this year.")] = None,
    ) -> Connection[Recalculation] | None:
        """Many recalculations."""
        return await page(info.context.quota, "/v1/recalculations", Recalculation.of, first, after, year=year)

    @strawberry.field(description="A unit's posts in the last recalculation that came to it.")
    async def unit_standing(
        self,
        info: Info,
        unit_id: Annotated[strawberry.ID, strawberry.argument(description="Whose.")],
        year: Annotated[int, strawberry.argument(description="The year (年度).")],
    ) -> UnitStanding | None:
        """One unit."""
        unit = uuid_of(unit_id, "Organisation", field="unit_id")
        return UnitStanding.of(await info.context.quota.get(f"/v1/standings/{unit}", year=year))

    @strawberry.field(
        description="Units that recommend more than their places bear, as the last recalculation found them."
    )
    async def short_units(
        self,
        info: Info,
        first: First,
        year: Annotated[int, strawberry.argument(description="The year (年度).")],
        after: After = None,
    ) -> Connection[UnitStanding] | None:
        """Many units."""
        return await page(info.context.quota, "/v1/standings/short", UnitStanding.of, first, after, year=year)


@strawberry.type
class RecalculationMutation:
    """Acts on recalculations."""

    @mutation(
        "Have the whole province recalculated; while one of the year is at work, it is that one (附件1)."
    )
    async def start_recalculation(
        self, info: Info, input: StartRecalculationInput
    ) -> RecalculationPayload | None:
        """Begin."""
        done = await info.context.quota.write("POST", "/v1/recalculations", body_of(input))
        return RecalculationPayload(recalculation=Recalculation.of(done.record), basis=Basis.each(done.basis))

    @mutation("Stop a recalculation; the overview keeps the last one that was finished.")
    async def stop_recalculation(
        self, info: Info, input: StopRecalculationInput
    ) -> RecalculationPayload | None:
        """Stop."""
        done = await act_on(info.context.quota, "recalculations", Recalculation, input, "STOP")
        return RecalculationPayload(recalculation=Recalculation.of(done.record), basis=Basis.each(done.basis))
