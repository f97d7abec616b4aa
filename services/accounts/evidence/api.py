"""Evidence over HTTP: a link to send a file, the file itself, its versions, a link to open one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from services.accounts.contract import EvidenceFile
from services.accounts.evidence import errors, links, service, store
from services.accounts.evidence.counter import Counter, hand_out, receive
from services.accounts.evidence.schemas import (
    OpeningIn,
    OpeningOut,
    SendingIn,
    SendingOut,
    VersionsOut,
    told_of,
)
from services.accounts.installation import CurrentDesk
from services.accounts.learning.errors import TestNotPassed
from services.accounts.record import store as records
from services.accounts.record.errors import RecordNotFound
from services.files.errors import UNFIT, Classified, FileTypeNotTaken, LinkInvalid
from services.files.serving import attachment
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.errors import Refusal
from services.kit.http import Decided, decided, refusals, router
from services.kit.steps import ActionNotAvailable, NotYourStep, StaleVersion

evidence = router(prefix="/v1/records", tags=["evidence"])
evidence_files = APIRouter(prefix="/v1", tags=["evidence"])
"""Files on their way: no transaction is open while bytes flow, and the link is the right."""

SENDING: tuple[type[Refusal], ...] = (
    *(RecordNotFound, ActionNotAvailable, NotYourStep, StaleVersion, TestNotPassed),
    errors.EvidenceDiffers,
)


@evidence.post(
    "/{record_id}/evidence-file",
    responses=refusals(*SENDING, FileTypeNotTaken, Classified, errors.NamedByNumber),
)
async def ask_to_send(
    record_id: UUID, body: SendingIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[SendingOut]:
    """A link to send a file for a record that is not confirmed, in place of the one that is there."""
    link, basis = await service.ask_to_send(tx, desk, actor, record_id, body)
    told = SendingOut(
        upload_url=links.path_of(desk.installation.sealer, link),
        expires_at=link.expires_at,
        limit_bytes=desk.policy.evidence.limits.file_bytes,
    )
    return decided(told, basis)


@evidence.post("/{record_id}/evidence-file/open", responses=refusals(RecordNotFound, errors.EvidenceNotThere))
async def ask_to_open(
    record_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx, body: OpeningIn | None = None
) -> Decided[OpeningOut]:
    """A link to fetch the evidence; whoever fetches it has opened it."""
    number = body.number if body else None
    file, link, basis = await service.ask_to_open(tx, desk, actor, record_id, number)
    url = links.path_of(desk.installation.sealer, link)
    return decided(OpeningOut(file=told_of(file), download_url=url, expires_at=link.expires_at), basis)


@evidence.get("/{record_id}/evidence-files", responses=refusals(RecordNotFound))
async def versions(record_id: UUID, actor: CurrentActor, tx: Tx) -> VersionsOut:
    """Every version of the evidence that was sent, oldest first."""
    record, _ = await records.get(tx, record_id, seen_by=actor)
    found = await tx.scalars(store.of_record(record.id))
    return VersionsOut(items=[told_of(each) for each in found])


async def counter_of(request: Request) -> Counter:
    """What it takes to receive and hand out files."""
    state = request.app.state
    return Counter(state.db, state.installation, state.storage, state.looking, state.settings.simulated_clock)


CurrentCounter = Annotated[Counter, Depends(counter_of)]


@evidence_files.put(
    "/evidence-files/{token}", responses=refusals(LinkInvalid, *UNFIT, *SENDING, errors.EvidenceReplaced)
)
async def put_file(token: str, request: Request, counter: CurrentCounter) -> Decided[EvidenceFile]:
    """The raw bytes of a file. The link is the right; the same bytes again give the same answer."""
    link = links.read_sending(counter.installation.sealer, token)
    file, basis = await receive(counter, link, request.stream())
    return decided(told_of(file), basis)


@evidence_files.get(
    "/evidence-files/{token}",
    response_class=StreamingResponse,
    responses=refusals(LinkInvalid, errors.EvidenceNotThere),
)
async def get_file(token: str, counter: CurrentCounter) -> StreamingResponse:
    """The file, as an attachment: nothing in it runs in the reader's browser."""
    link = links.read_fetching(counter.installation.sealer, token)
    file, pieces = await hand_out(counter, link)
    return attachment(pieces, file_name=file.file_name, media_type=file.media_type, size=file.size)
