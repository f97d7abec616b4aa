"""Imports of historic certificates (历史证书导入): by the person in charge, all of a file or nothing (一（三）3)."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.intake import ImportPaperPayload
from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms
from gateway.workflow.certificate import Certificate
from gateway.workflow.material import file_at, link, moment


@terms("Where an import of historic certificates stands.")
class HistoricImportState(Enum):
    """State of an import."""

    RECEIVING = "等待文件"
    CHECKING = "校验中"
    CHECKED = "校验完成"
    APPLYING = "导入中"
    DONE = "已导入"
    CANCELLED = "已取消"
    FAILED = "已中止"
    TAKING_BACK = "撤回中"
    TAKEN_BACK = "已撤回"


@terms("What a caller can do with an import of historic certificates; the platform does the rest by itself.")
class HistoricImportAction(Enum):
    """Action on an import."""

    APPLY = "确认导入"
    CANCEL = "取消"
    TAKE_BACK = "撤回"


@strawberry.type(description="What is wrong with a row of historic certificates.")
class HistoricRefusal(Told):
    """A refusal."""

    row_no: int = described("Its number in the file (行号).")
    field: str | None = described("The field concerned.")
    column: str | None = described("What its column is called (列).")
    code: str = described("Stable name of the rule that is broken.")
    message: str = described("What is wrong, in the language asked for.")
    zh: str = described("The same in Chinese.")
    en: str = described("The same in English.")
    basis: list[Basis] = listed("The articles that say so (依据).")


@strawberry.type(description="The refused rows of a file, in its order.")
class HistoricRefusals(Told):
    """Refusals of some rows."""

    items: list[HistoricRefusal] = listed("What is wrong, row by row.")
    next_row: int | None = described("Ask on after this row, if there are more.")


@strawberry.type(description="An import of historic certificates (历史证书导入): all of it or nothing.")
class HistoricImport(Entity):
    """An import."""

    source = OneByOne("workflow", "/v1/historic-imports")

    id: relay.NodeID[UUID]
    organisation_name: str = described("What the importing organisation was called.")
    file_name: str = described("How its file is called.")
    sha256: str = described("SHA-256 of the file.")
    actor_name: str = described("Who began it (专人).")
    state: HistoricImportState = described("Where it stands.")
    rows: int = described("How many rows the file has.")
    done: int = described("How many of them the present phase has been through.")
    refused: int = described("How many were refused.")
    unlinked: int = described(
        "How many of the others belong to nobody who has an account here; linked later by declaring such a certificate void and importing its row anew."
    )
    imported: int = described("How many certificates came of it.")
    document_number: str | None = described("The document by which it was taken back, if it was (文号).")
    reason: str | None = described("Why it was taken back.")
    available_actions: list[HistoricImportAction] = listed("What the caller may try now.")
    created_at: datetime = described("When it was begun.")
    version: int = described("How often it has moved; given with a step.")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(
        description="What is wrong with which rows; `requestHistoricReport` tells it as a workbook."
    )
    async def refusals(
        self,
        info: Info,
        first: First,
        after_row: Annotated[int, strawberry.argument(description="Go on after this row.")] = 0,
    ) -> HistoricRefusals | None:
        """Them."""
        path = f"/v1/historic-imports/{self.id}/refusals"
        return HistoricRefusals.of(await info.context.workflow.get(path, first=first, after_row=after_row))

    @strawberry.field(description="Which organisation imports (导入机构).")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.input(description="A file of historic certificates to import, by the person in charge.")
class CreateHistoricImportInput(Act):
    """Begin an import."""

    organisation_id: strawberry.ID = id_of("Organisation", "Which organisation imports (导入机构).")
    file_name: str = described("How the file is called.")
    sha256: str = described("SHA-256 of its bytes, in hexadecimal: another file is not taken.")


@strawberry.input(description="A step of an import of historic certificates.")
class ActOnHistoricImportInput(Act):
    """Take a step."""

    id: strawberry.ID = id_of("HistoricImport", "The import.")
    action: HistoricImportAction = described("Which step; one of `availableActions`.")
    version: int = described("The version that was read.")
    document_number: str | None = optional("By which document it is taken back (文号).")
    reason: str | None = optional("Why it is taken back.")


@strawberry.input(description="The refused rows of an import of historic certificates.")
class RequestHistoricReportInput(Act):
    """Ask for a link."""

    id: strawberry.ID = id_of("HistoricImport", "The import.")


@strawberry.type(description="What came of beginning an import of historic certificates.")
class CreateHistoricImportPayload(Payload):
    """Where to send its file."""

    historic_import: HistoricImport | None = optional("The import that waits for its file.")
    upload_url: str | None = optional("PUT the raw bytes here, XLSX or CSV; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")
    limit_bytes: int | None = optional("How large the file may be.")


@strawberry.type(description="What came of a step of an import of historic certificates.")
class HistoricImportPayload(Payload):
    """The import."""

    historic_import: HistoricImport | None = optional("The import as it is now.")


@strawberry.input(
    description="Whose an imported certificate is; told once, by who issued it or stands above."
)
class LinkCertificateHolderInput(Act):
    """Link."""

    id: strawberry.ID = id_of("Certificate", "The certificate.")
    person_id: strawberry.ID = id_of("Person", "Whose it is.")
    document_number: str = described("By which document (文号).")
    evidence: str = described("What shows it.")


@strawberry.type(description="What came of telling whose a certificate is.")
class LinkCertificateHolderPayload(Payload):
    """The certificate."""

    certificate: Certificate | None = optional("The certificate as it is now.")


@strawberry.type
class HistoricImportQuery:
    """Imports of historic certificates."""

    @strawberry.field(description="An import of historic certificates by its id.")
    async def historic_import(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> HistoricImport | None:
        """One import."""
        return await HistoricImport.at(info, id)

    @strawberry.field(
        description="The imports of historic certificates of the caller's organisations, newest first."
    )
    async def historic_imports(
        self,
        info: Info,
        first: First,
        after: After = None,
        organisation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Of this organisation.")
        ] = None,
    ) -> Connection[HistoricImport] | None:
        """Many imports."""
        wanted = (
            uuid_of(organisation_id, "Organisation", field="organisation_id") if organisation_id else None
        )
        path = "/v1/historic-imports"
        return await page(
            info.context.workflow, path, HistoricImport.of, first, after, organisation_id=wanted
        )


@strawberry.type
class HistoricImportMutation:
    """Acts on imports of historic certificates."""

    @mutation(
        "Begin the import of a file of historic certificates and get the link to send it to (一（三）3)."
    )
    async def create_historic_import(
        self, info: Info, input: CreateHistoricImportInput
    ) -> CreateHistoricImportPayload | None:
        """Begin it."""
        done = await info.context.workflow.write("POST", "/v1/historic-imports", body_of(input))
        return CreateHistoricImportPayload(
            historic_import=HistoricImport.of(done.record["record"]),
            upload_url=link(info, done.record["upload_url"]),
            expires_at=moment(done.record.get("expires_at")),
            limit_bytes=done.record.get("limit_bytes"),
            basis=Basis.each(done.basis),
        )

    @mutation(
        "Import a checked file as a whole, take it back by a document (the person in charge, asked for anew), or give it up."
    )
    async def act_on_historic_import(
        self, info: Info, input: ActOnHistoricImportInput
    ) -> HistoricImportPayload | None:
        """Take the step."""
        path = f"/v1/historic-imports/{uuid_of(input.id, 'HistoricImport')}/actions/{input.action.name}"
        done = await info.context.workflow.write("POST", path, body_of(input, "id", "action"))
        return HistoricImportPayload(
            historic_import=HistoricImport.of(done.record), basis=Basis.each(done.basis)
        )

    @mutation("Get a link to the refused rows of a file of historic certificates as a workbook.")
    async def request_historic_report(
        self, info: Info, input: RequestHistoricReportInput
    ) -> ImportPaperPayload | None:
        """Get it."""
        path = f"/v1/historic-imports/{uuid_of(input.id, 'HistoricImport')}/report"
        done = await info.context.workflow.write("POST", path)
        return ImportPaperPayload(**file_at(info, done))

    @mutation(
        "Tell once whose an imported certificate is (关联持证人); what a finding says of it binds the holder."
    )
    async def link_certificate_holder(
        self, info: Info, input: LinkCertificateHolderInput
    ) -> LinkCertificateHolderPayload | None:
        """Link it."""
        path = f"/v1/certificates/{uuid_of(input.id, 'Certificate')}/holder"
        done = await info.context.workflow.write("POST", path, body_of(input, "id"))
        return LinkCertificateHolderPayload(
            certificate=Certificate.of(done.record), basis=Basis.each(done.basis)
        )
