"""Files of evidence (佐证文件): sent for a record by a link, opened by a link before the record is confirmed (三（二）)."""

from datetime import datetime

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.told import Told, body_of
from gateway.words import described, id_of, optional
from gateway.workflow.material import link, moment


@strawberry.type(
    description="A file that was sent for a record's evidence; the last one sent is in force (佐证文件)."
)
class EvidenceFile(Told):
    """A version."""

    number: int = described("Which version it is, from 1 on (版本).")
    file_name: str = described("How the file is called.")
    media_type: str = described("What it is; found out from its bytes.")
    size: int = described("Bytes.")
    sha256: str = described("Its digest, in hexadecimal.")
    stored_at: datetime = described("When it came.")
    replaced_at: datetime | None = described(
        "When the next version took its place; null where it is in force."
    )


@strawberry.input(description="A file that is to come for a record that is not confirmed.")
class RequestEvidenceUploadInput(Act):
    """Ask for a link to send it to."""

    id: strawberry.ID = id_of("PersonRecord", "The record.")
    file_name: str = described("How the file is called: PDF, JPEG or PNG.")
    sha256: str | None = optional("Its digest; other bytes are then refused.")
    version: int | None = optional("The version that was read; refused where it has changed since.")


@strawberry.input(description="The evidence of a record to be opened.")
class OpenEvidenceInput(Act):
    """Ask for a link to read it."""

    id: strawberry.ID = id_of("PersonRecord", "The record.")
    number: int | None = optional("Which version; the one in force, where it is left out.")


@strawberry.type(description="What came of announcing a file of evidence.")
class RequestEvidenceUploadPayload(Payload):
    """Where to send it."""

    upload_url: str | None = optional("PUT the raw bytes here; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")
    limit_bytes: int | None = optional("How large the file may be.")


@strawberry.type(description="What came of opening evidence.")
class OpenEvidencePayload(Payload):
    """Where to read it."""

    file: EvidenceFile | None = optional("The file.")
    download_url: str | None = optional("GET the file here; whoever does has opened it.")
    expires_at: datetime | None = optional("Until when the link is good.")


@strawberry.type
class EvidenceMutation:
    """Acts on evidence."""

    @mutation("Get the link to send a record's evidence to, in place of what is there (二（五）3).")
    async def request_evidence_upload(
        self, info: Info, input: RequestEvidenceUploadInput
    ) -> RequestEvidenceUploadPayload | None:
        """Get it."""
        path = f"/v1/records/{uuid_of(input.id, 'PersonRecord')}/evidence-file"
        done = await info.context.accounts.write("POST", path, body_of(input, "id"))
        return RequestEvidenceUploadPayload(
            upload_url=link(info, done.record["upload_url"]),
            expires_at=moment(done.record["expires_at"]),
            limit_bytes=done.record["limit_bytes"],
            basis=Basis.each(done.basis),
        )

    @mutation(
        "Get a link to a record's evidence; without having opened it nobody confirms the record (三（二）)."
    )
    async def open_evidence(self, info: Info, input: OpenEvidenceInput) -> OpenEvidencePayload | None:
        """Get it."""
        path = f"/v1/records/{uuid_of(input.id, 'PersonRecord')}/evidence-file/open"
        done = await info.context.accounts.write("POST", path, body_of(input, "id"))
        return OpenEvidencePayload(
            file=EvidenceFile.of(done.record["file"]),
            download_url=link(info, done.record["download_url"]),
            expires_at=moment(done.record["expires_at"]),
            basis=Basis.each(done.basis),
        )
