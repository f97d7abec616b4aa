"""Materials over HTTP: announce, send, open, fetch, judge, remove."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from services.files.errors import UNFIT, Classified, FileTooLarge, FileTypeNotTaken, LinkInvalid
from services.files.serving import attachment
from services.kit.errors import Refusal
from services.kit.http import Decided, decided, refusals, router
from services.kit.sealing import Sealer
from services.kit.steps import RulesBroken
from services.workflow.declaration import store as declaration_store
from services.workflow.declaration.call import Call, CurrentCall
from services.workflow.declaration.errors import DeclarationNotFound, NotReturned, NotWithApplicant
from services.workflow.material import errors, links, parts, reading, service, store, upload
from services.workflow.material.links import Link, PartLink, Purpose, WholeLink
from services.workflow.material.model import Material
from services.workflow.material.schemas import (
    DownloadOut,
    MaterialIn,
    MaterialInParts,
    MaterialOut,
    PartsIn,
    PartsOut,
    UploadOut,
    VerdictIn,
    WholeIn,
)

FILES = tuple(f"/v1/{purpose.value}/" for purpose in (Purpose.UPLOAD, Purpose.PART, Purpose.DOWNLOAD))
"""Below these paths a link is the right; bodies are files, and count for themselves."""
SAID = (f"/v1/{Purpose.WHOLE.value}/",)
"""Below these a link is the right too; bodies are read as JSON before it is looked at, and are short."""

routes = router(prefix="/v1", tags=["material"])
going_on = router(prefix="/v1", tags=["material"], idempotent=False)
"""Nothing is written: said again it is told anew, and its transaction may end before the storage is asked."""
files = APIRouter(prefix="/v1", tags=["material"])
"""Files on their way: no transaction is open while bytes flow, and the link is the right."""

WRITING: tuple[type[Refusal], ...] = (DeclarationNotFound, NotWithApplicant, NotReturned, RulesBroken)
ANNOUNCING: tuple[type[Refusal], ...] = (
    *(errors.ItemNotAsked, errors.TooManyOfItem, errors.ReplacedNotThere),
    *(FileTypeNotTaken, Classified),
)
REFUSED_FILES = (LinkInvalid, *UNFIT, errors.AlreadyStored)


async def desk_of(request: Request) -> upload.Desk:
    """What it takes to receive a file."""
    state = request.app.state
    return upload.Desk(state.db, state.policies, state.storage, state.looking, state.settings.simulated_clock)


Desk = Annotated[upload.Desk, Depends(desk_of)]


@routes.post(
    "/declarations/{declaration_id}/materials",
    status_code=201,
    responses=refusals(*WRITING, *ANNOUNCING),
)
async def announce(declaration_id: UUID, body: MaterialIn, call: CurrentCall) -> Decided[UploadOut]:
    """Announce a material; its file is then PUT to `upload_url`."""
    material, basis = await service.announce(call, declaration_id, body)
    return decided(await _with_link(call, material), basis)


@routes.post("/materials/{material_id}/upload-link", responses=refusals(errors.MaterialNotFound, *WRITING))
async def link_again(material_id: UUID, call: CurrentCall) -> Decided[UploadOut]:
    """Another link for a material whose file did not arrive."""
    material, basis = await service.link_again(call, material_id)
    return decided(await _with_link(call, material), basis)


@routes.post(
    "/declarations/{declaration_id}/uploads",
    status_code=201,
    responses=refusals(*WRITING, *ANNOUNCING, FileTooLarge),
)
async def announce_in_parts(
    declaration_id: UUID, body: MaterialInParts, call: CurrentCall, desk: Desk
) -> Decided[PartsOut]:
    """Announce a material whose file is sent in parts: each is PUT to its `url`, then `whole_url` is told that all are there."""
    material, basis = await parts.begin(call, declaration_id, body)
    return decided(await _with_parts(call, material, body.size, desk, begun=False), basis)


@going_on.post(
    "/materials/{material_id}/uploads", responses=refusals(errors.MaterialNotFound, *WRITING, FileTooLarge)
)
async def go_on(material_id: UUID, body: PartsIn, call: CurrentCall, desk: Desk) -> Decided[PartsOut]:
    """What of a material's file is still to be sent, with new links; after a break, from anywhere."""
    material, basis = await service.link_again(call, material_id)
    return decided(await _with_parts(call, material, body.size, desk, begun=True), basis)


async def _with_parts(
    call: Call, material: Material, size: int, desk: upload.Desk, *, begun: bool
) -> PartsOut:
    left, whole_url, ends = await parts.links_of(call, material, size, desk.storage, begun=begun)
    told = MaterialOut.of(material).model_dump()
    return PartsOut(**told, parts=left, whole_url=whole_url, expires_at=ends)


