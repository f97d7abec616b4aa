"""What a certificate is carried as (电子证书): signed credential, paper; and verification by other provinces' systems (一（三）3)."""

from datetime import datetime
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Payload, mutation
from gateway.told import Told, body_of
from gateway.words import described, id_of, optional
from gateway.workflow.certificate import Verification
from gateway.workflow.material import file_at


@strawberry.type(description="A certificate as a signed credential that verifies without us (电子凭证).")
class CertificateCredential(Told):
    """A credential."""

    credential: str = described(
        "SD-JWT VC in compact form; leave out the disclosures (between the tildes) that are not to be seen."
    )


@strawberry.input(description="The number of a certificate, and the name of its holder.")
class CertificatePairInput:
    """A pair."""

    number: str = described("Its number (证书编号).")
    name: str = described("Its holder's name (姓名).")


@strawberry.input(description="A certificate to print.")
class RequestCertificatePaperInput(Act):
    """Ask for a link."""

    certificate_id: strawberry.ID = id_of("Certificate", "The certificate.")


@strawberry.type(description="What came of asking for a certificate on paper.")
class CertificatePaperPayload(Payload):
    """Where to fetch it."""

    download_url: str | None = optional("GET the PDF here; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")


@strawberry.type
class CredentialQuery:
    """Credentials."""

    @strawberry.field(
        description="A certificate as a signed credential, for its holder and the organisations concerned."
    )
    async def certificate_credential(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The certificate.")]
    ) -> CertificateCredential | None:
        """The credential."""
        certificate = uuid_of(id, "Certificate", field="id")
        return CertificateCredential.of(
            await info.context.workflow.get(f"/v1/certificates/{certificate}/credential")
        )

    @strawberry.field(
        description="Verify many certificates, each answered in its turn; for another system's own client with the scope "
        "`certificates.verify` (跨省查验, 一（三）3)."
    )
    async def verify_certificates(
        self,
        info: Info,
        pairs: Annotated[list[CertificatePairInput], strawberry.argument(description="Numbers and names.")],
    ) -> list[Verification] | None:
        """Verify them."""
        body = {"pairs": [{"number": each.number, "name": each.name} for each in pairs]}
        told = await info.context.workflow.ask("/v1/certificates/verifications", body)
        return [Verification.of(each) for each in told["items"]]


@strawberry.type
class CredentialMutation:
    """Acts on papers of certificates."""

    @mutation(
        "Get a link to a certificate on paper: PDF with a QR code and the credential attached (电子证书)."
    )
    async def request_certificate_paper(
        self, info: Info, input: RequestCertificatePaperInput
    ) -> CertificatePaperPayload | None:
        """Get it."""
        done = await info.context.workflow.write("POST", "/v1/certificate-papers", body_of(input))
        return CertificatePaperPayload(**file_at(info, done))
