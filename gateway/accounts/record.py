"""Records of people (档案信息): facts with evidence, declared, then confirmed by whoever answers for them (三（二）)."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.evidence import EvidenceFile
from gateway.accounts.organisation import Organisation
from gateway.accounts.record_body import RecordBody, body_told
from gateway.accounts.record_input import RecordBodyInput, told_body
from gateway.accounts.record_words import HonourLevel, RecordAction, RecordKind, RecordState
from gateway.acting import StepInput, act_on
from gateway.clients import Decided
from gateway.context import Info
from gateway.history import HistoryEntry
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, Lookup, page
from gateway.told import Told, body_of
from gateway.words import described, hidden, id_of, listed, optional, optional_id_of

if TYPE_CHECKING:
    from gateway.accounts.person import Person

KindAsked = Annotated[RecordKind | None, strawberry.argument(description="Of this kind.")]
StateAsked = Annotated[RecordState | None, strawberry.argument(description="In this state.")]
OnAsked = Annotated[date | None, strawberry.argument(description="Holding on this day.")]


@strawberry.type(description="What proves a record (佐证).")
class RecordEvidence(Told):
    """Evidence."""

    document_number: str | None = described("Number of the document (文号).")
    issuer: str = described("Who issued it (出具单位).")
    issued_on: date = described("When (出具时间).")
    note: str | None = described("A remark (备注).")
    sha256: str | None = described("Digest of the file that is there, or of the one that was announced.")
    file: EvidenceFile | None = described("The file in force; `openEvidence` leads to it.")


@strawberry.type(description="A fact of a person with its evidence (档案信息).")
class PersonRecord(Entity):
    """A record."""

    source = Lookup("accounts", "/v1/records/lookup")

    id: relay.NodeID[UUID]
    kind: RecordKind = described("What it tells of (类别).")
    state: RecordState = described("Where it stands (状态).")
    evidence: RecordEvidence = described("What proves it (佐证).")
    holds_from: date = described("From which day on it holds.")
    holds_until: date | None = described("Until which day; null where it lasts.")
    reason: str | None = described("Why it was refused, or its confirmation revoked (理由).")
    decided_at: datetime | None = described("When it was decided last.")
    created_at: datetime = described("When it was declared.")
    version: int = described("Its version.")
    available_actions: list[RecordAction] = listed("What the caller may try now.")
    person_id: strawberry.Private[UUID]
    confirmer_id: strawberry.Private[UUID]
    supersedes_id: strawberry.Private[UUID | None]
    told_body: strawberry.Private[dict[str, Any]] = hidden("body")

    @strawberry.field(description="What it tells, by its kind.")
    def body(self) -> RecordBody:
        """The body."""
        found: RecordBody = body_told(self.told_body)
        return found

    @strawberry.field(description="Whose it is.")
    def person(self, info: Info) -> Annotated["Person", strawberry.lazy("gateway.accounts.person")] | None:
        """The person; null for a sending unit that sees this record alone."""
        from gateway.accounts.person import Person

        return Person.edge(info, self.person_id)

    @strawberry.field(description="Who confirms it: the unit, or the sending unit of a village posting.")
    def confirmer(self, info: Info) -> Organisation | None:
        """The organisation that answers for it."""
        return Organisation.edge(info, self.confirmer_id)

    @strawberry.field(description="The record it is a new version of.")
    def supersedes(
        self, info: Info
    ) -> Annotated["PersonRecord", strawberry.lazy("gateway.accounts.record")] | None:
        """The former version."""
        return PersonRecord.edge(info, self.supersedes_id)

    @strawberry.field(description="Every version of its evidence that was sent, oldest first.")
    async def evidence_files(self, info: Info) -> list[EvidenceFile]:
        """The versions."""
        answer = await info.context.accounts.get(f"/v1/records/{self.id}/evidence-files")
        return EvidenceFile.each(answer["items"])

    @strawberry.field(description="Every step it has taken, oldest first (办理记录).")
    async def history(self, info: Info) -> list[HistoryEntry]:
        """Its timeline."""
        answer = await info.context.accounts.get(f"/v1/records/{self.id}/history")
        return HistoryEntry.each(answer["items"])


@strawberry.type(description="A code that records take, as the year's policy has it.")
class RecordCode(Told):
    """A code."""

    code: str = described("The code.")
    zh: str = described("What it is called in Chinese.")
    en: str = described("What it is called in English.")
    counts_as: str | None = described("Of a class of a technical school: the level it counts as.")
    level: HonourLevel | None = described("Of an honour: which list it stands in.")
    basis: list[Basis] = listed("The articles (依据).")


@strawberry.type(description="What is kept of records of a kind.")
class RecordKindRule(Told):
    """A kind."""

    kind: RecordKind = described("The kind (类别).")
    confirmed_by: str = described("Who confirms it: EMPLOYER or SENDING_UNIT.")
    at_most: int = described("How many a person has at most.")
    basis: list[Basis] = listed("The articles (依据).")


@strawberry.type(description="The codes that records take, who confirms them, how many there may be.")
class RecordRules(Told):
    """The rules of a year."""

    year: int = described("The year (年度).")
    earliest: date = described("Nothing told is older.")
    kinds: list[RecordKindRule] = listed("Kind by kind.")
    education_levels: list[RecordCode] = listed("Levels of education, lowest first (学历层次).")
    technical_classes: list[RecordCode] = listed("Classes of technical schools (技工院校班别).")
    honours: list[RecordCode] = listed("Honours (荣誉).")


@strawberry.input(description="What proves a record (佐证).")
class RecordEvidenceInput:
    """Evidence."""

    document_number: str | None = optional("Number of the document (文号); kept encrypted.")
    issuer: str = described("Who issued it (出具单位).")
    issued_on: date = described("When (出具时间).")
    note: str | None = optional("A remark (备注).")
    sha256: str | None = optional("Digest of the file that is to be sent; other bytes are then refused.")


@strawberry.input(description="A fact to put on record for a person.")
class DeclareRecordInput(Act):
    """Declare."""

    person_id: strawberry.ID = id_of("Person", "Of whom.")
    body: RecordBodyInput = described("What is told: exactly one kind.")
    evidence: RecordEvidenceInput = described("What proves it.")
    supersedes_id: strawberry.ID | None = optional_id_of(
        "PersonRecord", "The confirmed record of which this is a new version."
    )


@strawberry.input(description="A refused record, mended.")
class DeclareRecordAgainInput(Act):
    """Declare again."""

    id: strawberry.ID = id_of("PersonRecord", "The record.")
    body: RecordBodyInput = described("What is told now; the kind stays.")
    evidence: RecordEvidenceInput = described("What proves it.")
    version: int | None = optional("The version that was read.")


@strawberry.input(description="Confirm a record (确认).")
class ConfirmRecordInput(StepInput):
    """Confirm."""


@strawberry.input(description="Refuse to confirm a record (不予确认); the note is the reason.")
class RefuseRecordInput(StepInput):
    """Refuse."""


@strawberry.input(description="Withdraw a record that is not confirmed (撤回).")
class WithdrawRecordInput(StepInput):
    """Withdraw."""


@strawberry.input(description="Revoke the confirmation of a record (撤销确认); the note is the reason.")
class RevokeRecordInput(StepInput):
    """Revoke."""


@strawberry.type(description="What came of an act on a record.")
class RecordPayload(Payload):
    """The record."""

    record: PersonRecord | None = optional("The record as it is now.")


@strawberry.type
class RecordQuery:
    """Records."""

    @strawberry.field(description="A record of a person by its id.")
    async def person_record(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> PersonRecord | None:
        """One record."""
        return await PersonRecord.at(info, id)

    @strawberry.field(description="The records that wait for the caller to confirm them.")
    async def records_to_confirm(
        self, info: Info, first: First, after: After = None, kind: KindAsked = None
    ) -> Connection[PersonRecord] | None:
        """What waits."""
        return await page(
            info.context.accounts, "/v1/records", PersonRecord.of, first, after, kind=kind and kind.name
        )

    @strawberry.field(description="The codes that records take, and who confirms which kind.")
    async def record_rules(self, info: Info) -> RecordRules | None:
        """The rules of the year."""
        return RecordRules.of(await info.context.accounts.get("/v1/records/rules"))


async def records_of(
    info: Info,
    person_id: UUID,
    first: int,
    after: str | None,
    kind: RecordKind | None,
    state: RecordState | None,
    on: date | None,
) -> Connection[PersonRecord]:
    """The records of a person."""
    return await page(
        info.context.accounts,
        f"/v1/people/{person_id}/records",
        PersonRecord.of,
        first,
        after,
        kind=kind and kind.name,
        state=state and state.name,
        on=on and on.isoformat(),
    )


def _payload(done: Decided) -> RecordPayload:
    return RecordPayload(record=PersonRecord.of(done.record), basis=Basis.each(done.basis))


@strawberry.type
class RecordMutation:
    """Acts on records."""

    @mutation("Put a fact on record: the person, or the person's unit; after the online test (二（三）).")
    async def declare_record(self, info: Info, input: DeclareRecordInput) -> RecordPayload | None:
        """Declare."""
        person = uuid_of(input.person_id, "Person", field="person_id")
        body = body_of(input, "person_id", "body") | {"body": told_body(input.body)}
        return _payload(await info.context.accounts.write("POST", f"/v1/people/{person}/records", body))

    @mutation("Mend a refused record and declare it again.")
    async def declare_record_again(self, info: Info, input: DeclareRecordAgainInput) -> RecordPayload | None:
        """Declare again."""
        record = uuid_of(input.id, "PersonRecord")
        body = body_of(input, "id", "body") | {"body": told_body(input.body)}
        return _payload(await info.context.accounts.write("PUT", f"/v1/records/{record}", body))

    @mutation("Confirm a record, as the organisation that answers for it (三（二）).")
    async def confirm_record(self, info: Info, input: ConfirmRecordInput) -> RecordPayload | None:
        """Confirm."""
        return await _act(info, input, RecordAction.CONFIRM)

    @mutation("Refuse to confirm a record, with the reason (三（一）).")
    async def refuse_record(self, info: Info, input: RefuseRecordInput) -> RecordPayload | None:
        """Refuse."""
        return await _act(info, input, RecordAction.REFUSE)

    @mutation("Withdraw a record that is not confirmed.")
    async def withdraw_record(self, info: Info, input: WithdrawRecordInput) -> RecordPayload | None:
        """Withdraw."""
        return await _act(info, input, RecordAction.WITHDRAW)

    @mutation("Revoke the confirmation of a record that turned out to be wrong, with the reason.")
    async def revoke_record(self, info: Info, input: RevokeRecordInput) -> RecordPayload | None:
        """Revoke."""
        return await _act(info, input, RecordAction.REVOKE)


async def _act(info: Info, given: StepInput, action: RecordAction) -> RecordPayload:
    return _payload(await act_on(info.context.accounts, "records", PersonRecord, given, action.name))
