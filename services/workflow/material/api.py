"""Materials over HTTP: announce, send, open, fetch, judge, remove."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from services.files.errors import UNFIT, Classified, FileTypeNotTaken, LinkInvalid
from services.files.serving import attachment
from services.kit.errors import Refusal
from services.kit.http import Decided, decided, refusals, router
from services.kit.sealing import Sealer
from services.kit.steps import RulesBroken
from services.workflow.declaration import store as declaration_store
from services.workflow.declaration.call import Call, CurrentCall
from services.workflow.declaration.errors import DeclarationNotFound, NotReturned, NotWithApplicant
from services.workflow.material import errors, links, reading, service, store, upload
from services.workflow.material.links import Purpose
from services.workflow.material.model import Material
from services.workflow.material.schemas import DownloadOut, MaterialIn, MaterialOut, UploadOut, VerdictIn

UPLOADS, DOWNLOADS = f"/v1/{Purpose.UPLOAD.value}/", f"/v1/{Purpose.DOWNLOAD.value}/"
"""Bodies under this path are files: they count for themselves."""

routes = router(prefix="/v1", tags=["material"])
files = APIRouter(prefix="/v1", tags=["material"])
"""Files on their way: no transaction is open while bytes flow, and the link is the right."""

WRITING: tuple[type[Refusal], ...] = (DeclarationNotFound, NotWithApplicant, NotReturned, RulesBroken)
REFUSED_FILES = (LinkInvalid, *UNFIT, errors.AlreadyStored)


@routes.post(
    "/declarations/{declaration_id}/materials",
    status_code=201,
    responses=refusals(
        *WRITING,
        errors.ItemNotAsked,
        errors.TooManyOfItem,
        errors.ReplacedNotThere,
        FileTypeNotTaken,
        Classified,
    ),
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
    (told,) = await reading.told(call, declaration, [material])
    return told


def desk_of(request: Request) -> upload.Desk:
    """What it takes to receive a file."""
    state = request.app.state
    return upload.Desk(state.db, state.policies, state.storage, state.looking, state.settings.simulated_clock)


Desk = Annotated[upload.Desk, Depends(desk_of)]


@files.put("/uploads/{token}", responses=refusals(*REFUSED_FILES, NotWithApplicant, NotReturned, RulesBroken))
async def put_file(token: str, request: Request, desk: Desk) -> Decided[MaterialOut]:
    """The raw bytes of a material's file. The link is the right; the same bytes again give the same answer."""
    sealer: Sealer = request.app.state.sealer
    link = links.read(sealer, Purpose.UPLOAD, token)
    material, basis = await upload.receive(desk, link, request.stream())
    return decided(MaterialOut.of(material), basis)


@files.get("/downloads/{token}", response_class=StreamingResponse, responses=refusals(LinkInvalid))
async def get_file(token: str, request: Request, desk: Desk) -> StreamingResponse:
    """The file, as an attachment: nothing in it runs in the reader's browser."""
    sealer: Sealer = request.app.state.sealer
    link = links.read(sealer, Purpose.DOWNLOAD, token)
    async with desk.database.begin() as tx:
        material = await store.get_any(tx, link.material_id)
    assert material.storage_key is not None, "links are given for stored files only"
    assert material.media_type is not None, "what is stored was looked into"
    assert material.size is not None, "what is stored was counted"
    pieces = await desk.storage.open(material.storage_key)
    return attachment(
        pieces, file_name=material.file_name, media_type=material.media_type, size=material.size
    )
