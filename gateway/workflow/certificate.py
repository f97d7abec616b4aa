"""Certificates (职称证书): results filed under a document number (备案), and verification by anyone (一（三）3、三（六）4)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.accounts.record_words import TitleLimit
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms
from gateway.workflow.declaration import LISTED, Declaration


@terms("How a title was obtained (取得方式).")
class CertificateWay(Enum):
    """Way to a title."""

    REVIEW = "评审"
    RECOGNITION = "认定"
    CONFIRMATION = "确认"
    EXAMINATION = "考试"


@terms("How a certificate came to be here (证书来源).")
class CertificateOrigin(Enum):
    """Origin of a certificate."""

    REVIEWED = "本平台评审"
    IMPORTED = "历史导入"
    CONFIRMED = "外来确认"


@terms("Where a certificate stands (证书状态).")
class CertificateStanding(Enum):
    """Standing of a certificate."""

    IN_FORCE = "有效"
    SUPERSEDED = "已更正换发"
    REVOKED = "已撤销"
    VOID = "无效"


@terms("What may befall a certificate after its issue.")
class CertificateChangeKind(Enum):
    """Kind of a change."""

    CORRECTED = "更正换发"
    VOIDED = "宣布无效"
    REVOKED = "撤销"
    REINSTATED = "恢复"
    LINKED = "关联持证人"


@terms("What anyone is told of where a certificate stands.")
class PublicStanding(Enum):
    """Standing, without why."""

    IN_FORCE = "有效"
    REVOKED = "已撤销"
    INVALID = "已失效"


@strawberry.type(description="What befell a certificate after its issue: a fact of its own, on a document.")
class CertificateChange(Told):
    """A change."""

    kind: CertificateChangeKind = described("What it is.")
    standing: CertificateStanding = described("Where the certificate stands since.")
    document_number: str = described("By which document (文号).")
    note: str = described("Why.")
    decided_by_name: str = described("Who decided.")
    decided_at: datetime = described("When.")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="Which body decided.")
    def organisation(self, info: Info) -> Organisation | None:
        """The deciding body."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(description="What narrows the use of a certificate, and on which article.")
class CertificateLimit(Told):
    """A limit."""

    code: str = described("Its stable name.")
    text: str = described("What it says.")
    cite: str | None = described("The article (依据).")


@strawberry.type
class CertificateFace(Told):
    """What a certificate shows to everybody who holds its number and its holder's name."""

    origin: CertificateOrigin = described("How it came to be here (证书来源).")
    number: str = described("Its number (证书编号).")
    holder_name: str = described("Whose (姓名).")
    unit_name: str | None = described("Unit of the holder when it was obtained, if any (工作单位).")
    series: str = described("Code of the series (系列).")
    series_name: str = described("Name of the series.")
    specialty_name: str | None = described("Name of the specialty (专业).")
    level: TitleLevel = described("The level (层级).")
    way: CertificateWay = described("How it was obtained (取得方式).")
    obtained_on: date = described("The day the committee passed (取得时间).")
    document_number: str | None = described("The document it was filed by (批准文号), as far as known.")
    committee_name: str | None = described("The committee (评委会), as far as known.")
    issuer_name: str = described("Who issued it (发证机关).")
    issued_on: date = described("When it was issued (发证时间).")
    limits: list[CertificateLimit] = listed("What narrows its use.")


@strawberry.type(description="A certificate as anyone may see it who holds its number and its holder's name.")
class VerifiedCertificate(CertificateFace):
    """The face of a certificate."""


