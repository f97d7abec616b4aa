"""Reports against declarations (举报): lodged by anybody, checked above the unit; being checked they hold it (三（六）3)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, First, Known, page
from gateway.told import body_of
from gateway.words import described, id_of, listed, optional, terms
from gateway.workflow.declaration import LISTED, Declaration

REPORTS = "/v1/reports"


@terms("Where a report stands.")
class ReportState(Enum):
    """State of a report."""

    RECEIVED = "已收到"
    CHECKING = "核查中"
    NOT_TAKEN_UP = "不予受理"
    FOUNDED = "查实"
    UNFOUNDED = "查无实据"


@terms("What can be done with a report.")
class ReportAction(Enum):
    """Action on a report."""

    TAKE_UP = "受理核查"
    DECLINE = "决定不予受理"
    UPHOLD = "认定属实"
    DISMISS = "认定不属实"
    ESCALATE = "逾期未核查报告上级"


@strawberry.type(
    description="What somebody reported against a declaration (举报); who reported is never told."
)
class DeclarationReport(Known):
    """A report."""

    number: str = described("The declaration's number (申报编号).")
    text: str | None = described("What is reported; told to those who check only.")
    anonymous: bool = described("Whether it was lodged without a name.")
    state: ReportState = described("Where it stands.")
    reason: str | None = described("Why it was decided so.")
    reported_at: datetime = described("When it was lodged.")
    decided_on: date | None = described("When it was decided.")
    due_on: date | None = described(
        "By when it is to be taken up, or decided on; told to those who check only."
    )
    version: int | None = described("Its version; told to those who check only.")
    available_actions: list[ReportAction] = listed("What the caller may try now.")
    declaration_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The declaration; told to those who check only.")
    def declaration(self, info: Info) -> Declaration | None:
        """What was reported."""
        return Declaration.edge(info, self.declaration_id, LISTED)


@strawberry.input(description="A report against a declaration under way.")
class LodgeReportInput(Act):
    """Report."""

    number: str = described("The declaration's number (申报编号).")
    text: str = described("What is reported, with facts.")
    anonymous: bool = strawberry.field(default=False, description="Whether no trace of the author is kept.")


@strawberry.input(description="A step of the check.")
class ActOnReportInput(Act):
    """Act."""

    id: strawberry.ID = id_of("DeclarationReport", "The report.")
    action: ReportAction = described("What is done.")
    reason: str | None = optional("Why; every step but taking it up says so.")
    version: int | None = optional("The version that was read.")


@strawberry.type(description="What came of an act on a report.")
class ReportPayload(Payload):
    """The report."""

    report: DeclarationReport | None = optional("The report as it is now.")


@strawberry.type
class ReportQuery:
    """Reports."""

    @strawberry.field(description="The reports that the caller may check, newest first (举报).")
    async def reports(
        self,
        info: Info,
        first: First,
        after: After = None,
        state: Annotated[ReportState | None, strawberry.argument(description="In this state.")] = None,
    ) -> Connection[DeclarationReport] | None:
        """Many reports."""
        return await page(
            info.context.workflow, REPORTS, DeclarationReport.of, first, after, state=state and state.name
        )


@strawberry.type
class ReportMutation:
    """Acts on reports."""

    @mutation("Report something against a declaration under way; anybody may, anonymously too (三（六）3).")
    async def lodge_report(self, info: Info, input: LodgeReportInput) -> ReportPayload | None:
        """Report."""
        done = await info.context.workflow.write("POST", REPORTS, body_of(input), unnamed=input.anonymous)
        return ReportPayload(report=DeclarationReport.of(done.record), basis=Basis.each(done.basis))

    @mutation("Take a report up or not, or decide on it; being checked it holds its declaration (三（六）3).")
    async def act_on_report(self, info: Info, input: ActOnReportInput) -> ReportPayload | None:
        """Check it."""
        report = uuid_of(input.id, "DeclarationReport")
        path = f"{REPORTS}/{report}/actions/{input.action.name}"
        done = await info.context.workflow.write("POST", path, body_of(input, "id", "action"))
        return ReportPayload(report=DeclarationReport.of(done.record), basis=Basis.each(done.basis))
