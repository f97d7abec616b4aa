"""Imports of a unit's roster (岗位聘任名册导入): how things stood at the end of a year, from a spreadsheet (附件2)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.intake import ImportPaperPayload
from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.post_words import PostPool
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms
from gateway.workflow.material import file_at, link, moment


@terms("Where an import of a roster stands.")
class StaffingImportState(Enum):
    """State of an import."""

    RECEIVING = "等待文件"
    RECEIVED = "已收到文件"
    CHECKED = "校验完成"
    DONE = "已导入"
    CANCELLED = "已取消"


@terms("What can be done with an import of a roster; it receives its file by a link.")
class StaffingImportAction(Enum):
    """Action on an import."""

    RECEIVE = "接收文件"
    CHECK = "校验"
    APPLY = "确认导入"
    CANCEL = "取消"


@strawberry.type(description="What is wrong with a row of a roster.")
class RosterRefusal(Told):
    """A refusal."""

    row_no: int = described("Its number in the file; 0 is what was told beside the file (行号).")
    code: str = described("Stable name of the rule that is broken.")
    message: str = described("What is wrong, in the language asked for.")
    field: str | None = described("The field concerned.")
    basis: list[Basis] = listed("The articles that say so (依据).")


@strawberry.type(description="An import of a unit's roster (名册导入): all of it or nothing.")
class StaffingImport(Entity):
    """An import."""

    source = OneByOne("quota", "/v1/staffing-imports")

    id: relay.NodeID[UUID]
    on: date = described("As of the evening of which day.")
    file_name: str = described("How its file is called.")
    actor_name: str = described("Who began it (经办人).")
    state: StaffingImportState = described("Where it stands.")
    rows: int = described("How many rows the file has.")
    unmatched: int = described(
        "How many people have no account that could be told; they are recorded by name."
    )
    recorded: int = described("How many people were recorded.")
    refused: int = described("How many rows were refused.")
    available_actions: list[StaffingImportAction] = listed("What the caller may try now.")
    created_at: datetime = described("When it was begun.")
    version: int = described("How often it has moved; given with a step.")
    unit_id: strawberry.Private[UUID]

    @strawberry.field(
        description="What is wrong with the first of the refused rows; the report tells it of all."
    )
    async def refusals(self, info: Info) -> list[RosterRefusal] | None:
        """Them."""
        told = await info.context.quota.get(f"/v1/staffing-imports/{self.id}")
        return RosterRefusal.each(told["refusals"])

    @strawberry.field(description="Whose roster (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)


@strawberry.input(description="The approved posts of a level (核准岗位数).")
class ApprovedPostsInput:
    """Posts."""

    level: TitleLevel = described("The level (层级).")
    posts: int = described("How many.")
    document: str = described("The document that approved them (核准文号).")
    pool: PostPool | None = optional("Which stock of posts; the general one without it.")


@strawberry.input(description="A roster to import, by the unit's recommender.")
class CreateStaffingImportInput(Act):
    """Begin an import."""

    unit_id: strawberry.ID = id_of("Organisation", "Whose roster (用人单位).")
    on: date = described("As of the evening of which day; the end of last year, as a rule.")
    file_name: str = described("How the file is called.")
    plans: list[ApprovedPostsInput] | None = optional("The approved posts, level by level.")


@strawberry.input(description="A step of an import of a roster.")
class ActOnStaffingImportInput(Act):
    """Take a step."""

    id: strawberry.ID = id_of("StaffingImport", "The import.")
    action: StaffingImportAction = described("Which step; one of `availableActions`.")
    version: int = described("The version that was read.")


@strawberry.input(description="The refused rows of an import of a roster.")
class RequestStaffingReportInput(Act):
    """Ask for a link."""

    id: strawberry.ID = id_of("StaffingImport", "The import.")


@strawberry.type(description="What came of beginning an import of a roster.")
class CreateStaffingImportPayload(Payload):
    """Where to send its file."""

    staffing_import: StaffingImport | None = optional("The import that waits for its file.")
    upload_url: str | None = optional("PUT the raw bytes here, XLSX or CSV; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")
    limit_bytes: int | None = optional("How large the file may be.")


@strawberry.type(description="What came of a step of an import of a roster.")
class StaffingImportPayload(Payload):
    """The import."""

    staffing_import: StaffingImport | None = optional("The import as it is now.")


@strawberry.type
class StaffingImportQuery:
    """Imports of rosters."""

    @strawberry.field(description="An import of a roster by its id.")
    async def staffing_import(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> StaffingImport | None:
        """One import."""
        return await StaffingImport.at(info, id)

    @strawberry.field(description="The imports of rosters of the caller's units, newest first.")
    async def staffing_imports(
        self,
        info: Info,
        first: First,
        after: After = None,
        unit_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this unit.")] = None,
    ) -> Connection[StaffingImport] | None:
        """Many imports."""
        unit = uuid_of(unit_id, "Organisation", field="unit_id") if unit_id else None
        return await page(
            info.context.quota, "/v1/staffing-imports", StaffingImport.of, first, after, unit_id=unit
        )


@strawberry.type
class StaffingImportMutation:
    """Acts on imports of rosters."""

    @mutation("Begin the import of a unit's roster and get the link to send its file to (附件2).")
    async def create_staffing_import(
        self, info: Info, input: CreateStaffingImportInput
    ) -> CreateStaffingImportPayload | None:
        """Begin it."""
        done = await info.context.quota.write("POST", "/v1/staffing-imports", body_of(input))
        return CreateStaffingImportPayload(
            staffing_import=StaffingImport.of(done.record["record"]),
            upload_url=link(info, done.record["upload_url"]),
            expires_at=moment(done.record.get("expires_at")),
            limit_bytes=done.record.get("limit_bytes"),
            basis=Basis.each(done.basis),
        )

    @mutation("Take a step: check the roster, record it as a whole, or give it up.")
    async def act_on_staffing_import(
        self, info: Info, input: ActOnStaffingImportInput
    ) -> StaffingImportPayload | None:
        """Take the step."""
        path = f"/v1/staffing-imports/{uuid_of(input.id, 'StaffingImport')}/actions/{input.action.name}"
        done = await info.context.quota.write("POST", path, body_of(input, "id", "action"))
        return StaffingImportPayload(
            staffing_import=StaffingImport.of(done.record), basis=Basis.each(done.basis)
        )

    @mutation("Get a link to the refused rows of a roster as a workbook.")
    async def request_staffing_report(
        self, info: Info, input: RequestStaffingReportInput
    ) -> ImportPaperPayload | None:
        """Get it."""
        path = f"/v1/staffing-imports/{uuid_of(input.id, 'StaffingImport')}/report"
        done = await info.context.quota.write("POST", path)
        return ImportPaperPayload(**file_at(info, done))