async def _with_link(call: Call, material: Material) -> UploadOut:
    declaration = await declaration_store.get(call.tx, material.declaration_id, call.actor)
    policy = call.policy(declaration)
    url, ends = service.upload_link(call, material, policy)
    told = MaterialOut.of(material).model_dump()
    return UploadOut(**told, upload_url=url, expires_at=ends, limit_bytes=policy.material.limits.file_bytes)


@routes.get("/materials/{material_id}", responses=refusals(errors.MaterialNotFound))
async def read(material_id: UUID, call: CurrentCall) -> MaterialOut:
    """One material; verdicts are told to those who review."""
    material = await store.get(call.tx, material_id, call.actor)
    return await _told(call, material)


@routes.post("/materials/{material_id}/open", responses=refusals(errors.MaterialNotFound, errors.FileMissing))
async def open_(material_id: UUID, call: CurrentCall) -> Decided[DownloadOut]:
    """A link to read the file; a reviewer who asks for it is recorded as having opened the material."""
    url, ends, basis = await service.open_(call, material_id)
    return decided(DownloadOut(download_url=url, expires_at=ends), basis)


@routes.put(
    "/materials/{material_id}/verdict",
    responses=refusals(
        errors.MaterialNotFound, errors.NotYourMaterial, errors.NotOpened, errors.ReasonMissing, RulesBroken
    ),
)
async def judge(material_id: UUID, body: VerdictIn, call: CurrentCall) -> Decided[MaterialOut]:
    """Say what you found of a material you have opened."""
    material, basis = await service.judge(call, material_id, body)
    return decided(await _told(call, material), basis)


@routes.delete("/materials/{material_id}", responses=refusals(errors.MaterialNotFound, *WRITING))
async def remove(material_id: UUID, call: CurrentCall) -> Decided[MaterialOut]:
    """Take a material out of a declaration that is with its applicant."""
    material, basis = await service.remove(call, material_id)
    return decided(await _told(call, material), basis)


async def _told(call: Call, material: Material) -> MaterialOut:
    declaration = await declaration_store.get(call.tx, material.declaration_id, call.actor)
    [told] = (await reading.told(call, {declaration: [material]}))[declaration.id]
    return told


@files.put("/uploads/{token}", responses=refusals(*REFUSED_FILES, NotWithApplicant, NotReturned, RulesBroken))
async def put_file(token: str, request: Request, desk: Desk) -> Decided[MaterialOut]:
    """The raw bytes of a material's file. The link is the right; the same bytes again give the same answer."""
    sealer: Sealer = request.app.state.sealer
    link = links.read(sealer, Purpose.UPLOAD, token, Link)
    material, basis = await upload.receive(desk, link, request.stream())
    return decided(MaterialOut.of(material), basis)


@files.put(
    "/upload-parts/{token}",
    status_code=204,
    responses=refusals(
        *(LinkInvalid, FileTooLarge, errors.PartCut, errors.MaterialNotFound),
        *(NotWithApplicant, NotReturned, RulesBroken),
    ),
)
async def put_part(token: str, request: Request, desk: Desk) -> None:
    """The raw bytes of a part, where files lie in a folder of this service. The link is the right."""
    sealer: Sealer = request.app.state.sealer
    link = links.read(sealer, Purpose.PART, token, PartLink)
    await parts.take(desk, link, request.stream())


@files.put(
    "/whole-uploads/{token}",
    responses=refusals(
        *(*REFUSED_FILES, errors.PartsMissing, errors.DigestWrong, errors.MaterialNotFound),
        *(NotWithApplicant, NotReturned, RulesBroken),
    ),
)
async def finish(token: str, body: WholeIn, request: Request, desk: Desk) -> Decided[MaterialOut]:
    """All parts are there: they are read as one file and looked into. Said again after success it answers the same."""
    sealer: Sealer = request.app.state.sealer
    link = links.read(sealer, Purpose.WHOLE, token, WholeLink)
    material, basis = await parts.finish(desk, link, bytes.fromhex(body.sha256))
    return decided(MaterialOut.of(material), basis)


@files.get("/downloads/{token}", response_class=StreamingResponse, responses=refusals(LinkInvalid))
async def get_file(token: str, request: Request, desk: Desk) -> StreamingResponse:
    """The file, as an attachment: nothing in it runs in the reader's browser."""
    sealer: Sealer = request.app.state.sealer
    link = links.read(sealer, Purpose.DOWNLOAD, token, Link)
    async with desk.database.begin() as tx:
        material = await store.get_any(tx, link.material_id)
    assert material.storage_key is not None, "links are given for stored files only"
    assert material.media_type is not None, "what is stored was looked into"
    assert material.size is not None, "what is stored was counted"
    pieces = await desk.storage.open(material.storage_key)
    return attachment(
        pieces, file_name=material.file_name, media_type=material.media_type, size=material.size
    )
