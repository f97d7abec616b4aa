"""Acts of integrity: a complaint, the steps of a case, the finding, the appeal (一（八）)."""

from datetime import date
from typing import Any

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.told import body_of
from gateway.words import described, id_of, optional, optional_id_of
from gateway.workflow.integrity import CASES, Complaint, IntegrityCase
from gateway.workflow.integrity_words import IntegrityCaseCheck, Misconduct


@strawberry.input(description="A complaint about who declares, or holds a certificate, under a number.")
class LodgeComplaintInput(Act):
    """Complain."""

    number: str = described(
        "Number of the declaration or certificate; one that is not known here is taken too."
    )
    text: str = described("What is said, with facts.")
    anonymous: bool = strawberry.field(default=False, description="Whether no trace of the author is kept.")
    holder_name: str | None = optional("The name printed on it, where it is a certificate.")


@strawberry.input(description="What a case rests on; one of the fields that name it.")
class OpenIntegrityCaseInput(Act):
    """Open."""

    text: str = described("What is alleged.")
    report_id: strawberry.ID | None = optional_id_of("DeclarationReport", "A report found true.")
    objection_id: strawberry.ID | None = optional_id_of("Objection", "An objection upheld.")
    finding_id: strawberry.ID | None = optional_id_of("SupervisionFinding", "A finding that voided a result.")
    number: str | None = optional("Ex officio: number of the declaration or certificate.")
    holder_name: str | None = optional("The name printed on it, where two bodies gave that number.")
    person_id: strawberry.ID | None = optional_id_of("Person", "Ex officio: the person.")


@strawberry.input(description="A step of who investigates.")
class CheckIntegrityCaseInput(Act):
    """Check."""

    id: strawberry.ID = id_of("IntegrityCase", "The case.")
    action: IntegrityCaseCheck = described("What is done.")
    reason: str | None = optional("Why; every step but taking it up says so.")
    version: int | None = optional("The version that was read.")


@strawberry.input(
    description="Whom a complaint means, found out by who investigates; one of the fields that name it."
)
class IdentifyIntegrityCaseInput(Act):
    """Identify."""

    id: strawberry.ID = id_of("IntegrityCase", "The case.")
    number: str | None = optional("Number of the declaration or certificate.")
    holder_name: str | None = optional("The name printed on it, where two bodies gave that number.")
    person_id: strawberry.ID | None = optional_id_of("Person", "The person.")
    version: int | None = optional("The version that was read.")


@strawberry.input(description="What the person is told before anything is found.")
class NotifyOfChargeInput(Act):
    """Tell."""

    id: strawberry.ID = id_of("IntegrityCase", "The case.")
    charge: str = described("The facts, and what follows from them (拟认定的事实).")
    version: int | None = optional("The version that was read.")


@strawberry.input(description="What the person says to it.")
class StateOwnCaseInput(Act):
    """State."""

    id: strawberry.ID = id_of("IntegrityCase", "The case.")
    statement: str = described("What is said (陈述申辩).")
    version: int | None = optional("The version that was read.")


@strawberry.input(description="What was found, and what follows from it.")
class DecideIntegrityCaseInput(Act):
    """Decide."""

    id: strawberry.ID = id_of("IntegrityCase", "The case.")
    kind: Misconduct = described("What was done.")
    serious: bool = described("Whether it is serious: that bars (情节严重).")
    evidence: str = described("On which evidence.")
    decision: str = described("What is decided (处理决定).")
    document_number: str = described("By which document (文号).")
    certificate_ids: list[strawberry.ID] | None = optional_id_of(
        "Certificate", "The certificates it revokes."
    )
    bar_to: date | None = optional("Until when nothing is declared, that day included.")
    version: int | None = optional("The version that was read.")


@strawberry.input(description="An appeal against a decision.")
class AppealAgainstFindingInput(Act):
    """Appeal."""

    id: strawberry.ID = id_of("IntegrityCase", "The case.")
    appeal: str = described("Why it is not accepted (申诉理由).")
    version: int | None = optional("The version that was read.")


