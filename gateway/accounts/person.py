"""People (人员): applicants and other staff an organisation made accounts for; personal data arrive masked."""

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, TypeAlias
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.learning import TestStanding
from gateway.accounts.organisation import Activation, Organisation
from gateway.accounts.person_standing import PersonStanding, standing_of
from gateway.accounts.record import KindAsked, OnAsked, PersonRecord, StateAsked, records_of
from gateway.clients import Decided
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.projection import asked_of_items
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, Known, Lookup, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms
from services.accounts.contract import ContractKind, DocumentKind, PersonKind, PersonState

if TYPE_CHECKING:
    from gateway.accounts.account import Account

terms("How a person belongs to the employer (人员类别, 二（二）).")(PersonKind)
terms("Whether a person belongs to an employer; without one nothing can be declared.")(PersonState)
terms("A document by which a person is known (身份证件).")(DocumentKind)


@terms("What makes a county the right one for someone without an employer (二（二）2).")
class RestsOn(Enum):
    """Residence or place."""

    RESIDENCE = "户口所在地"
    PLACE = "所在地"


SEALED = ("documents", "masked_resident_id", "masked_phone", "masked_email")
"""Fields that lists open only where they are asked for."""


@strawberry.type(description="A document by which a person is known (身份证件), its number masked.")
class PersonDocument(Known):
    """A document."""

    kind: DocumentKind = described("Which document.")
    masked_number: str = described("Its number with the middle hidden (证件号码，脱敏).")
    nationality: str | None = described("Of a passport: whose (国籍, three letters).")
    added_at: datetime = described("When it was told.")


@strawberry.type(description="A person (专业技术人员) with an account made by the employer (二（二）).")
class Person(Entity):
    """A person."""

    source = Lookup("accounts", "/v1/people/lookup")

    id: relay.NodeID[UUID]
    name: str = described("Name (姓名).")
    kind: PersonKind = described("How the person belongs to the employer (人员类别).")
    state: PersonState = described("Whether there is an employer at present.")
    documents: list[PersonDocument] = listed(
        "The documents by which the person is known, the first one first."
    )
    masked_resident_id: str | None = described("Resident id with its middle hidden (身份证件号码，脱敏).")
    masked_phone: str | None = described("Telephone with its middle hidden (手机号码，脱敏).")
    masked_email: str | None = described("E-mail address with its middle hidden (电子邮箱，脱敏).")
    rests_on: RestsOn | None = described(
        "For those without an employer: what makes the county the right one."
    )
    created_at: datetime | None = described("When the account was made.")
    version: int = described("How often it has changed.")
    account_id: strawberry.Private[UUID]
    employer_id: strawberry.Private[UUID | None]
    department_id: strawberry.Private[UUID | None]

    @strawberry.field(
        description="What the person signs in with (账号): its id, and what the caller may see of it."
    )
    def account(self) -> Annotated["Account", strawberry.lazy("gateway.accounts.account")]:
        """The account; only what it does not share with the person is asked for."""
        from gateway.accounts.account import Account

        return Account(id=self.account_id, name=self.name, person_id=self.id, home_id=None)

    @strawberry.field(description="The employer (用人单位).")
    def employer(self, info: Info) -> Organisation | None:
        """Where the person works."""
        return Organisation.edge(info, self.employer_id)

    @strawberry.field(description="The department within it (内设机构).")
    def department(self, info: Info) -> Organisation | None:
        """Which department, if any."""
        return Organisation.edge(info, self.department_id)

    @strawberry.field(description="How the person stands in the online test of a cycle (在线测试, 二（三）).")
    async def test(
        self, info: Info, cycle: Annotated[int, strawberry.argument(description="The year (年度).")]
    ) -> TestStanding | None:
        """The test of a year."""
        return TestStanding.of(await info.context.accounts.get(f"/v1/people/{self.id}/test", cycle=cycle))

    @strawberry.field(description="Facts with evidence on record (档案信息), newest first.")
    async def records(
        self,
        info: Info,
        first: First,
        after: After = None,
        kind: KindAsked = None,
        state: StateAsked = None,
        on: OnAsked = None,
    ) -> Connection[PersonRecord] | None:
        """The person's records."""
        return await records_of(info, self.id, first, after, kind, state, on)

    @strawberry.field(description="What follows on a day from what is on record.")
    async def standing(
        self, info: Info, on: Annotated[date, strawberry.argument(description="The day.")]
    ) -> PersonStanding | None:
        """The person's standing."""
        return await standing_of(info, self.id, on)


