"""Recognition of titles from elsewhere (职称互认): verified by the HRSS, confirmed by the employer, all online (一（六）)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.accounts.record import PersonRecord
from gateway.accounts.record_words import TitleLimit
from gateway.context import Info
from gateway.quota.title_level import TitleLevel
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told
from gateway.words import described, listed, terms
from gateway.workflow.certificate import Certificate

RECOGNITIONS = "/v1/recognitions"


@terms("What kind of title is recognised.")
class RecognitionSource(Enum):
    """Source of a title."""

    PROVINCE = "外省（自治区、直辖市）全省统一使用的专业技术资格"
    MINISTRY = "中央部委核准的专业技术资格"
    VOCATIONAL_QUALIFICATION = "国家职业资格"


@terms("What the recognition is for: use inside the unit needs no procedure.")
class RecognitionWish(Enum):
    """Wish."""

    INTERNAL_USE = "单位内部使用"
    FORMAL_CONFIRMATION = "办理确认手续"


@terms("How a title was verified (审验方式).")
class VerificationWay(Enum):
    """How."""

    ONLINE_QUERY = "网上查询"
    LETTER = "函询"
    ORIGINAL = "核对原件"


@terms("Where a request for recognition stands.")
class RecognitionState(Enum):
    """State of a request."""

    UNDER_VERIFICATION = "待审验"
    RETURNED = "退回待补正"
    AT_EMPLOYER = "待用人单位确认"
    CONFIRMED = "已确认发证"
    IN_USE = "单位内部使用"
    REFUSED = "审验未通过"
    DECLINED = "用人单位未确认"
    WITHDRAWN = "已撤回"


@terms("What can be done with a request for recognition.")
class RecognitionAction(Enum):
    """Action on a request."""

    SUBMIT = "提出申请"
    RESUBMIT = "补正后再次提出"
    VERIFY = "审验通过"
    RETURN = "退回补正"
    REFUSE = "审验不予通过"
    CONFIRM = "确认"
    DECLINE = "不予确认"
    WITHDRAW = "撤回申请"
    ESCALATE = "逾期上报"


@strawberry.type(description="Something to be mended, and why (需补正事项).")
class RecognitionItem(Told):
    """An item."""

    item: str = described("What.")
    reason: str = described("Why.")


@strawberry.type(description="The scan that was told; `openEvidence` of the record hands it out.")
class RecognitionEvidence(Told):
    """A scan."""

    number: int = described("Which version of the record's evidence.")
    file_name: str = described("How it is called.")
    sha256: str = described("Its digest.")


@strawberry.type(description="A province whose titles are recognised.")
class RecognisedPlace(Told):
    """A province."""

    code: str = described("Its code.")
    name: str = described("Its name.")


@strawberry.type(
    description="A state vocational qualification and the title that it corresponds to (国家职业资格)."
)
class RecognisedQualification(Told):
    """A qualification."""

    code: str = described("Its code.")
    name: str = described("Its name.")
    series: str = described("Code of the series (系列).")
    level: TitleLevel = described("The level (层级).")
    cite: str = described("Where the correspondence stands (依据).")


@strawberry.type(description="What a request for recognition takes.")
class RecognitionRules(Told):
    """Rules."""

    places: list[RecognisedPlace] = listed("The other provinces, autonomous regions and municipalities.")
    qualifications: list[RecognisedQualification] = listed("The qualifications that correspond to titles.")
    verify_days: int = described("Working days for verifying.")
    confirm_days: int = described("Working days for confirming.")


@strawberry.type(
    description="A request to recognise a title earned elsewhere, with the title as it was told (职称互认)."
)
class Recognition(Entity):
    """A request."""

    source = OneByOne("workflow", RECOGNITIONS)

    id: relay.NodeID[UUID]
    person_name: str = described("Whose title (姓名).")
    unit_name: str = described("Who confirms it (用人单位).")
    hrss_name: str = described("Who verifies it: the HRSS that manages the level (审验部门).")
    by_unit: bool = described("Whether the unit asked.")
    kind: RecognitionSource = described("What kind of title.", told_as="source")
    issued_in: str | None = described("Code of the province it is of.")
    qualification: str | None = described("Code of the state vocational qualification.")
    wish: RecognitionWish = described("What for.")
    remark: str | None = described("What was added (备注).")
    series: str = described("Code of the series (系列).")
    specialty: str | None = described("The specialty (专业).")
    level: TitleLevel = described("The level (层级).")
    title_name: str = described("What it is called (资格名称).")
    title_number: str = described("The number of its certificate (证书编号).")
    issuing_body: str = described("Who issued it (发证机关).")
    obtained_on: date = described("When it was obtained (取得时间).")
    limits: list[TitleLimit] = listed("What narrows its use.")
    evidence: RecognitionEvidence | None = described("The scan of its certificate.")
    state: RecognitionState = described("Where it stands.")
    due_on: date | None = described("The last day of who has it.")
    returned: list[RecognitionItem] = listed("What is to be mended.")
    reason: str | None = described("Why it was refused, declined or withdrawn.")
    verified_how: VerificationWay | None = described("How it was verified.")
    verified_reference: str | None = described("Reference of the query, or number of the letter.")
    verified_by_name: str | None = described("Who verified it.")
    verified_on: date | None = described("When it was verified.")
    document_number: str | None = described("By which document it is confirmed formally (文号).")
    post: str | None = described("For which post the employer confirmed it (工作岗位).")
    assessment: str | None = described("On what professional standard (专业技术水平).")
    confirmed_by_name: str | None = described("Who confirmed it.")
    confirmed_on: date | None = described("When it was confirmed.")
    created_at: datetime = described("When it was asked for.")
    version: int = described("Its version.")
    available_actions: list[RecognitionAction] = listed("What the caller may try now.")
    person_id: strawberry.Private[UUID]
    unit_id: strawberry.Private[UUID]
    hrss_id: strawberry.Private[UUID]
    record_id: strawberry.Private[UUID]
    certificate_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The person; null where the caller may not see him or her.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.person_id)

    @strawberry.field(description="Who confirms it; of who works for no unit the county's HRSS.")
    def unit(self, info: Info) -> Organisation | None:
        """The employer."""
        return Organisation.edge(info, self.unit_id)

    @strawberry.field(description="Who verifies it.")
    def hrss(self, info: Info) -> Organisation | None:
        """The HRSS."""
        return Organisation.edge(info, self.hrss_id)

    @strawberry.field(description="The title on the person's record.")
    def record(self, info: Info) -> PersonRecord | None:
        """The record."""
        return PersonRecord.edge(info, self.record_id)

    @strawberry.field(description="The certificate of a formal confirmation (确认).")
    def certificate(self, info: Info) -> Certificate | None:
        """The certificate."""
        return Certificate.edge(info, self.certificate_id)


@strawberry.type
class RecognitionQuery:
    """Requests for recognition."""

    @strawberry.field(description="A request that the caller may see (职称互认).")
    async def recognition(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Recognition | None:
        """One request."""
        return await Recognition.at(info, id)

    @strawberry.field(
        description="The caller's own requests, and those of people of the caller's organisations."
    )
    async def recognitions(
        self,
        info: Info,
        first: First,
        after: After = None,
        state: Annotated[RecognitionState | None, strawberry.argument(description="In this state.")] = None,
        waiting: Annotated[
            bool, strawberry.argument(description="Those that wait for the caller to act.")
        ] = False,
    ) -> Connection[Recognition] | None:
        """Many requests."""
        asked = {"state": state and state.name, "waiting": waiting or None}
        return await page(info.context.workflow, RECOGNITIONS, Recognition.of, first, after, **asked)

    @strawberry.field(
        description="The provinces and qualifications that a request names, and the days of each party."
    )
    async def recognition_rules(self, info: Info) -> RecognitionRules | None:
        """The rules."""
        return RecognitionRules.of(await info.context.workflow.get(f"{RECOGNITIONS}/rules"))