@strawberry.input(description="The decision on an appeal.")
class SettleAppealInput(Act):
    """Settle."""

    id: strawberry.ID = id_of("IntegrityCase", "The case.")
    upheld: bool = described("Whether the finding stands; else it is taken back.")
    bar_to: date | None = optional("The finding stands, but bars until this earlier day, that day included.")
    reason: str = described("Why.")
    document_number: str = described("By which document (文号).")
    version: int | None = optional("The version that was read.")


@strawberry.type(description="What came of a complaint.")
class ComplaintPayload(Payload):
    """The receipt."""

    complaint: Complaint | None = optional("That it was received.")


@strawberry.type(description="What came of an act on a case.")
class IntegrityCasePayload(Payload):
    """The case."""

    case: IntegrityCase | None = optional("The case as it is now.")


@strawberry.type
class IntegrityMutation:
    """Acts of integrity."""

    @mutation(
        "Complain about an applicant or the holder of a certificate; anybody may, at any time, anonymously too."
    )
    async def lodge_complaint(self, info: Info, input: LodgeComplaintInput) -> ComplaintPayload | None:
        """Complain."""
        done = await info.context.workflow.write(
            "POST", "/v1/complaints", body_of(input), unnamed=input.anonymous
        )
        return ComplaintPayload(complaint=Complaint.of(done.record), basis=Basis.each(done.basis))

    @mutation("Open a case on what was found true, or ex officio (立案).")
    async def open_integrity_case(
        self, info: Info, input: OpenIntegrityCaseInput
    ) -> IntegrityCasePayload | None:
        """Open it."""
        return await _acted(info, CASES, body_of(input))

    @mutation("Take a complaint up or not, or find that there was no misconduct.")
    async def check_integrity_case(
        self, info: Info, input: CheckIntegrityCaseInput
    ) -> IntegrityCasePayload | None:
        """Check it."""
        return await _acted(
            info, f"{_at(input.id)}/actions/{input.action.name}", body_of(input, "id", "action")
        )

    @mutation("Name whom a complaint means, where its number is not known here (查明所指人员或证书).")
    async def identify_integrity_case(
        self, info: Info, input: IdentifyIntegrityCaseInput
    ) -> IntegrityCasePayload | None:
        """Identify it."""
        return await _acted(info, f"{_at(input.id)}/identify", body_of(input, "id"))

    @mutation("Tell the person what is about to be found (告知).")
    async def notify_of_charge(self, info: Info, input: NotifyOfChargeInput) -> IntegrityCasePayload | None:
        """Tell it."""
        return await _acted(info, f"{_at(input.id)}/notify", body_of(input, "id"))

    @mutation("State one's own case (陈述申辩; the person).")
    async def state_own_case(self, info: Info, input: StateOwnCaseInput) -> IntegrityCasePayload | None:
        """State it."""
        return await _acted(info, f"{_at(input.id)}/statement", body_of(input, "id"))

    @mutation("Find misconduct: titles are revoked, the archive is written, what is serious bars (一（八）).")
    async def decide_integrity_case(
        self, info: Info, input: DecideIntegrityCaseInput
    ) -> IntegrityCasePayload | None:
        """Decide it."""
        return await _acted(info, f"{_at(input.id)}/decide", body_of(input, "id"))

    @mutation("Appeal against the decision, which stands meanwhile (申诉; the person).")
    async def appeal_against_finding(
        self, info: Info, input: AppealAgainstFindingInput
    ) -> IntegrityCasePayload | None:
        """Appeal."""
        return await _acted(info, f"{_at(input.id)}/appeal", body_of(input, "id"))

    @mutation("Uphold the decision, or take it back (who stands above the body that decided).")
    async def settle_appeal(self, info: Info, input: SettleAppealInput) -> IntegrityCasePayload | None:
        """Settle it."""
        return await _acted(info, f"{_at(input.id)}/verdict", body_of(input, "id"))


def _at(id_: strawberry.ID) -> str:
    return f"{CASES}/{uuid_of(id_, 'IntegrityCase')}"


async def _acted(info: Info, path: str, body: dict[str, Any]) -> IntegrityCasePayload:
    done = await info.context.workflow.write("POST", path, body)
    return IntegrityCasePayload(case=IntegrityCase.of(done.record), basis=Basis.each(done.basis))
