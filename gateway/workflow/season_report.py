"""The season's report (年度评审情况报告): what the year's reviews came to, as figures, a picture and a workbook (三（五）)."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Payload, mutation
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms
from gateway.workflow.cycle import Cycle
from gateway.workflow.material import file_at

REPORTS = "/v1/season-reports"


@terms("As what a season's report is made.")
class SeasonReportFormat(Enum):
    """Format of a report."""

    SVG = "矢量图"
    PNG = "图片"
    PDF = "PDF 文件"
    XLSX = "电子表格"


@strawberry.type(description="Declarations of a level, series, prefecture or state, and what they came to.")
class SeasonCount(Told):
    """A count."""

    code: str | None = described("Of which; null for all together, and for the province's own units.")
    name: str = described("What it is called.")
    declared: int = described("Declarations begun (申报).")
    submitted: int = described("Of these, submitted once at least (已提交).")
    passed: int = described("Passed by a committee (评审通过).")
    not_passed: int = described("Not passed (评审未通过).")
    under_way: int = described("Under way (办理中).")
    over: int = described("Refused, withdrawn, lapsed or declared void (其他终止).")
    certified: int = described("Filed, with a certificate (已备案发证).")
    pass_rate: float | None = described("The share of those passed among those decided on (通过率).")


@strawberry.type(description="The days that declarations were in a state, all stays together (停留天数).")
class SeasonStay(Told):
    """A state."""

    state: str = described("Code of the state.")
    name: str = described("What it is called (环节).")
    declarations: int = described("Of how many declarations that have left it.")
    median_days: float = described("The median.")
    p90_days: float = described("Nine of ten were no longer in it.")


@strawberry.type(description="A section, or a kind of material, that was sent back (退回原因).")
class SeasonReason(Told):
    """A reason."""

    item: str = described("Its code.")
    name: str = described("What it is called.")
    kind: str = described("A section of the form, a material, or else.")
    returns: int = described("How often it was sent back.")
    declarations: int = described("Of how many declarations.")
    commonest_reason: str | None = described(
        "What was said most often, where it was said often enough to be nobody's."
    )


@strawberry.type(description="How many there are of a kind, in a state.")
class SeasonTally(Told):
    """A tally."""

    kind: str = described("Code of the kind.")
    kind_name: str = described("What it is called.")
    state: str = described("Code of the state.")
    state_name: str = described("What it is called.")
    number: int = described("How many.")


@strawberry.type(description="What a year's reviews came to below the caller's organisations, at one moment.")
class SeasonReport(Told):
    """The report."""

    year: int = described("The year (年度).")
    title: str = described("Its title.")
    as_of: datetime = described("At which moment.")
    total: SeasonCount = described("All declarations.")
    levels: list[SeasonCount] = listed("By level (层级).")
    series: list[SeasonCount] = listed("By series (系列), the most first.")
    prefectures: list[SeasonCount] = listed("By prefecture (市州), the most first.")
    states: list[SeasonCount] = listed("By where they stand (环节).")
    stays: list[SeasonStay] = listed("Days in each state.")
    reasons: list[SeasonReason] = listed("What was sent back, the most frequent first.")
    objections: list[SeasonTally] = listed("Objections in publicity (公示异议).")
    findings: list[SeasonTally] = listed("Findings of supervision (监督处理).")
    spot_checks: list[SeasonTally] = listed("What was drawn for a spot check (抽查).")
    cycle_id: strawberry.Private[UUID]

    @strawberry.field(description="Of which year.")
    def cycle(self, info: Info) -> Cycle | None:
        """The cycle."""
        return Cycle.edge(info, self.cycle_id)


@strawberry.input(description="A report as a picture or a workbook.")
class RequestSeasonReportInput(Act):
    """Ask for a link."""

    cycle_id: strawberry.ID = id_of("Cycle", "Of which year.")
    format: SeasonReportFormat = described("As what.")


@strawberry.type(description="What came of asking for a report.")
class SeasonReportPayload(Payload):
    """Where to fetch it."""

    download_url: str | None = optional("GET the report here; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")


@strawberry.type
class SeasonReportQuery:
    """Reports."""

    @strawberry.field(
        description="What a year's reviews came to at and below the caller's organisations (年度评审情况报告)."
    )
    async def season_report(
        self, info: Info, cycle_id: Annotated[strawberry.ID, strawberry.argument(description="The year.")]
    ) -> SeasonReport | None:
        """The figures."""
        cycle = uuid_of(cycle_id, "Cycle", field="cycle_id")
        return SeasonReport.of(await info.context.workflow.get(f"{REPORTS}/{cycle}"))


@strawberry.type
class SeasonReportMutation:
    """Acts on reports."""

    @mutation("Get a link to the season's report: charts as a picture or PDF, or every table as a workbook.")
    async def request_season_report(
        self, info: Info, input: RequestSeasonReportInput
    ) -> SeasonReportPayload | None:
        """Get it."""
        done = await info.context.workflow.write("POST", f"{REPORTS}/links", body_of(input))
        return SeasonReportPayload(**file_at(info, done))
