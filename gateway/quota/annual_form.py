"""The annual review form of a public institution's posts (岗位聘任情况年度审核表, 附件2; 二（一）)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.acting import StepInput
from gateway.context import Info
from gateway.history import HistoryEntry
from gateway.ids import uuid_of
from gateway.quota.post_words import ReservationState
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms


@terms("Where an annual form stands (附件2).")
class AnnualFormState(Enum):
    """State of a form."""

    DRAFT = "填报中"
    AT_AUTHORITY = "主管部门审核中"
    AT_HRSS = "同级人社部门审核中"
    RETURNED = "退回单位修改"
    APPROVED = "已审核备案"
    SUPERSEDED = "已被新版本替代"


@terms("What can be done with an annual form.")
class AnnualFormAction(Enum):
    """Action on a form."""

    FILL = "填写"
    SUBMIT = "报送"
    AUTHORITY_PASS = "主管部门审核通过"  # noqa: S105 - a step, no password
    AUTHORITY_RETURN = "主管部门退回"
    APPROVE = "人社部门审核备案"
    RETURN = "人社部门退回"
    SUPERSEDE = "由新版本替代"


@terms("A row of the form's table; with a level it names one cell (附件2).")
class AnnualFormCell(Enum):
    """Row of the table; the service writes its rows in small letters."""

    APPROVED = "人社部门核准岗位数"
    EMPLOYED = "人员聘任数"
    VACANT = "空缺岗位数"
    QUALIFIED_NOT_EMPLOYED = "已取得资格未聘人数"
    EXITS = "本年度退出人数"
    DECLARABLE = "职称申报数"


@strawberry.type
class AnnualFormFigures(Told):
    """The six figures of a column of Annex 2."""

    approved: int = described("Posts approved by the HRSS (人社部门核准岗位数).")
    employed: int = described("People employed on them (人员聘任数).")
    vacant: int = described("Posts vacant (空缺岗位数); follows from the two.")
    qualified_not_employed: int = described("People who have the title and no post (已取得资格未聘人数).")
    exits: int = described("People who leave within the year (本年度退出人数).")
    declarable: int = described("How many may be declared for (职称申报数); follows from the others.")


@strawberry.type(description="The figures of one level of titles (附件2).")
class AnnualFormRow(AnnualFormFigures):
    """A level's figures."""

    level: TitleLevel = described("The level (层级).")


@strawberry.type(description="The sums over all levels (合计, 附件2).")
class AnnualFormTotals(AnnualFormFigures):
    """The sums."""


@strawberry.type(description="A cell filled in differently from the former approved form.")
class AnnualFormChange(Told):
    """A change."""

    level: TitleLevel = described("Its level.")
    cell: AnnualFormCell = described("Its row.")
    before: int = described("The figure of the former form.")
    after: int = described("The figure now.")


@strawberry.type(description="Why a cell was returned (退回意见).")
class AnnualFormNote(Told):
    """A remark."""

    level: TitleLevel = described("Its level.")
    cell: AnnualFormCell = described("Its row.")
    reason: str = described("What is wrong with it.")
    at: datetime = described("When it was returned.")


@strawberry.type(description="A proven exit of the year that the form rests on (退出人员, 附件2 说明3).")
class AnnualFormExit(Told):
    """An exit."""

    level: TitleLevel = described("The level of the post.")
    name: str = described("Who left (姓名).")
    post: str = described("The post (岗位).")
    reason: str = described("Why (退出原因).")
    left_on: date = described("When.")
    document: str = described("The proof (证明材料).")


@terms("Who signs the form and keeps one of its four copies (附件2 说明1).")
class AnnualFormParty(Enum):
    """A party."""

    UNIT = "事业单位"
    AUTHORITY = "主管部门"
    HRSS = "人社部门"
    COMMITTEE_OFFICE = "职称评审办事机构"


@strawberry.type(description="A party's signature that stands (签字盖章).")
class AnnualFormSignature(Told):
    """A signature."""

    party: AnnualFormParty = described("Which party.")
    name: str = described("Who signed for it.")
    at: datetime = described("When.")