@strawberry.type(description="A certificate, for its holder and the organisations concerned (职称证书).")
class Certificate(Entity, CertificateFace):
    """A certificate."""

    source = OneByOne("workflow", "/v1/certificates")

    id: relay.NodeID[UUID]
    standing: CertificateStanding = described("Where it stands (证书状态).")
    changes: list[CertificateChange] = listed("What befell it after its issue, oldest first.")
    year: int = described(
        "The year it was declared in (年度); of an earlier one, the year it was obtained in."
    )
    masked_resident_id: str | None = described(
        "Number of the holder's resident id, or of another document, with its middle hidden (身份证件号码，脱敏)."
    )
    replaces_id: strawberry.Private[UUID | None]
    replaced_by_id: strawberry.Private[UUID | None]
    declaration_id: strawberry.Private[UUID | None]
    import_id: strawberry.Private[UUID | None]
    person_id: strawberry.Private[UUID | None]
    unit_id: strawberry.Private[UUID | None]
    issuer_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The declaration it came of, where it was reviewed here.")
    def declaration(self, info: Info) -> Declaration | None:
        """The declaration."""
        return Declaration.edge(info, self.declaration_id, LISTED)

    @strawberry.field(description="The certificate that it was issued in place of (原证书).")
    def replaces(
        self, info: Info
    ) -> Annotated["Certificate", strawberry.lazy("gateway.workflow.certificate")] | None:
        """The certificate before it."""
        return Certificate.edge(info, self.replaces_id)

    @strawberry.field(description="The certificate that was issued in its place (换发证书).")
    def replaced_by(
        self, info: Info
    ) -> Annotated["Certificate", strawberry.lazy("gateway.workflow.certificate")] | None:
        """The certificate after it."""
        return Certificate.edge(info, self.replaced_by_id)

    @strawberry.field(description="Its holder, where accounts knows the person.")
    def person(self, info: Info) -> Person | None:
        """The holder."""
        return Person.edge(info, self.person_id)

    @strawberry.field(description="The unit (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)

    @strawberry.field(description="Who issued it (发证机关).")
    def issuer(self, info: Info) -> Organisation | None:
        """The issuer."""
        return Organisation.edge(info, self.issuer_id)


@strawberry.type(
    description="Whether number and name belong together and the certificate is in force; whatever does not belong "
    "together is answered alike."
)
class Verification(Told):
    """The answer of a verification."""

    valid: bool = described("Whether such a certificate exists and is in force.")
    standing: PublicStanding | None = described("Where it stands, where it exists.")
    since: date | None = described("Since when it is no longer in force.")
    certificate: VerifiedCertificate | None = described("The certificate, where it exists.")


@strawberry.input(description="A result to be filed.")
class FileResultInput(Act):
    """File a result."""

    declaration_id: strawberry.ID = id_of("Declaration", "Of which declaration.")
    document_number: str = described("Number of the formal document (批准文号).")


@strawberry.input(description="A result to be declared void before it is filed.")
class VoidResultInput(Act):
    """Declare a result void."""

    declaration_id: strawberry.ID = id_of("Declaration", "Of which declaration.")
    note: str = described("Why; kept in the timeline.")


@strawberry.input(description="A certificate to be declared void.")
class VoidCertificateInput(Act):
    """Declare a certificate void."""

    id: strawberry.ID = id_of("Certificate", "The certificate.")
    document_number: str = described("By which document (文号).")
    note: str = described("Why.")


@strawberry.type(description="What came of declaring a certificate void.")
class VoidCertificatePayload(Payload):
    """The certificate."""

    certificate: Certificate | None = optional("The certificate as it is now.")


@strawberry.type(description="What came of declaring a result void.")
class VoidResultPayload(Payload):
    """The declaration."""

    declaration: Declaration | None = optional("The declaration as it is now.")


@strawberry.type(description="What came of filing a result.")
class FileResultPayload(Payload):
    """The certificate."""

    certificate: Certificate | None = optional("The certificate issued.")


@strawberry.type
class CertificateQuery:
    """Certificates."""

    @strawberry.field(
        description="Whether a certificate of that number belongs to a person of that name; for anyone (一（三）3)."
    )
    async def verify_certificate(
        self,
        info: Info,
        number: Annotated[str, strawberry.argument(description="Its number (证书编号).")],
        name: Annotated[str, strawberry.argument(description="Its holder's name (姓名).")],
    ) -> Verification | None:
        """Verify."""
        return Verification.of(
            await info.context.workflow.get("/v1/certificates/verify", number=number, name=name)
        )

    @strawberry.field(description="A certificate by its id.")
    async def certificate(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Certificate | None:
        """One certificate."""
        return await Certificate.at(info, id)

    @strawberry.field(
        description="The caller's own certificates, and those of the caller's organisations; newest first."
    )
    async def certificates(
        self,
        info: Info,
        first: First,
        after: After = None,
        person_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this person.")] = None,
        limit: Annotated[
            TitleLimit | None,
            strawberry.argument(
                description="Those that are valid there alone (使用范围), e.g. at grass roots."
            ),
        ] = None,
        origin: Annotated[
            CertificateOrigin | None,
            strawberry.argument(description="Those that came to be here so (证书来源)."),
        ] = None,
        import_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Those that this `HistoricImport` brought (历史导入)."),
        ] = None,
    ) -> Connection[Certificate] | None:
        """Many certificates."""
        return await page(
            info.context.workflow,
            "/v1/certificates",
            Certificate.of,
            first,
            after,
            person_id=uuid_of(person_id, "Person", field="person_id") if person_id else None,
            limit=limit and limit.name,
            origin=origin and origin.name,
            import_id=uuid_of(import_id, "HistoricImport", field="import_id") if import_id else None,
        )


@strawberry.type
class CertificateMutation:
    """Acts on results."""

    @mutation(
        "File a result by a formal document after its publicity; the certificate is issued (三（六）4)."
    )
    async def file_result(self, info: Info, input: FileResultInput) -> FileResultPayload | None:
        """File it."""
        declaration = uuid_of(input.declaration_id, "Declaration", field="declaration_id")
        done = await info.context.workflow.write(
            "POST", f"/v1/results/{declaration}/file", body_of(input, "declaration_id")
        )
        return FileResultPayload(certificate=Certificate.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Declare a result void before it is filed (宣布评审结果无效), with the reason; the committee's office (三（二）)."
    )
    async def void_result(self, info: Info, input: VoidResultInput) -> VoidResultPayload | None:
        """Declare it void."""
        declaration = uuid_of(input.declaration_id, "Declaration", field="declaration_id")
        path = f"/v1/results/{declaration}/void"
        done = await info.context.workflow.write("POST", path, body_of(input, "declaration_id"))
        now = await Declaration.find(info, declaration)
        return VoidResultPayload(declaration=now, basis=Basis.each(done.basis))

    @mutation(
        "Declare a certificate void by a document (宣布证书无效); the HRSS that issued it, or one above (三（二）)."
    )
    async def void_certificate(
        self, info: Info, input: VoidCertificateInput
    ) -> VoidCertificatePayload | None:
        """Declare it void."""
        path = f"/v1/certificates/{uuid_of(input.id, 'Certificate')}/void"
        done = await info.context.workflow.write("POST", path, body_of(input, "id"))
        return VoidCertificatePayload(certificate=Certificate.of(done.record), basis=Basis.each(done.basis))
