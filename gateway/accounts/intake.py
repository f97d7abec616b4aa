"""Imports (批量导入): organisations that exist already, and a unit's people, from a spreadsheet; the file goes by a link."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.clients import Decided
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms
from gateway.workflow.material import link, moment
from services.accounts.contract import ImportKind, ImportState

terms("What the rows of an imported file are.")(ImportKind)
terms("Where an import stands.")(ImportState)


@terms("A file that can be fetched with an import.")
class ImportPaper(Enum):
    """A paper."""

    TEMPLATE = "导入模板"
    REPORT = "未通过行清单"
    ACTIVATIONS = "激活码清单"


@strawberry.type(description="One thing that is wrong with a row, in the words of the creation it asks for.")
class ImportFinding(Told):
    """A finding."""

    code: str = described("Stable name of the rule that is broken.")
    message: str = described("What is wrong, in the language asked for.")
    field: str | None = described("The field concerned, as the service names it.")
    basis: list[Basis] = listed("The articles that say so (依据).")


@strawberry.type(description="A row that would not be imported; its cells are in the report only.")
class RefusedRow(Told):
    """A refused row."""

    row_no: int = described("Its number in the file (行号).")
    findings: list[ImportFinding] = listed("All that is wrong with it.")


@strawberry.type(description="Refused rows in the order of the file.")
class RefusedRows(Told):
    """A page of refused rows."""

    items: list[RefusedRow] = listed("The rows.")
    next_row: int | None = described("Given as `afterRow`, the list goes on; null at its end.")


@terms("What can be done with an import; applying and cancelling are for whoever made it.")
class ImportAction(Enum):
    """Action on an import."""

    RECEIVE = "接收文件"
    CLOSE_CHECK = "完成校验"
    RECHECK = "重新校验"
    APPLY = "确认导入"
    FINISH = "完成导入"
    CANCEL = "取消"
    FAIL = "中止"


@strawberry.type(description="An import of organisations or people from a spreadsheet (批量导入).")
class Import(Entity):
    """An import."""

    source = OneByOne("accounts", "/v1/imports")

    id: relay.NodeID[UUID]
    kind: ImportKind = described("What its rows are.")
    file_name: str = described("How its file is called.")
    state: ImportState = described("Where it stands; poll it while it is CHECKING or APPLYING.")
    rows: int = described("How many rows the file has.")
    accepted: int = described("How many of them can be imported.")
    refused: int = described("How many cannot.")
    created: int = described("How many were imported.")
    done: int = described("How many rows of the present phase are done.")
    total: int = described("How many rows the present phase has.")
    failure: str | None = described("Why it failed, by a stable name.")
    codes_until: datetime | None = described("Until when its codes are good and can be fetched.")
    created_at: datetime = described("When it was begun.")
    ended_at: datetime | None = described("When it ended.")
    version: int = described("How often it has moved; given with a step.")
    available_actions: list[ImportAction] = listed("The steps that the caller may take now.")
    actor_name: str = described("Who began it (经办人).")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="The organisation that it is made from.")
    def organisation(self, info: Info) -> Organisation | None:
        """Where it is made."""
        return Organisation.edge(info, self.organisation_id)

    @strawberry.field(description="The rows that would not be imported, and why.")
    async def refused_rows(
        self,
        info: Info,
        first: First,
        after_row: Annotated[int, strawberry.argument(description="Go on after this row.")] = 0,
    ) -> RefusedRows | None:
        """A page of them."""
        path = f"/v1/imports/{self.id}/refused-rows"
        return RefusedRows.of(await info.context.accounts.get(path, first=first, after_row=after_row))


@strawberry.input(description="An import to begin, by an organisation's manager.")
class CreateImportInput(Act):
    """Begin an import."""

    kind: ImportKind = described("What its rows are.")
    organisation_id: strawberry.ID = id_of("Organisation", "The organisation that imports.")
    file_name: str = described("How the file is called.")


@strawberry.input(description="An import whose file did not arrive.")
class RenewImportLinkInput(Act):
    """Ask for another link."""

    id: strawberry.ID = id_of("Import", "The import.")


@strawberry.input(description="A checked import, to be carried out.")
class ApplyImportInput(Act):
    """Apply it."""

    id: strawberry.ID = id_of("Import", "The import.")
    skip_refused: bool | None = optional("Whether refused rows are left out; needed where there are any.")
    version: int | None = optional("The version that was read; refused where it has changed since.")


@strawberry.input(description="A checked import, to be checked again.")
class RecheckImportInput(Act):
    """Check it again."""

    id: strawberry.ID = id_of("Import", "The import.")
    version: int | None = optional("The version that was read; refused where it has changed since.")


@strawberry.input(description="An import to be given up.")
class CancelImportInput(Act):
    """Cancel it."""

    id: strawberry.ID = id_of("Import", "The import.")
    version: int | None = optional("The version that was read; refused where it has changed since.")


@strawberry.input(description="A file to fetch.")
class RequestImportPaperInput(Act):
    """Ask for a link."""

    paper: ImportPaper = described("Which file.")
    kind: ImportKind | None = optional("Of a template: what its rows are to be.")
    import_id: strawberry.ID | None = optional_id_of("Import", "Of another paper: its import.")


@strawberry.type(description="What came of beginning an import.")
class CreateImportPayload(Payload):
    """Where to send its file."""

    import_: Import | None = strawberry.field(
        name="import", description="The import that waits for its file.", default=None
    )
    upload_url: str | None = optional("PUT the raw bytes here, XLSX or CSV; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")
    limit_bytes: int | None = optional("How large the file may be.")


@strawberry.type(description="What came of a step of an import.")
class ImportPayload(Payload):
    """The import."""

    import_: Import | None = strawberry.field(
        name="import", description="The import as it is now.", default=None
    )


@strawberry.type(description="What came of asking for a file.")
class ImportPaperPayload(Payload):
    """Where to fetch it."""

    download_url: str | None = optional("GET the file here; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")


@strawberry.type
class ImportQuery:
    """Imports."""

    @strawberry.field(name="import", description="An import by id, with its progress.")
    async def import_(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id.")]
    ) -> Import | None:
        """One import."""
        return await Import.at(info, id)

    @strawberry.field(description="The imports of the organisations that the caller manages, newest first.")
    async def imports(
        self,
        info: Info,
        first: First,
        after: After = None,
        organisation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Those of one organisation.")
        ] = None,
    ) -> Connection[Import] | None:
        """Many imports."""
        where = uuid_of(organisation_id, "Organisation", field="organisation_id") if organisation_id else None
        return await page(
            info.context.accounts, "/v1/imports", Import.of, first, after, organisation_id=where
        )


@strawberry.type
class ImportMutation:
    """Acts on imports."""

    @mutation("Begin an import and get the link to send its file to (附件3 二、四).")
    async def create_import(self, info: Info, input: CreateImportInput) -> CreateImportPayload | None:
        """Begin it."""
        done = await info.context.accounts.write("POST", "/v1/imports", body_of(input))
        return _begun(info, done)

    @mutation("Get another link for an import whose file did not arrive.")
    async def renew_import_link(self, info: Info, input: RenewImportLinkInput) -> CreateImportPayload | None:
        """Get it."""
        path = f"/v1/imports/{uuid_of(input.id, 'Import')}/upload-link"
        return _begun(info, await info.context.accounts.write("POST", path))

    @mutation("Import the accepted rows of a checked file: all of them or none.")
    async def apply_import(self, info: Info, input: ApplyImportInput) -> ImportPayload | None:
        """Apply it."""
        return await _act(info, input, "APPLY")

    @mutation("Check a file again, after what it met with has changed.")
    async def recheck_import(self, info: Info, input: RecheckImportInput) -> ImportPayload | None:
        """Check it."""
        return await _act(info, input, "RECHECK")

    @mutation("Give an import up; its rows are forgotten.")
    async def cancel_import(self, info: Info, input: CancelImportInput) -> ImportPayload | None:
        """Cancel it."""
        return await _act(info, input, "CANCEL")

    @mutation("Get a link to a template, to the refused rows, or (whoever imported) to the codes.")
    async def request_import_paper(
        self, info: Info, input: RequestImportPaperInput
    ) -> ImportPaperPayload | None:
        """Get it."""
        done = await info.context.accounts.write("POST", "/v1/imports/links", body_of(input))
        return ImportPaperPayload(
            download_url=link(info, done.record["download_url"]),
            expires_at=moment(done.record.get("expires_at")),
            basis=Basis.each(done.basis),
        )


Step = ApplyImportInput | RecheckImportInput | CancelImportInput


async def _act(info: Info, given: Step, action: str) -> ImportPayload:
    path = f"/v1/imports/{uuid_of(given.id, 'Import')}/actions/{action}"
    done = await info.context.accounts.write("POST", path, body_of(given, "id"))
    return ImportPayload(import_=Import.of(done.record), basis=Basis.each(done.basis))


def _begun(info: Info, done: Decided) -> CreateImportPayload:
    return CreateImportPayload(
        import_=Import.of(done.record["record"]),
        upload_url=link(info, done.record["upload_url"]),
        expires_at=moment(done.record.get("expires_at")),
        limit_bytes=done.record.get("limit_bytes"),
        basis=Basis.each(done.basis),
    )