@strawberry.type(description="Something worth a second look that stops nothing.")
class Advice(Told):
    """Advice."""

    code: str = described("Its stable name.")
    message: str = described("What to look at again.")
    field: str | None = described("Which input field.")


@strawberry.input(description="A document by which a person is known (身份证件).")
class DocumentInput:
    """A document."""

    kind: DocumentKind = described("Which document.")
    number: str = described("Its number, in any spelling; kept encrypted.")
    nationality: str | None = optional("Of a passport: whose (国籍, three letters).")


@strawberry.input(description="The contract with the unit (劳动合同).")
class ContractInput:
    """A contract."""

    kind: ContractKind = described("Which contract.")
    signed_on: date = described("When it was signed (签订日期).")
    until: date | None = optional("Its last day; without one it has no term (无固定期限).")


@strawberry.input(description="An aid-Qinghai talent's posting (援青, 二（四）1).")
class AidInput:
    """A posting."""

    sending_unit: str = described("The sending unit (派出单位).")
    sending_authority: str = described("The authority over it (派出单位主管部门).")
    starts_on: date = described("Its first day.")
    until: date = described("Its last day.")
    doctoral_team: bool = strawberry.field(
        description="Whether it is of the doctoral service team (博士服务团).", default=False
    )


@strawberry.input(description="A person for whom the caller's organisation makes an account.")
class CreatePersonInput(Act):
    """Create a person."""

    organisation_id: strawberry.ID = id_of("Organisation", "The employer or department (用人单位或内设机构).")
    name: str = described("Name (姓名).")
    document: DocumentInput = described(
        "By which the person is known (身份证件); one person has one account."
    )
    phone: str | None = optional("Telephone (手机号码); kept encrypted.")
    kind: PersonKind = described("How the person belongs to the employer (人员类别).")
    rests_on: RestsOn | None = optional(
        "For those without an employer: what makes the county the right one (二（二）2)."
    )
    contract: ContractInput | None = optional(
        "The contract; staff with hosted files must have one (劳动合同)."
    )
    aid: AidInput | None = optional("Who sends an aid-Qinghai talent (派出单位).")
    since: date | None = optional("Since when the person works here (入职日期); today where it is left out.")
    login: str = described("Login name (登录名).")


@strawberry.type(description="What came of making an account for a person.")
class CreatePersonPayload(Payload):
    """The new person."""

    person: Person | None = optional("The new person.")
    activation: Activation | None = optional("How the person signs in first; no client is told.")
    advice: list[Advice] = listed("What is worth a second look, and stops nothing.")


@strawberry.input(
    description="A further document of a person: by the employer, or by the person after the online test."
)
class AddPersonDocumentInput(Act):
    """Add a document."""

    person_id: strawberry.ID = id_of("Person", "Whose.")
    document: DocumentInput = described("The document (身份证件).")


@strawberry.input(
    description="The caller's own new telephone or e-mail address, after the online test (二（三）)."
)
class UpdateContactInput(Act):
    """Change one's contact data."""

    person_id: strawberry.ID = id_of("Person", "The caller's own person.")
    phone: str | None = optional("Telephone (手机号码); kept encrypted.")
    email: str | None = optional("E-mail address (电子邮箱); kept encrypted.")


@strawberry.type(description="A person after an act.")
class PersonPayload(Payload):
    """The person."""

    person: Person | None = optional("The person as he or she is now.")


@strawberry.input(
    description="Numbers of a person, whole, for a purpose that is kept with the reader's name."
)
class UnmaskPersonInput(Act):
    """Read numbers whole."""

    person_id: strawberry.ID = id_of("Person", "Whose.")
    purpose: str = described("Why (查看目的); it is kept for ever.")


