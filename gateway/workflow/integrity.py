"""Integrity (诚信): complaints, cases of misconduct up to the appeal, the archive (诚信档案库), who is barred (一（八）)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.relay import After, Connection, Entity, First, Known, OneByOne, page
from gateway.told import Told
from gateway.words import described, listed
from gateway.workflow.certificate import Certificate
from gateway.workflow.declaration import LISTED, Declaration
from gateway.workflow.integrity_words import (
    IntegrityCaseAction,
    IntegrityCaseGround,
    IntegrityCaseState,
    IntegrityRecordKind,
    Misconduct,
)

ROOT = "/v1/integrity"
CASES = f"{ROOT}/cases"
RECORDS = f"{ROOT}/records"


@strawberry.type(description="That a complaint was received; who complained is never told (投诉).")
class Complaint(Known):
    """A receipt."""

    named = "IntegrityCase"

    number: str = described("The number it names.")
    anonymous: bool = described("Whether it was lodged without a name.")
    state: IntegrityCaseState = described("Where it stands.")
    opened_at: datetime = described("When it was lodged.")


@strawberry.type(description="A case of misconduct, from the complaint to the appeal (诚信案件, 一（八）).")
class IntegrityCase(Entity):
    """A case."""

    source = OneByOne("workflow", CASES)

    id: relay.NodeID[UUID]
    state: IntegrityCaseState = described("Where it stands.")
    version: int = described("Its version.")
    ground: IntegrityCaseGround = described("What it rests on.")
    number: str | None = described("The number that a complaint names; told to those who investigate only.")
    holder_name: str | None = described("The name printed on it, as the complaint tells it.")
    person_name: str | None = described("Whom it concerns (当事人); null while that is not known.")
    text: str | None = described("What is alleged; told to those who investigate only.")
    anonymous: bool = described("Whether it was lodged without a name.")
    opened_at: datetime = described("When it began.")
    due_on: date | None = described("By when who has it is to act; else it is told above (办理期限).")
    reason: str | None = described("Why it was taken up or not, or cleared.")
    charge: str | None = described("What the person was told before anything was found (拟认定的事实).")
    answer_by: date | None = described("Until when the person is heard.")
    statement: str | None = described("What the person said (陈述申辩).")
    stated_on: date | None = described("When.")
    kind: Misconduct | None = described("What was found.")
    serious: bool | None = described("Whether it is serious (情节严重).")
    evidence: str | None = described("On which evidence.")
    decision: str | None = described("What was decided (处理决定).")
    document_number: str | None = described("By which document (文号).")
    decided_by_name: str | None = described("Who decided.")
    decided_on: date | None = described("When.")
    certificate_numbers: list[str] = listed(
        "The certificates that it names; revoked as far as they were in force."
    )
    bar_from: date | None = described("From when on nothing is declared.")
    bar_to: date | None = described("Until when, that day included.")
    appeal_by: date | None = described("Until when the person may appeal.")
    appeal: str | None = described("What the person appeals with (申诉理由).")
    appealed_on: date | None = described("When.")
    verdict: str | None = described("What was said of the appeal.")
    verdict_document: str | None = described("By which document.")
    verdict_by_name: str | None = described("Who decided on the appeal.")
    verdict_on: date | None = described("When.")
    available_actions: list[IntegrityCaseAction] = listed("What the caller may try now.")
    person_id: strawberry.Private[UUID | None]
    declaration_id: strawberry.Private[UUID | None]
    certificate_id: strawberry.Private[UUID | None]
    body_id: strawberry.Private[UUID | None]
    verdict_body_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Whom it concerns.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.person_id)

    @strawberry.field(description="The declaration behind it, if any.")
    def declaration(self, info: Info) -> Declaration | None:
        """The declaration."""
        return Declaration.edge(info, self.declaration_id, LISTED)

    @strawberry.field(description="The certificate that it is about, if any.")
    def certificate(self, info: Info) -> Certificate | None:
        """The certificate."""
        return Certificate.edge(info, self.certificate_id)

    @strawberry.field(description="Which body decided.")
    def body(self, info: Info) -> Organisation | None:
        """The deciding body."""
        return Organisation.edge(info, self.body_id)

    @strawberry.field(description="Which body decided on the appeal.")
    def verdict_body(self, info: Info) -> Organisation | None:
        """The body above."""
        return Organisation.edge(info, self.verdict_body_id)


@strawberry.type(description="A line of the integrity archive (诚信档案库); reading it is put on record.")
class IntegrityRecord(Entity):
    """A line."""

    source = OneByOne("workflow", RECORDS)

    id: relay.NodeID[UUID]
    kind: IntegrityRecordKind = described("Whether it was found, or taken back.")
    person_name: str = described("Of whom.")
    masked_resident_id: str | None = described("Number of the person's document, with its middle hidden.")
    misconduct: Misconduct = described("What was done.")
    serious: bool = described("Whether it is serious.")
    document_number: str = described("By which document (文号).")
    body_name: str = described("Which body decided.")
    decided_on: date = described("When.")
    certificate_numbers: list[str] = listed(
        "The certificates that it names; revoked, or reinstated, as far as they could be."
    )
    bar_from: date | None = described("From when on nothing is declared.")
    bar_to: date | None = described("Until when, that day included.")
    case_id: strawberry.Private[UUID]

    @strawberry.field(description="The case it came of.")
    def case(self, info: Info) -> IntegrityCase | None:
        """The case."""
        return IntegrityCase.edge(info, self.case_id)


@strawberry.type(description="That somebody declares nothing for a period, by a finding (取消申报资格).")
class Bar(Told):
    """A bar."""

    begins: date = described("Its first day.")
    ends: date = described("Its last day.")
    document_number: str = described("By which document (文号).")


@strawberry.type
class IntegrityQuery:
    """Cases, archive, bars."""

    @strawberry.field(description="A case that the caller handles, or that is about the caller.")
    async def integrity_case(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> IntegrityCase | None:
        """One case."""
        return await IntegrityCase.at(info, id)

    @strawberry.field(
        description="The cases that the caller handles, or that are about the caller, newest first."
    )
    async def integrity_cases(
        self,
        info: Info,
        first: First,
        after: After = None,
        state: Annotated[IntegrityCaseState | None, strawberry.argument(description="In this state.")] = None,
    ) -> Connection[IntegrityCase] | None:
        """Many cases."""
        return await page(
            info.context.workflow, CASES, IntegrityCase.of, first, after, state=state and state.name
        )

    @strawberry.field(
        description="The integrity archive (诚信档案库), newest first; reading it is put on record."
    )
    async def integrity_records(
        self,
        info: Info,
        first: First,
        after: After = None,
        person_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of whom.")] = None,
    ) -> Connection[IntegrityRecord] | None:
        """Many lines."""
        person = person_id and uuid_of(person_id, "Person", field="person_id")
        return await page(info.context.workflow, RECORDS, IntegrityRecord.of, first, after, person_id=person)

    @strawberry.field(description="Whether a person is barred today; told to who may read the archive.")
    async def bar(
        self, info: Info, person_id: Annotated[strawberry.ID, strawberry.argument(description="Whom.")]
    ) -> Bar | None:
        """The bar in force."""
        person = str(uuid_of(person_id, "Person", field="person_id"))
        told = await info.context.workflow.get(f"{ROOT}/bars", person_id=person)
        return Bar.perhaps(next(iter(told["items"]), None))
