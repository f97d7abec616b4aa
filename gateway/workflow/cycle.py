"""The year's review (年度评审工作): cycles with their windows (三（六）), and the national series (职称系列)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import LARGEST_PAGE, After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, listed, optional, terms


@terms("Where a year's review stands.")
class CycleState(Enum):
    """State of a cycle."""

    PREPARED = "已建立"
    OPEN = "已启动"
    CLOSED = "已结束"


@terms("What can be done with a cycle.")
class CycleAction(Enum):
    """Action on a cycle."""

    OPEN = "启动"
    CLOSE = "结束"


@terms("A period of the year's run (三（六）).")
class WindowName(Enum):
    """Name of a window."""

    RUN = "年度评审工作"
    ARRANGE = "安排部署"
    PLAN = "公布推荐方案"
    RECOMMEND = "单位推荐"
    DECLARE = "个人申报"
    REVIEW = "逐级审核"
    MEET = "评审会议"
    FILE = "评审备案"


@terms("How a level of a series is obtained.")
class DecidedBy(Enum):
    """Way to a level."""

    REVIEW = "评审"
    EXAMINATION = "以考代评"
    EXAMINATION_AND_REVIEW = "考评结合"


@strawberry.type(description="A period of the year's run; both days are within it, Asia/Shanghai (三（六）).")
class Window(Told):
    """A window."""

    name: WindowName = described("Which period.")
    title: str | None = described("Its title.")
    opens: date = described("First day.")
    closes: date = described("Last day.")
    cite: str = described("The article that sets it (依据).")
    summary: str | None = described("What the article says.")
    extended_by: str | None = described("The document that set its last day (文号); null: the notice itself.")


@terms("Where the extension of a window stands; it opens nothing before it is published.")
class ExtensionState(Enum):
    """State of an extension."""

    APPROVED = "已批准"
    PUBLISHED = "已公布"
    WITHDRAWN = "已撤回"


@terms("What can be done with an extension.")
class ExtensionAction(Enum):
    """Action on an extension."""

    PUBLISH = "公布"
    WITHDRAW = "撤回"


@strawberry.type(description="An extension of a window by a document of the province (时间调整, 三（六）).")
class CycleExtension(Entity):
    """An extension."""

    source = OneByOne("workflow", "/v1/extensions")

    id: relay.NodeID[UUID]
    window: WindowName = described("Which period.")
    closes: date = described("Its last day by this extension.")
    document_number: str = described("The document by which the province consents (文号).")
    reason: str = described("Why (改革任务).")
    state: ExtensionState = described("Where it stands.")
    version: int = described("Its version.")
    published_at: datetime | None = described("Since when it is in force.")
    withdrawn_by: str | None = described("The document that took it back (文号).")
    withdrawn_at: datetime | None = described("When it was taken back.")
    available_actions: list[ExtensionAction] = listed("What the caller may try now.")


@strawberry.type(
    description="The state's pass mark of a level of examination and review (合格标准, 三（六）1)."
)
class PassMark(Told):
    """A pass mark."""

    series: str = described("Code of the series (系列).")
    level: TitleLevel = described("The level (层级).")
    mark: int = described("The mark (分数线).")
    no: int = described(
        "Its number; of several of a level the highest counts, the others were corrected (更正)."
    )
    document_number: str = described("The document that publishes it (文号).")
    published_on: date = described("When the state published it.")


@strawberry.type(description="One year's review (年度), run by the notice of that year.")
class Cycle(Entity):
    """A cycle."""

    source = OneByOne("workflow", "/v1/cycles")

    id: relay.NodeID[UUID]
    year: int = described("The year (年度).")
    policy: str = described("The notice as data that rules it, as province/year.")
    state: CycleState = described("Where it stands.")
    windows: list[Window] = listed("Its periods.")
    version: int = described("Its version.")
    created_at: datetime | None = described("When it was prepared.")
    available_actions: list[CycleAction] = listed("What the caller may try now.")

    @strawberry.field(
        description="Its published extensions, newest first; the province also sees those that wait."
    )
    async def extensions(
        self, info: Info, first: First, after: After = None
    ) -> Connection[CycleExtension] | None:
        """The extensions."""
        path = f"/v1/cycles/{self.id}/extensions"
        return await page(info.context.workflow, path, CycleExtension.of, first, after)

    @strawberry.field(description="The pass marks on record: without one its level takes no declarations.")
    async def pass_marks(self, info: Info) -> list[PassMark] | None:
        """The marks."""
        told = await info.context.workflow.get(f"/v1/cycles/{self.id}/pass-marks", first=LARGEST_PAGE)
        return PassMark.each(told["items"])


@strawberry.type(description="A level within a series, with its names there.")
class SeriesLevel(Told):
    """A level of a series."""

    level: TitleLevel = described("The level (层级).")
    names: list[str] = listed("What its titles are called in this series (职称名称).")
    decided_by: DecidedBy = described("How it is obtained.")


@strawberry.type(description="A national series of titles (职称系列).")
class Series(Told):
    """A series."""

    code: str = described("Its code; declarations, criteria and committees name it.")
    name: str = described("Its name.")
    levels: list[SeriesLevel] = listed("Its levels.")
    recalled: bool | None = described(
        "True where the data are still to be checked against the province's catalogue."
    )


@strawberry.input(description="The year whose notice is to be put to work.")
class CreateCycleInput(Act):
    """Prepare a cycle."""

    year: int = described("The year (年度).")


@strawberry.input(description="A cycle to be opened.")
class OpenCycleInput(StepInput):
    """Open a cycle."""


@strawberry.input(description="A cycle to be closed.")
class CloseCycleInput(StepInput):
    """Close a cycle."""


@strawberry.type(description="What came of an act on a cycle.")
class CyclePayload(Payload):
    """The cycle."""

    cycle: Cycle | None = optional("The cycle as it is now.")


@strawberry.type
class CycleQuery:
    """Cycles and series."""

    @strawberry.field(description="A cycle by its id; for anyone.")
    async def cycle(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Cycle | None:
        """One cycle."""
        return await Cycle.at(info, id)

    @strawberry.field(description="The cycles, newest first; for anyone.")
    async def cycles(
        self,
        info: Info,
        first: First,
        after: After = None,
        year: Annotated[int | None, strawberry.argument(description="Of this year.")] = None,
    ) -> Connection[Cycle] | None:
        """Many cycles."""
        return await page(info.context.workflow, "/v1/cycles", Cycle.of, first, after, year=year)

    @strawberry.field(description="The national series with their levels; for anyone.")
    async def series(
        self,
        info: Info,
        year: Annotated[
            int | None, strawberry.argument(description="As the notice of this year has them.")
        ] = None,
    ) -> list[Series] | None:
        """All series."""
        return Series.each((await info.context.workflow.get("/v1/series", year=year))["items"])


@strawberry.type
class CycleMutation:
    """Acts on cycles."""

    @mutation("Prepare a year's review from its notice (provincial HRSS).")
    async def create_cycle(self, info: Info, input: CreateCycleInput) -> CyclePayload | None:
        """Prepare it."""
        done = await info.context.workflow.write("POST", "/v1/cycles", body_of(input))
        return CyclePayload(cycle=Cycle.of(done.record), basis=Basis.each(done.basis))

    @mutation("Open a year's review (provincial HRSS).")
    async def open_cycle(self, info: Info, input: OpenCycleInput) -> CyclePayload | None:
        """Open it."""
        done = await act_on(info.context.workflow, "cycles", Cycle, input, "OPEN")
        return CyclePayload(cycle=Cycle.of(done.record), basis=Basis.each(done.basis))

    @mutation("Close a year's review after its run; nothing opens it again (provincial HRSS).")
    async def close_cycle(self, info: Info, input: CloseCycleInput) -> CyclePayload | None:
        """Close it."""
        done = await act_on(info.context.workflow, "cycles", Cycle, input, "CLOSE")
        return CyclePayload(cycle=Cycle.of(done.record), basis=Basis.each(done.basis))