@strawberry.type(description="A document with its number.")
class WholeDocument(Told):
    """A document."""

    kind: DocumentKind = described("Which document.")
    number: str = described("Its number (证件号码).")
    nationality: str | None = described("Of a passport: whose (国籍).")


@strawberry.type(description="A person's numbers, whole.")
class UnmaskPersonPayload(Payload):
    """The numbers."""

    documents: list[WholeDocument] = listed("The documents.")
    phone: str | None = optional("Telephone (手机号码).")
    email: str | None = optional("E-mail address (电子邮箱).")


UnitAsked: TypeAlias = Annotated[
    strawberry.ID | None, strawberry.argument(description="Whose; of all the caller's where it is left out.")
]
NameAsked: TypeAlias = Annotated[str | None, strawberry.argument(description="Part of the name (姓名).")]
KindOfPerson: TypeAlias = Annotated[
    PersonKind | None, strawberry.argument(description="Of this kind (人员类别).")
]
StateOfPerson: TypeAlias = Annotated[
    PersonState | None, strawberry.argument(description="With an employer, or without one.")
]


@strawberry.type
class PersonQuery:
    """People."""

    @strawberry.field(description="A person by id.")
    async def person(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id.")]
    ) -> Person | None:
        """One person."""
        return await Person.at(info, id)

    @strawberry.field(
        description="The people of an organisation, or of all the caller's, newest first; by part of the name, kind, state."
    )
    async def people(
        self,
        info: Info,
        first: First,
        organisation_id: UnitAsked = None,
        after: After = None,
        q: NameAsked = None,
        kind: KindOfPerson = None,
        state: StateOfPerson = None,
    ) -> Connection[Person] | None:
        """Many people."""
        asked = {
            "organisation_id": uuid_of(organisation_id, "Organisation", field="organisation_id")
            if organisation_id
            else None,
            "q": q,
            "kind": kind and kind.name,
            "state": state and state.name,
            "fields": asked_of_items(info, SEALED),
        }
        return await page(info.context.accounts, "/v1/people", Person.of, first, after, **asked)


@strawberry.type
class PersonMutation:
    """Acts on people."""

    @mutation("Make an account for a person of the caller's organisation (二（二）).")
    async def create_person(self, info: Info, input: CreatePersonInput) -> CreatePersonPayload | None:
        """Create the person and the account."""
        done = await info.context.accounts.write("POST", "/v1/people", body_of(input))
        return CreatePersonPayload(
            person=Person.of(done.record["person"]),
            activation=Activation.perhaps(done.record.get("activation")),
            advice=Advice.each(done.record.get("advice")),
            basis=Basis.each(done.basis),
        )

    @mutation("Add a document by which a person is known (身份证件); one person has one account.")
    async def add_person_document(self, info: Info, input: AddPersonDocumentInput) -> PersonPayload | None:
        """Add the document."""
        path = f"/v1/people/{uuid_of(input.person_id, 'Person')}/documents"
        return _payload(await info.context.accounts.write("POST", path, body_of(input, "person_id")))

    @mutation("Change one's own telephone or e-mail address, once the online test is passed (二（三）).")
    async def update_contact(self, info: Info, input: UpdateContactInput) -> PersonPayload | None:
        """Change it."""
        path = f"/v1/people/{uuid_of(input.person_id, 'Person')}/contact"
        return _payload(await info.context.accounts.write("PUT", path, body_of(input, "person_id")))

    @mutation("Read a person's numbers whole, for a purpose that is kept with the reader's name.")
    async def unmask_person(self, info: Info, input: UnmaskPersonInput) -> UnmaskPersonPayload | None:
        """Read them."""
        path = f"/v1/people/{uuid_of(input.person_id, 'Person')}/unmask"
        done = await info.context.accounts.write("POST", path, body_of(input, "person_id"))
        return UnmaskPersonPayload(
            documents=WholeDocument.each(done.record["documents"]),
            phone=done.record["phone"],
            email=done.record["email"],
            basis=Basis.each(done.basis),
        )


def _payload(done: Decided) -> PersonPayload:
    return PersonPayload(person=Person.of(done.record), basis=Basis.each(done.basis))
