"""Materials (佐证材料): files that prove something. They come and go by links; reviewers open and judge them one by one (三（二）)."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.clients import Decided
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import Entity, OneByOne
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms


@terms("Where a material stands.")
class MaterialState(Enum):
    """State of a material."""

    AWAITING_FILE = "待上传"
    STORED = "已上传"
    REPLACED = "已被替换"
    REMOVED = "已删除"


@terms("What a reviewer finds of a material (三（二）).")
class Verdict(Enum):
    """Finding on a material."""

    SOUND = "真实有效"
    DEFICIENT = "有问题"


@strawberry.type(description="What a reviewer found of a material (审核意见).")
class MaterialVerdict(Told):
    """A verdict."""

    reviewer_name: str | None = described("Who found it (审核人).")
    round: int | None = described("In which round of submission.")
    verdict: Verdict = described("What was found.")
    reason: str | None = described("Why.")
    judged_at: datetime | None = described("When.")
    organisation_id: strawberry.Private[UUID | None]

    @strawberry.field(description="For which organisation.")
    def organisation(self, info: Info) -> Organisation | None:
        """The reviewing organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(description="A material and, once it is there, its file (佐证材料).")
class Material(Entity):
    """A material."""

    source = OneByOne("workflow", "/v1/materials")

    id: relay.NodeID[UUID]
    item: str = described("Which kind of material it is, as the policy names it.")
    title: str = described("What it proves (名称).")
    file_name: str = described("How its file is called.")
    state: MaterialState = described("Where it stands.")
    media_type: str | None = described("What the file is; found out from its bytes.")
    size: int | None = described("Bytes.")
    sha256: str | None = described("Digest of the file, in hexadecimal.")
    obtained_on: date | None = described("When what it proves was obtained (取得时间).")
    stored_at: datetime | None = described("When the file came.")
    verdicts: list[MaterialVerdict] = listed("What the reviewers found, each of them.")
    replaces_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The id of the one it replaces.")
    def replaces(self) -> strawberry.ID | None:
        """The former one."""
        return (
            strawberry.ID(str(relay.GlobalID("Material", str(self.replaces_id))))
            if self.replaces_id
            else None
        )


@strawberry.input(description="A file that is to come.")
class RequestUploadInput(Act):
    """Announce a file."""

    declaration_id: strawberry.ID = id_of("Declaration", "For which declaration.")
    item: str = described("Which kind of material it is, as `asked` of the declaration names it.")
    title: str = described("What it proves (名称).")
    file_name: str = described("How the file is called.")
    obtained_on: date | None = optional("When what it proves was obtained (取得时间).")
    replaces_id: strawberry.ID | None = optional_id_of("Material", "The one it replaces.")


@strawberry.input(description="A material whose file did not arrive.")
class RenewUploadLinkInput(Act):
    """Ask for another link."""

    id: strawberry.ID = id_of("Material", "The material.")


@strawberry.input(description="A material to be opened.")
class OpenMaterialInput(Act):
    """Open a material."""

    id: strawberry.ID = id_of("Material", "The material.")


@strawberry.input(description="A finding on a material that the reviewer has opened.")
class JudgeMaterialInput(Act):
    """Judge a material."""

    id: strawberry.ID = id_of("Material", "The material.")
    verdict: Verdict = described("What was found.")
    reason: str | None = optional("Why; needed where something is wrong.")


@strawberry.input(description="A material to be taken away.")
class RemoveMaterialInput(Act):
    """Remove a material."""

    id: strawberry.ID = id_of("Material", "The material.")


@strawberry.type(description="What came of announcing a file.")
class RequestUploadPayload(Payload):
    """Where to send it."""

    material: Material | None = optional("The material that waits for its file.")
    upload_url: str | None = optional("PUT the raw bytes here; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")
    limit_bytes: int | None = optional("How large the file may be.")


@strawberry.type(description="What came of opening a material.")
class OpenMaterialPayload(Payload):
    """Where to read it."""

    download_url: str | None = optional("GET the file here; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")


@strawberry.type(description="What came of an act on a material.")
class MaterialPayload(Payload):
    """The material."""

    material: Material | None = optional("The material as it is now.")


@strawberry.type
class MaterialMutation:
    """Acts on materials."""

    @mutation("Announce a file and get the link to send it to (二（五）3).")
    async def request_upload(self, info: Info, input: RequestUploadInput) -> RequestUploadPayload | None:
        """Announce it."""
        declaration = uuid_of(input.declaration_id, "Declaration", field="declaration_id")
        path = f"/v1/declarations/{declaration}/materials"
        done = await info.context.workflow.write("POST", path, body_of(input, "declaration_id"))
        return upload_of(info, done)

    @mutation("Get another link for a material whose file did not arrive.")
    async def renew_upload_link(self, info: Info, input: RenewUploadLinkInput) -> RequestUploadPayload | None:
        """Get it."""
        path = f"/v1/materials/{uuid_of(input.id, 'Material')}/upload-link"
        return upload_of(info, await info.context.workflow.write("POST", path))

    @mutation("Open a material to review it; that it was opened is recorded (三（二）).")
    async def open_material(self, info: Info, input: OpenMaterialInput) -> OpenMaterialPayload | None:
        """Open it."""
        done = await info.context.workflow.write(
            "POST", f"/v1/materials/{uuid_of(input.id, 'Material')}/open"
        )
        return OpenMaterialPayload(
            download_url=link(info, done.record["download_url"]),
            expires_at=moment(done.record.get("expires_at")),
            basis=Basis.each(done.basis),
        )

    @mutation("Judge a material that one has opened (三（二）).")
    async def judge_material(self, info: Info, input: JudgeMaterialInput) -> MaterialPayload | None:
        """Judge it."""
        path = f"/v1/materials/{uuid_of(input.id, 'Material')}/verdict"
        done = await info.context.workflow.write("PUT", path, body_of(input, "id"))
        return MaterialPayload(material=Material.of(done.record), basis=Basis.each(done.basis))

    @mutation("Take a material away, while the declaration is with the applicant.")
    async def remove_material(self, info: Info, input: RemoveMaterialInput) -> MaterialPayload | None:
        """Remove it."""
        done = await info.context.workflow.write("DELETE", f"/v1/materials/{uuid_of(input.id, 'Material')}")
        return MaterialPayload(material=Material.of(done.record), basis=Basis.each(done.basis))


def upload_of(info: Info, done: Decided) -> RequestUploadPayload:
    """A material with the link to send its file to."""
    return RequestUploadPayload(
        material=Material.of(done.record),
        upload_url=link(info, done.record["upload_url"]),
        expires_at=moment(done.record.get("expires_at")),
        limit_bytes=done.record.get("limit_bytes"),
        basis=Basis.each(done.basis),
    )


def link(info: Info, path: str) -> str:
    """A link of a service as callers of the gateway use it."""
    return f"{info.context.base_url}{path.removeprefix('/v1')}"


def file_at(info: Info, done: Decided) -> dict[str, Any]:
    """Of a payload that leads to a file: where it is, until when, and the articles its link rests on."""
    return {
        "download_url": link(info, done.record["path"]),
        "expires_at": moment(done.record.get("expires_at")),
        "basis": Basis.each(done.basis),
    }


def moment(told: str | None) -> datetime | None:
    """An instant, where one is told."""
    return datetime.fromisoformat(told) if told else None
