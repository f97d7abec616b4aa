"""Imports over HTTP: begin, send the file, watch, read what was refused, apply, fetch the codes."""

from collections.abc import Sequence
from typing import Annotated, get_args
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.installation import CurrentDesk
from services.accounts.intake import errors, links, papers, service, store
from services.accounts.intake.links import Link
from services.accounts.intake.model import Intake
from services.accounts.intake.schemas import (
    ActionIn,
    ImportIn,
    ImportOut,
    LinkIn,
    LinkOut,
    RowOut,
    RowsOut,
    TakenByCall,
    UploadOut,
)
from services.accounts.intake.service import Counter
from services.accounts.intake.states import AT_WORK, Action, Kind, Paper, State
from services.accounts.intake.steps import STEPS
from services.accounts.organisation.errors import OrganisationNotFound, OrganisationNotInUse
from services.admission.errors import TooBusy
from services.admission.turns import PAPERS
from services.kit.auth import Actor, CurrentActor, InsufficientScope
from services.kit.db import Tx
from services.kit.errors import Language
from services.kit.http import OWN, SCOPE, Decided, FindingOut, Page, decided, language_of, refusals, router
from services.kit.paging import After, First, page
from services.kit.sealing import Sealer
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.spreadsheet import errors as unfit
from services.spreadsheet.sheets import MEDIA_TYPE

imports = router(prefix="/v1/imports", tags=["imports"])
import_files = APIRouter(prefix="/v1", tags=["imports"])
"""Files on their way: no transaction is open while bytes arrive, and the link is the right."""

RowNo = Annotated[int, Query(ge=0, le=2**31 - 1, description="`next_row` of the page before")]