@strawberry.type(description="One of the people recommended that the form lists (参加评审人员基本情况).")
class RecommendedStaff(Told):
    """A line of the list."""

    name: str | None = described("Name (姓名).")
    qualified_title: str | None = described("The highest title held (已取得专业技术任职资格).")
    employed_title: str | None = described("The title employed on (已聘任专业技术任职资格).")
    employed_on: date | None = described("Since when (聘任时间).")
    post_grade: str | None = described("The grade of the post (已聘岗位等级).")
    level: TitleLevel = described("The level recommended for (推荐申报职称).")
    state: ReservationState = described("Where the place stands.")
    person_id: strawberry.Private[UUID]

    @strawberry.field(description="The person.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.person_id)


@strawberry.type(description="The annual review form of a unit's posts (年度审核表, 附件2).")
class AnnualForm(Entity):
    """A form."""

    source = OneByOne("quota", "/v1/annual-forms")

    id: relay.NodeID[UUID]
    year: int = described("The year (年度).")
    version: int = described("Its version; an act names the one that was read.")
    state: AnnualFormState = described("Where it stands.")
    rows: list[AnnualFormRow] = listed("Its figures, level by level.")
    available_actions: list[AnnualFormAction] = listed("What the caller may try now.")
    totals: AnnualFormTotals = described("The sums over all levels; they follow from the rows.")
    revision: int | None = described("Which form of the unit's year it is.")
    changes: list[AnnualFormChange] = listed("What is filled in differently from the former approved form.")
    exits: list[AnnualFormExit] = listed("The proven exits it rests on (退出人员).")
    notes: list[AnnualFormNote] = listed("Why cells were returned.")
    signatures: list[AnnualFormSignature] = listed("The signatures that stand (签字盖章).")
    history: list[HistoryEntry] = listed("Its timeline (办理记录).")
    unit_id: strawberry.Private[UUID]
    authority_id: strawberry.Private[UUID | None]
    hrss_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The people recommended, from live recommendations (推荐人员).")
    async def recommended(self, info: Info) -> list[RecommendedStaff] | None:
        """The list."""
        told = await info.context.quota.get(f"/v1/annual-forms/{self.id}/recommended")
        return RecommendedStaff.each(told["people"])

    @strawberry.field(description="Whose posts (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)

    @strawberry.field(description="The authority that passes it on (主管部门).")
    def authority(self, info: Info) -> Organisation | None:
        """The authority, if there is one."""
        return Organisation.edge(info, self.authority_id)

    @strawberry.field(description="The HRSS that approves it (同级人社部门).")
    def hrss(self, info: Info) -> Organisation | None:
        """The approving HRSS."""
        return Organisation.edge(info, self.hrss_id)


@strawberry.input(description="What the unit itself fills in for one level (附件2).")
class AnnualFormLevelInput:
    """The typed cells of a level."""

    level: TitleLevel = described("The level (层级).")
    approved: int = described("Posts approved by the HRSS (人社部门核准岗位数).")
    employed: int = described("People employed on them (人员聘任数).")
    qualified_not_employed: int = described("People who have the title and no post (已取得资格未聘人数).")
    exits: int = described("People who leave within the year (本年度退出人数).")


@strawberry.input(description="A new annual form.")
class CreateAnnualFormInput(Act):
    """Begin a form."""

    unit_id: strawberry.ID = id_of("Organisation", "Whose posts (用人单位).")
    year: int = described("The year (年度).")
    levels: list[AnnualFormLevelInput] | None = optional(
        "The figures; a unit that keeps a staffing ledger leaves them out."
    )


@strawberry.input(description="Other figures for a form that the unit has in hand.")
class FillAnnualFormInput(Act):
    """Fill it again."""

    id: strawberry.ID = id_of("AnnualForm", "The form.")
    version: int = described("The version that was read.")
    levels: list[AnnualFormLevelInput] | None = optional(
        "The figures; a unit that keeps a staffing ledger leaves them out."
    )


@strawberry.input(description="A cell that must be mended, and why.")
class AnnualFormCellInput:
    """A remark on a cell."""

    level: TitleLevel = described("Its level.")
    cell: AnnualFormCell = described("Its row.")
    reason: str = described("What is wrong with it.")


@strawberry.input(description="A step of an annual form.")
class ActOnAnnualFormInput(StepInput):
    """Take a step."""

    action: AnnualFormAction = described("Which step; one of `availableActions`.")
    cells: list[AnnualFormCellInput] | None = optional("For a return: the cells to mend.")
    version: int = described("The version that was read.")


@strawberry.type(description="What came of an act on an annual form.")
class AnnualFormPayload(Payload):
    """The form."""

    annual_form: AnnualForm | None = optional("The form as it is now.")


@strawberry.type
class AnnualFormQuery:
    """Annual forms."""

    @strawberry.field(description="An annual form by its id.")
    async def annual_form(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> AnnualForm | None:
        """One form."""
        return await AnnualForm.at(info, id)

    @strawberry.field(description="The annual forms that the caller may see.")
    async def annual_forms(
        self,
        info: Info,
        first: First,
        after: After = None,
        unit_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this unit.")] = None,
        year: Annotated[int | None, strawberry.argument(description="Of this year.")] = None,
        awaiting_me: Annotated[
            bool, strawberry.argument(description="Those only that wait for the caller.")
        ] = False,
    ) -> Connection[AnnualForm] | None:
        """Many forms."""
        return await page(
            info.context.quota,
            "/v1/annual-forms",
            AnnualForm.of,
            first,
            after,
            unit_id=uuid_of(unit_id, "Organisation", field="unit_id") if unit_id else None,
            year=year,
            awaiting="me" if awaiting_me else None,
        )


@strawberry.type
class AnnualFormMutation:
    """Acts on annual forms."""

    @mutation("Begin the annual form of a unit (附件2).")
    async def create_annual_form(self, info: Info, input: CreateAnnualFormInput) -> AnnualFormPayload | None:
        """Create it."""
        done = await info.context.quota.write("POST", "/v1/annual-forms", body_of(input))
        return AnnualFormPayload(annual_form=AnnualForm.of(done.record), basis=Basis.each(done.basis))

    @mutation("Fill in other figures, while the form is with the unit (附件2).")
    async def fill_annual_form(self, info: Info, input: FillAnnualFormInput) -> AnnualFormPayload | None:
        """Fill it."""
        form = uuid_of(input.id, "AnnualForm")
        done = await info.context.quota.write("PUT", f"/v1/annual-forms/{form}", body_of(input, "id"))
        return AnnualFormPayload(annual_form=AnnualForm.of(done.record), basis=Basis.each(done.basis))

    @mutation("Take a step with an annual form: submit, pass on, return, approve (二（一）).")
    async def act_on_annual_form(self, info: Info, input: ActOnAnnualFormInput) -> AnnualFormPayload | None:
        """Take the step."""
        body = body_of(input, "id", "action")
        for cell in body.get("cells", ()):
            cell["cell"] = cell["cell"].lower()
        path = f"/v1/annual-forms/{uuid_of(input.id, 'AnnualForm')}/actions/{input.action.name}"
        done = await info.context.quota.write("POST", path, body)
        return AnnualFormPayload(annual_form=AnnualForm.of(done.record), basis=Basis.each(done.basis))
