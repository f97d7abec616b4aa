"""Employments (用人单位) with their periods, and the change of employer (变更用人单位, 二（二）1)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.accounts.person import AidInput, ContractInput, DocumentInput, Person, PersonPayload, RestsOn
from gateway.acting import StepInput, act_on
from gateway.clients import Decided
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, hidden, id_of, listed, optional, optional_id_of, terms
from services.accounts.contract import ContractKind, DocumentKind, EmploymentEnding, PersonKind

terms("Why a period of an employment ended (终止原因).")(EmploymentEnding)


@terms("Where a change of employer stands.")
class EmployerChangeState(Enum):
    """States."""

    ASKED = "待本人同意"
    CONSENTED = "待原单位答复"
    OBJECTED = "待上级机构决定"
    CARRIED_OUT = "已转入新单位"
    DECLINED = "本人不同意"
    WITHDRAWN = "申请单位已撤回"
    REFUSED = "不予变更"
    LAPSED = "逾期失效"


@terms("What can be done with a change of employer.")
class EmployerChangeAction(Enum):
    """Actions."""

    CONSENT = "本人确认"
    DECLINE = "本人拒绝"
    RELEASE = "原单位放行"
    OBJECT = "原单位提出异议"
    ALLOW = "上级准予变更"
    REFUSE = "上级驳回申请"
    WITHDRAW = "撤回申请"
    CARRY_OUT = "逾期未答复视为放行"
    LAPSE = "逾期终止"


@strawberry.type(description="The contract of an employment (劳动合同).")
class Contract(Told):
    """A contract."""

    kind: ContractKind = described("Which contract.")
    signed_on: date = described("When it was signed (签订日期).")
    until: date | None = described("Its last day; null without term (无固定期限).")


@strawberry.type(description="An aid-Qinghai talent's posting (援青, 二（四）1).")
class AidPosting(Told):
    """A posting."""

    sending_unit: str = described("The sending unit (派出单位).")
    sending_authority: str = described("The authority over it (派出单位主管部门).")
    starts_on: date = described("Its first day.")
    until: date = described("Its last day.")
    doctoral_team: bool = described("Whether it is of the doctoral service team (博士服务团).")


@strawberry.type(description="A period in which a person belonged to an employer in one way.")
class Employment(Told):
    """A period."""

    organisation_name: str = described("The employer (用人单位).")
    kind: PersonKind = described("How the person belonged to it (人员类别).")
    since: date = described("Since when at this employer.")
    began_on: date = described("The first day of the period.")
    ended_on: date | None = described("Its last day; null for the present one.")
    ending: EmploymentEnding | None = described("Why it ended.")
    note: str | None = described("The reason in the employer's words.")
    contract: Contract | None = described("The contract.")
    aid: AidPosting | None = described("Who sent an aid-Qinghai talent.")
    organisation_id: strawberry.Private[UUID]
    department_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The employer, where the caller may see it.")
    def employer(self, info: Info) -> Organisation | None:
        """The employer."""
        return Organisation.edge(info, self.organisation_id)

    @strawberry.field(description="The department within it (内设机构).")
    def department(self, info: Info) -> Organisation | None:
        """Which department, if any."""
        return Organisation.edge(info, self.department_id)


@strawberry.type(description="An organisation that has a part in a change of employer.")
class EmployerChangePart(Told):
    """A part."""

    name: str = described("Its name.")
    organisation_id: strawberry.Private[UUID] = hidden("id")

    @strawberry.field(description="The organisation, where the caller may see it.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(
    description="A step of a change of employer: by which role at which organisation, never by whom."
)
class EmployerChangeStep(Told):
    """A step."""

    action: str = described("What was done (操作).")
    after: str = described("The state after.")
    at: datetime = described("When (时间).")
    role: str | None = described("In which role (角色).")
    note: str | None = described("Why (意见).")


@strawberry.type(
    description="A change of employer (变更用人单位): asked by the new, agreed to by the person, released by the old."
)
class EmployerChange(Entity):
    """A change of employer."""

    source = OneByOne("accounts", "/v1/employer-changes")

    id: relay.NodeID[UUID]
    state: EmployerChangeState = described("Where it stands.")
    masked_name: str | None = described(
        "The person's name, masked; null for the unit that asks, before the move."
    )
    document_kind: DocumentKind = described("The document that was named.")
    masked_number: str = described("Its number, masked.")
    employer: EmployerChangePart | None = described("The present employer (原单位).")
    asker: EmployerChangePart = described("The unit that asks (申请单位).")
    superior: EmployerChangePart | None = described("Who decides over an objection (共同上级机构).")
    kind: PersonKind = described("How the person is to belong to the unit that asks (人员类别).")
    rests_on: RestsOn | None = described("What makes a county the right one.")
    contract: Contract | None = described("The contract with the unit that asks.")
    aid: AidPosting | None = described("Who sends an aid-Qinghai talent.")
    reason: str = described("Why the unit asks.")
    due_on: date | None = described("The last day to answer; after it silence counts.")
    asked_at: datetime = described("When it was asked.")
    version: int = described("To be given back with a step.")
    available_actions: list[EmployerChangeAction] = listed("What the caller may try now.")
    history: list[EmployerChangeStep] = listed("The steps taken.")
    person_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The person, where the caller may know who it is.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.person_id)


@strawberry.input(
    description="A unit asks that someone's account be moved to it; it names the person by a document."
)
class AskEmployerChangeInput(Act):
    """Ask."""

    organisation_id: strawberry.ID = id_of("Organisation", "The unit or department that asks.")
    document: DocumentInput = described("By which the person is known.")
    kind: PersonKind = described("How the person is to belong to the unit (人员类别).")
    rests_on: RestsOn | None = optional("What makes a county the right one.")
    contract: ContractInput | None = optional("The contract with the unit (劳动合同).")
    aid: AidInput | None = optional("Who sends an aid-Qinghai talent.")
    reason: str = described("Why (申请理由).")


@strawberry.input(description="A step of a change of employer.")
class ActOnEmployerChangeInput(StepInput):
    """Take a step."""

    action: EmployerChangeAction = described("Which step; one of `availableActions`.")


@strawberry.type(description="What came of an act on a change of employer.")
class EmployerChangePayload(Payload):
    """The change."""

    employer_change: EmployerChange | None = optional("The change as it is now.")


@strawberry.input(description="An employment ended (离职、退休等).")
class EndEmploymentInput(Act):
    """End it."""

    person_id: strawberry.ID = id_of("Person", "Whose.")
    ending: EmploymentEnding = described("Why it ended (终止原因).")
    on: date = described("The last day.")
    reason: str = described("The reason in the employer's words.")
    version: int | None = optional("The version of the person that was read.")


@strawberry.input(description="Another kind at the same employer (人员类别变更).")
class ChangePersonKindInput(Act):
    """Change the kind."""

    person_id: strawberry.ID = id_of("Person", "Whose.")
    kind: PersonKind = described("The new kind.")
    rests_on: RestsOn | None = optional("What makes a county the right one.")
    contract: ContractInput | None = optional("The contract.")
    aid: AidInput | None = optional("Who sends an aid-Qinghai talent.")
    on: date = described("From which day.")
    reason: str = described("Why.")
    version: int | None = optional("The version of the person that was read.")


@strawberry.input(description="Another internal department of the same employer (内设机构调整).")
class ChangeDepartmentInput(Act):
    """Change the department."""

    person_id: strawberry.ID = id_of("Person", "Whose.")
    department_id: strawberry.ID | None = optional_id_of("Organisation", "The department; left out for none.")
    on: date = described("From which day.")
    reason: str = described("Why.")
    version: int | None = optional("The version of the person that was read.")


@strawberry.input(description="A new or renewed contract with the present employer.")
class SetContractInput(Act):
    """Keep a contract."""

    person_id: strawberry.ID = id_of("Person", "Whose.")
    contract: ContractInput = described("The contract (劳动合同).")


@strawberry.type
class EmploymentQuery:
    """Employments and changes of employer."""

    @strawberry.field(description="Every employment of a person, newest first.")
    async def employments(
        self, info: Info, person_id: Annotated[strawberry.ID, strawberry.argument(description="Whose.")]
    ) -> list[Employment] | None:
        """All periods."""
        person = uuid_of(person_id, "Person", field="person_id")
        answer = await info.context.accounts.get(f"/v1/people/{person}/employments")
        return Employment.each(answer["items"])

    @strawberry.field(description="A change of employer by its id.")
    async def employer_change(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> EmployerChange | None:
        """One change."""
        return await EmployerChange.at(info, id)

    @strawberry.field(description="The changes of employer in which the caller has a part, newest first.")
    async def employer_changes(
        self,
        info: Info,
        first: First,
        after: After = None,
        awaiting_me: Annotated[
            bool, strawberry.argument(description="Those only that wait for the caller.")
        ] = False,
    ) -> Connection[EmployerChange] | None:
        """Many changes."""
        waiting = "me" if awaiting_me else None
        part, path = info.context.accounts, "/v1/employer-changes"
        return await page(part, path, EmployerChange.of, first, after, awaiting=waiting)


@strawberry.type
class EmploymentMutation:
    """Acts on employments and changes of employer."""

    @mutation("Ask that someone's account be moved to the caller's unit (变更用人单位, 二（二）1).")
    async def ask_employer_change(
        self, info: Info, input: AskEmployerChangeInput
    ) -> EmployerChangePayload | None:
        """Ask."""
        return _change(await info.context.accounts.write("POST", "/v1/employer-changes", body_of(input)))

    @mutation("Take a step with a change of employer: agree, decline, release, object, decide, withdraw.")
    async def act_on_employer_change(
        self, info: Info, input: ActOnEmployerChangeInput
    ) -> EmployerChangePayload | None:
        """Take the step."""
        part, action = info.context.accounts, input.action.name
        return _change(await act_on(part, "employer-changes", EmployerChange, input, action))

    @mutation("End a person's employment; the account stays.")
    async def end_employment(self, info: Info, input: EndEmploymentInput) -> PersonPayload | None:
        """End it."""
        return await _tell(info, input, "POST", "end")

    @mutation("Change how a person belongs to the employer (人员类别变更).")
    async def change_person_kind(self, info: Info, input: ChangePersonKindInput) -> PersonPayload | None:
        """Change the kind."""
        return await _tell(info, input, "POST", "kind")

    @mutation("Move a person between departments of the same employer (内设机构调整).")
    async def change_department(self, info: Info, input: ChangeDepartmentInput) -> PersonPayload | None:
        """Change the department."""
        return await _tell(info, input, "POST", "department")

    @mutation("Keep a new or renewed contract with the present employer.")
    async def set_contract(self, info: Info, input: SetContractInput) -> PersonPayload | None:
        """Keep it."""
        return await _tell(info, input, "PUT", "contract")


OfAPerson = EndEmploymentInput | ChangePersonKindInput | ChangeDepartmentInput | SetContractInput


async def _tell(info: Info, given: OfAPerson, method: str, what: str) -> PersonPayload:
    path = f"/v1/people/{uuid_of(given.person_id, 'Person')}/employment/{what}"
    done = await info.context.accounts.write(method, path, body_of(given, "person_id"))
    return PersonPayload(person=Person.of(done.record), basis=Basis.each(done.basis))


def _change(done: Decided) -> EmployerChangePayload:
    return EmployerChangePayload(employer_change=EmployerChange.of(done.record), basis=Basis.each(done.basis))