@imports.post(
    "",
    status_code=201,
    responses=refusals(OrganisationNotFound, OrganisationNotInUse, errors.TooManyImports),
)
async def begin(body: ImportIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[UploadOut]:
    """Begin an import; its file is then PUT to `upload_url`."""
    intake, basis = await service.begin(tx, desk, actor, body)
    return decided(_with_link(desk, actor, intake), basis)


@imports.post("/{import_id}/upload-link", responses=refusals(errors.ImportNotFound))
async def link_again(import_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[UploadOut]:
    """Another link for an import whose file did not arrive."""
    intake = await store.get(tx, import_id, seen_by=actor)
    return decided(_with_link(desk, actor, intake), [desk.policy.articles["imports"]])


def _with_link(desk: CurrentDesk, actor: Actor, intake: Intake) -> UploadOut:
    limits = desk.policy.intake.limits
    url, ends = links.issue(
        desk.installation.sealer,
        actor,
        limits.link_minutes,
        organisation_id=intake.organisation_id,
        import_id=intake.id,
    )
    record = told(intake, actor, 0)
    return UploadOut(record=record, upload_url=url, expires_at=ends, limit_bytes=limits.file_bytes)


@imports.get("", responses=refusals())
async def list_imports(
    actor: CurrentActor,
    tx: Tx,
    organisation_id: UUID | None = None,
    first: First = 50,
    after: After = None,
) -> Page[ImportOut]:
    """The imports of the organisations that the caller manages, newest first."""
    rows, cursor = await page(tx, store.listed(actor, organisation_id), Intake.id, first, after)
    done = await store.progress(tx, [row.id for row in rows])
    return Page(items=[told(row, actor, done.get(row.id, 0)) for row in rows], next_cursor=cursor)


@imports.get("/template", responses=refusals())
async def template(kind: Kind, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Response:
    """An empty file with the right columns (XLSX)."""
    authorization.require_somewhere(Act.IMPORT, actor)
    await tx.commit()  # only the time was read: no connection is held while it is made
    return _file(await papers.template(desk, kind), Paper.TEMPLATE, kind)


@imports.post("/links", responses=refusals(errors.ImportNotFound))
async def link(body: LinkIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[LinkOut]:
    """A link to fetch a template, a report or codes from, for a browser that cannot send the token.

    Raises:
        InsufficientScope: a third party's client would fetch codes: whoever has one sets the password.
    """
    if body.paper is Paper.ACTIVATIONS and actor.scope is not None:
        raise InsufficientScope(scope=OWN[SCOPE])
    authorization.require_somewhere(Act.IMPORT, actor)
    where, kind = None, body.kind
    if body.paper is not Paper.TEMPLATE:
        assert body.import_id is not None
        intake = await store.get(tx, body.import_id, seen_by=actor)
        where, kind = intake.organisation_id, intake.what
    url, ends = links.issue(
        desk.installation.sealer,
        actor,
        desk.policy.intake.limits.link_minutes,
        organisation_id=where,
        import_id=body.import_id,
        paper=body.paper,
        kind=kind,
    )
    return decided(LinkOut(download_url=url, expires_at=ends), [desk.policy.articles["imports"]])


@imports.get("/{import_id}", responses=refusals(errors.ImportNotFound))
async def read(import_id: UUID, actor: CurrentActor, tx: Tx) -> ImportOut:
    """An import and how far it has come."""
    intake = await store.get(tx, import_id, seen_by=actor)
    return told(intake, actor, (await store.progress(tx, [intake.id])).get(intake.id, 0))


@imports.get("/{import_id}/refused-rows", responses=refusals(errors.ImportNotFound))
async def refused_rows(
    import_id: UUID, request: Request, actor: CurrentActor, tx: Tx, first: First = 50, after_row: RowNo = 0
) -> RowsOut:
    """The rows that would not be imported, in the order of the file, and why; their cells are in the report only."""
    intake = await store.get(tx, import_id, seen_by=actor)
    rows = await store.refused_after(tx, intake.id, after_row, first + 1)
    language = language_of(request)
    items = [
        RowOut(row_no=row.row_no, findings=_findings(row.refusals or [], language)) for row in rows[:first]
    ]
    return RowsOut(items=items, next_row=items[-1].row_no if len(rows) > first else None)


def _findings(kept: Sequence[dict[str, object]], language: Language) -> list[FindingOut]:
    return [
        FindingOut.model_validate({**each, "message": each["en" if language is Language.EN else "zh"]})
        for each in kept
    ]


@imports.get("/{import_id}/report", responses=refusals(errors.ImportNotFound))
async def report(import_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Response:
    """The refused rows as a file (XLSX), numbers of documents masked."""
    intake, content = await papers.report(tx, desk, actor, import_id)
    return _file(content, Paper.REPORT, intake.what)


@imports.get(
    "/{import_id}/activations",
    responses=refusals(errors.ImportNotFound, errors.NotYoursAlone),
    openapi_extra=OWN,  # whoever has a code sets the password
)
async def activations(import_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Response:
    """The codes for first passwords as a file (XLSX), for whoever imported, while they are good."""
    intake, content = await papers.activations(tx, desk, actor, import_id)
    return _file(content, Paper.ACTIVATIONS, intake.what)


@imports.post(
    "/{import_id}/actions/{action}",
    responses=refusals(errors.ImportNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion),
)
async def act(
    import_id: UUID,
    action: TakenByCall,
    body: ActionIn,
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
) -> Decided[ImportOut]:
    """Take a step: import what was accepted, check again, or give up."""
    intake, basis = await service.act(tx, desk, actor, import_id, Action(action), body)
    return decided(told(intake, actor, 0), basis)


def told(intake: Intake, actor: Actor, done: int) -> ImportOut:
    """An import as answers tell it."""
    state = State(intake.state)
    total = intake.accepted if state in (State.APPLYING, State.DONE) else intake.rows
    possible = available_actions(STEPS, intake.as_case(), actor)
    fields = {name: getattr(intake, name) for name in ImportOut.model_fields if hasattr(intake, name)}
    return ImportOut.model_validate(
        {
            **fields,
            "done": done if state in AT_WORK else (0 if state is State.RECEIVING else total),
            "total": total,
            "available_actions": [each for each in possible if each in get_args(TakenByCall)],
        }
    )


async def counter_of(request: Request) -> Counter:
    """What it takes to receive a file."""
    state = request.app.state
    return Counter(state.db, state.installation, state.settings.simulated_clock)


CurrentCounter = Annotated[Counter, Depends(counter_of)]
UNFIT = (
    *(errors.LinkInvalid, errors.ImportNotFound, unfit.FileTooLarge, unfit.FileEmpty),
    *(unfit.FileTypeNotTaken, unfit.FileEncrypted, unfit.FileUnreadable, unfit.FileHasFormula),
    *(unfit.TooManyRows, unfit.TooManyColumns, unfit.ColumnMissing, unfit.ColumnRepeated),
    *(unfit.ColumnUnknown, ActionNotAvailable, TooBusy),
)


@import_files.put("/import-files/{token}", responses=refusals(*UNFIT))
async def put_file(token: str, request: Request, counter: CurrentCounter) -> Decided[ImportOut]:
    """The raw bytes of an import's file, XLSX or CSV. The link is the right."""
    sealer: Sealer = request.app.state.sealer
    link = links.read(sealer, token, sending=True)
    intake, basis = await service.receive(counter, link, request.stream())
    return decided(told(intake, link.actor, 0), basis)


@import_files.get(
    "/import-files/{token}", responses=refusals(errors.LinkInvalid, errors.NotYoursAlone, TooBusy)
)
async def get_file(token: str, request: Request, counter: CurrentCounter) -> Response:
    """The file that a link was given for."""
    sealer: Sealer = request.app.state.sealer
    link = links.read(sealer, token, sending=False)
    assert link.paper is not None, "links for sending are refused above"
    assert link.kind is not None, "links for fetching name their kind"
    async with PAPERS, counter.db.begin() as tx:
        content = await _content(tx, await counter.desk(tx), link)
    return _file(content, link.paper, link.kind)


async def _content(tx: Tx, desk: CurrentDesk, link: Link) -> bytes:
    if link.paper is Paper.TEMPLATE or link.import_id is None:
        assert link.kind is not None
        return await papers.template(desk, link.kind)
    make = papers.report if link.paper is Paper.REPORT else papers.activations
    return (await make(tx, desk, link.actor, link.import_id))[1]


def _file(content: bytes, paper: Paper, kind: Kind) -> Response:
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(papers.file_name(paper, kind))}",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
