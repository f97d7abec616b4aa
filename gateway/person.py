"""People (人员): applicants and other staff an organisation made accounts for; personal data arrive masked."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.learning import TestStanding
from gateway.organisation import Activation, Organisation
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, Lookup, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms
from services.accounts.contract import PersonKind

terms("How a person belongs to the employer (人员类别, 二（二）).")(PersonKind)


@terms("What makes a county the right one for someone without an employer (二（二）2).")
class RestsOn(Enum):
    """Residence or place."""

    RESIDENCE = "户口所在地"
    PLACE = "所在地"


@strawberry.type(description="A person (专业技术人员) with an account made by the employer (二（二）).")
class Person(Entity):
    """A person."""

    source = Lookup("accounts", "/v1/people/lookup")

    id: relay.NodeID[UUID]
    name: str = described("Name (姓名).")
    kind: PersonKind = described("How the person belongs to the employer (人员类别).")
    masked_resident_id: str | None = described("Resident id with its middle hidden (身份证件号码，脱敏).")
    masked_phone: str | None = described("Telephone with its middle hidden (手机号码，脱敏).")
    rests_on: RestsOn | None = described(
        "For those without an employer: what makes the county the right one."
    )
    created_at: datetime | None = described("When the account was made.")
    employer_id: strawberry.Private[UUID | None]
    department_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The employer (用人单位).")
    async def employer(self, info: Info) -> Organisation | None:
        """Where the person works."""
        return await Organisation.find(info, self.employer_id)

    @strawberry.field(description="The department within it (内设机构).")
    async def department(self, info: Info) -> Organisation | None:
        """Which department, if any."""
        return await Organisation.find(info, self.department_id)

    @strawberry.field(description="How the person stands in the online test of a cycle (在线测试, 二（三）).")
    async def test(
        self, info: Info, cycle: Annotated[int, strawberry.argument(description="The year (年度).")]
    ) -> TestStanding | None:
        """The test of a year."""
        return TestStanding.of(await info.context.accounts.get(f"/v1/people/{self.id}/test", cycle=cycle))


@strawberry.type(description="Something worth a second look that stops nothing.")
class Advice(Told):
    """Advice."""

    code: str = described("Its stable name.")
    message: str = described("What to look at again.")
    field: str | None = described("Which input field.")


@strawberry.input(description="A person for whom the caller's organisation makes an account.")
class CreatePersonInput(Act):
    """Create a person."""

    organisation_id: strawberry.ID = id_of("Organisation", "The employer or department (用人单位或内设机构).")
    name: str = described("Name (姓名).")
    resident_id: str = described("Resident id number (身份证件号码); kept encrypted.")
    phone: str | None = optional("Telephone (手机号码); kept encrypted.")
    kind: PersonKind = described("How the person belongs to the employer (人员类别).")
    rests_on: RestsOn | None = optional(
        "For those without an employer: what makes the county the right one (二（二）2)."
    )
    login: str = described("Login name (登录名).")


@strawberry.type(description="What came of making an account for a person.")
class CreatePersonPayload(Payload):
    """The new person."""

    person: Person | None = optional("The new person.")
    activation: Activation | None = optional("How the person signs in first.")
    advice: list[Advice] = listed("What is worth a second look, and stops nothing.")


@strawberry.type
class PersonQuery:
    """People."""

    @strawberry.field(description="A person by id.")
    async def person(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id.")]
    ) -> Person | None:
        """One person."""
        return await Person.at(info, id)

    @strawberry.field(description="The people of an organisation.")
    async def people(
        self,
        info: Info,
        organisation_id: Annotated[strawberry.ID, strawberry.argument(description="Whose.")],
        first: First,
        after: After = None,
    ) -> Connection[Person] | None:
        """Many people."""
        where = uuid_of(organisation_id, "Organisation", field="organisation_id")
        return await page(info.context.accounts, "/v1/people", Person.of, first, after, organisation_id=where)


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
