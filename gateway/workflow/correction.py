"""Corrections of certificates (证书更正): asked for, approved by a document or refused; approved, it is issued anew."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import body_of
from gateway.words import described, id_of, listed, optional, terms
from gateway.workflow.certificate import Certificate

CORRECTIONS = "/v1/certificate-corrections"


@terms("What of a certificate may be corrected.")
class CorrectableField(Enum):
    """Field of a certificate."""

    HOLDER_NAME = "姓名"
    UNIT_NAME = "工作单位"
    SPECIALTY = "专业"
    NUMBER = "证书编号"
    LEVEL = "级别"
    OBTAINED_ON = "取得时间"


@terms("Where a correction stands.")
class CorrectionState(Enum):
    """State of a correction."""

    REQUESTED = "待办理"
    APPROVED = "已更正"
    REFUSED = "不予更正"
    WITHDRAWN = "申请已撤回"


@terms("What can be done with a correction.")
class CorrectionAction(Enum):
    """Action on a correction."""

    APPROVE = "批准更正"
    REFUSE = "决定不予更正"
    WITHDRAW = "撤回申请"


@strawberry.type(description="What somebody asks to be corrected on a certificate (证书更正).")
class CertificateCorrection(Entity):
    """A correction."""

    source = OneByOne("workflow", CORRECTIONS)

    id: relay.NodeID[UUID]
    number: str = described("Number of the certificate that says it wrongly (原证书编号).")
    field: CorrectableField = described("What is wrong.")
    before: str | None = described("What it says.")
    value: str = described("What it is to say.")
    reason: str = described("Why.")
    evidence: str = described("What shows it (证明材料).")
    requested_by_name: str = described("Who asked.")
    requested_at: datetime = described("When.")
    state: CorrectionState = described("Where it stands.")
    verdict: str | None = described("What was said of it.")
    document_number: str | None = described("By which document it was approved (文号).")
    decided_on: date | None = described("When it was decided.")
    version: int = described("Its version.")
    available_actions: list[CorrectionAction] = listed("What the caller may try now.")
    certificate_id: strawberry.Private[UUID]
    replacement_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The certificate that says it wrongly.")
    def certificate(self, info: Info) -> Certificate | None:
        """The certificate."""
        return Certificate.edge(info, self.certificate_id)

    @strawberry.field(description="The certificate that was issued in its place (换发证书).")
    def replacement(self, info: Info) -> Certificate | None:
        """The new one."""
        return Certificate.edge(info, self.replacement_id)


@strawberry.input(description="What is to be corrected on a certificate.")
class RequestCorrectionInput(Act):
    """Ask."""

    certificate_id: strawberry.ID = id_of("Certificate", "The certificate.")
    field: CorrectableField = described("What is wrong.")
    value: str = described("What it is to say; a specialty by the name it was filed under.")
    reason: str = described("Why.")
    evidence: str = described("What shows it, e.g. a document of the police (证明材料).")


@strawberry.input(description="A step of a correction.")
class ActOnCorrectionInput(Act):
    """Act."""

    id: strawberry.ID = id_of("CertificateCorrection", "The correction.")
    action: CorrectionAction = described("What is done.")
    document_number: str | None = optional("Approved: by which document (文号).")
    reason: str | None = optional("Refused: why.")
    version: int | None = optional("The version that was read.")


@strawberry.type(description="What came of an act on a correction.")
class CorrectionPayload(Payload):
    """The correction."""

    correction: CertificateCorrection | None = optional("The correction as it is now.")


@strawberry.type
class CorrectionQuery:
    """Corrections."""

    @strawberry.field(
        description="Corrections of certificates that the caller may read, newest first (证书更正)."
    )
    async def certificate_corrections(
        self,
        info: Info,
        first: First,
        after: After = None,
        certificate_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Of this certificate.")
        ] = None,
        state: Annotated[CorrectionState | None, strawberry.argument(description="In this state.")] = None,
    ) -> Connection[CertificateCorrection] | None:
        """Many corrections."""
        return await page(
            info.context.workflow,
            CORRECTIONS,
            CertificateCorrection.of,
            first,
            after,
            certificate_id=certificate_id and uuid_of(certificate_id, "Certificate", field="certificate_id"),
            state=state and state.name,
        )


@strawberry.type
class CorrectionMutation:
    """Acts on corrections."""

    @mutation(
        "Ask for a correction of what a certificate says wrongly: its holder, the unit, or who issued it."
    )
    async def request_correction(self, info: Info, input: RequestCorrectionInput) -> CorrectionPayload | None:
        """Ask."""
        done = await info.context.workflow.write("POST", CORRECTIONS, body_of(input))
        return CorrectionPayload(
            correction=CertificateCorrection.of(done.record), basis=Basis.each(done.basis)
        )

    @mutation(
        "Approve a correction by a document, the certificate is issued anew (换发); refuse it; or take the request back."
    )
    async def act_on_correction(self, info: Info, input: ActOnCorrectionInput) -> CorrectionPayload | None:
        """Decide."""
        which = uuid_of(input.id, "CertificateCorrection")
        path = f"{CORRECTIONS}/{which}/actions/{input.action.name}"
        done = await info.context.workflow.write("POST", path, body_of(input, "id", "action"))
        return CorrectionPayload(
            correction=CertificateCorrection.of(done.record), basis=Basis.each(done.basis)
        )
