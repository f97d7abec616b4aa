"""Files of materials sent in parts, straight to where files lie; they go on after a break (二（五）3)."""

from datetime import datetime

import strawberry

from gateway.clients import Decided
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional
from gateway.workflow.material import Material, RequestUploadInput, link


@strawberry.type(description="A part of a file: its bytes from `offset` on.")
class UploadPart(Told):
    """A part."""

    number: int = described("Which part, from 1 on.")
    offset: int = described("Where it begins in the file.")
    size: int = described("How many bytes it has.")
    url: str | None = described("PUT its raw bytes here; null: it is there.")


@strawberry.input(description="A file that is to come in parts.")
class BeginUploadInput(RequestUploadInput):
    """Announce it."""

    size: int = described("How many bytes the whole file has.")


@strawberry.input(description="A material whose file did not arrive whole.")
class GoOnUploadInput(Act):
    """Ask what is still to be sent."""

    id: strawberry.ID = id_of("Material", "The material.")
    size: int = described("How many bytes the whole file has.")


@strawberry.type(description="What of a file is still to be sent, and where to.")
class UploadPartsPayload(Payload):
    """Its parts."""

    material: Material | None = optional("The material that waits for its file.")
    parts: list[UploadPart] = listed("Every part of the file.")
    whole_url: str | None = optional(
        'PUT `{"sha256": …}` of the whole file here when every part is there: it is looked into and kept.'
    )
    expires_at: datetime | None = optional("Until when the links are good; ask again after it.")


@strawberry.type
class UploadMutation:
    """Acts on files in parts."""

    @mutation("Announce a file that is sent in parts, each over a link of its own (二（五）3).")
    async def begin_upload(self, info: Info, input: BeginUploadInput) -> UploadPartsPayload | None:
        """Announce it."""
        declaration = uuid_of(input.declaration_id, "Declaration", field="declaration_id")
        path = f"/v1/declarations/{declaration}/uploads"
        done = await info.context.workflow.write("POST", path, body_of(input, "declaration_id"))
        return parts_of(info, done)

    @mutation("What of a file is still to be sent, with new links; after a break, from anywhere.")
    async def go_on_upload(self, info: Info, input: GoOnUploadInput) -> UploadPartsPayload | None:
        """Ask."""
        path = f"/v1/materials/{uuid_of(input.id, 'Material')}/uploads"
        return parts_of(info, await info.context.workflow.write("POST", path, body_of(input, "id")))


def parts_of(info: Info, done: Decided) -> UploadPartsPayload:
    """The parts, with links as callers of the gateway use them; those of another server stay as they are."""
    parts = UploadPart.each(done.record["parts"])
    for part in parts:
        if part.url is not None and part.url.startswith("/"):
            part.url = link(info, part.url)
    return UploadPartsPayload(
        material=Material.of(done.record),
        parts=parts,
        whole_url=link(info, done.record["whole_url"]),
        expires_at=datetime.fromisoformat(done.record["expires_at"]),
        basis=Basis.each(done.basis),
    )
