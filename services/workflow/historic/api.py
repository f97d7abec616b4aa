"""Imports of historic certificates over HTTP: begun, sent by a link, checked in the background, applied as a whole."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.admission.errors import TooBusy
from services.admission.turns import PAPERS
from services.files.errors import LinkInvalid
from services.files.serving import attachment_headers
from services.kit.auth import CurrentActor, RoleMissing
from services.kit.db import Tx
from services.kit.errors import Unavailable
from services.kit.http import READS, Decided, Page, decided, language_of, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion
from services.spreadsheet import errors as unfit
from services.spreadsheet import sheets
from services.spreadsheet.columns import offered
from services.spreadsheet.sheets import MEDIA_TYPE
from services.workflow.act import CurrentAct
from services.workflow.certificate.errors import DocumentNumberInvalid
from services.workflow.historic import service, store, working
from services.workflow.historic.cells import terms_of
from services.workflow.historic.errors import (
    ChecksumDiffers,
    HistoricImportNotFound,
    HistoricImportOpen,
    NotInCharge,
)
from services.workflow.historic.links import REPORTS, SENDING
from services.workflow.historic.model import HistoricImport
from services.workflow.historic.schemas import (
    ImportIn,
    ImportOut,
    RefusalOut,
    RefusalsOut,
    ReportOut,
    SendingOut,
    StepIn,
)
from services.workflow.historic.service import Counter
from services.workflow.historic.states import Asked
from services.workflow.neighbours import AccountsService
from services.workflow.policy import CurrentPolicies

routes = router(prefix="/v1/historic-imports", tags=["historic"])
files = APIRouter(prefix="/v1/historic-files", tags=["historic"])
"""Files on their way: no transaction is open while bytes arrive, and the link is the right."""
FILES = (f"{files.prefix}/",)
STEP = (HistoricImportNotFound, ActionNotAvailable, NotYourStep, StaleVersion, RulesBroken)
UNFIT = (
    *(unfit.FileTooLarge, unfit.FileEmpty, unfit.FileTypeNotTaken, unfit.FileEncrypted, unfit.FileUnreadable),
    *(unfit.FileHasFormula, unfit.TooManyRows, unfit.TooManyColumns),
    *(unfit.ColumnMissing, unfit.ColumnRepeated, unfit.ColumnUnknown, ChecksumDiffers),
)


@routes.post(
    "", status_code=201, responses=refusals(RoleMissing, NotInCharge, HistoricImportOpen, Unavailable)
)
async def begin(
    body: ImportIn, request: Request, act: CurrentAct, accounts: AccountsService
) -> Decided[SendingOut]:
    """Begin an import (the person in charge at the organisation), and get the link to send the file to."""
    row, basis = await service.begin(act, accounts, body)
    rules = act.policies.latest.historic
    what = {"import_id": row.id, "organisation_id": row.organisation_id}
    path, ends = SENDING.issue(request.app.state.sealer, act.actor, rules.link_minutes, **what)
    record, most = ImportOut.told(row, act.actor), rules.reading.file_bytes
    return decided(SendingOut(record=record, upload_url=path, expires_at=ends, limit_bytes=most), basis)


@routes.get("/template", responses=refusals(TooBusy))
async def template(policies: CurrentPolicies) -> Response:
    """An empty file with the right columns, and what their cells may say (public)."""
    rules = policies.latest.historic
    offers = {field: offered(terms) for field, terms in terms_of(policies.latest).items()}
    content = await PAPERS.work(lambda: sheets.template(rules.columns, offers, rules.reading.rows))
    return _workbook(content, "历史证书导入模板.xlsx")


@routes.get("", responses=refusals())
async def list_imports(
    actor: CurrentActor, tx: Tx, organisation_id: UUID | None = None, first: First = 20, after: After = None
) -> Page[ImportOut]:
    """The imports of the caller's organisations, newest first."""
    found, cursor = await page(tx, store.listed(actor, organisation_id), HistoricImport.id, first, after)
    done = await working.progress(tx, [each.id for each in found])
    return Page(items=[ImportOut.told(each, actor, done[each.id]) for each in found], next_cursor=cursor)


@routes.get("/{import_id}", responses=refusals(HistoricImportNotFound))
async def read(import_id: UUID, actor: CurrentActor, tx: Tx) -> ImportOut:
    """An import, and how far it has come."""
    row = await store.get(tx, import_id, actor)
    return ImportOut.told(row, actor, (await working.of(tx, row.id)).done)


@routes.get("/{import_id}/refusals", responses=refusals(HistoricImportNotFound))
async def refused(
    import_id: UUID,
    request: Request,
    actor: CurrentActor,
    tx: Tx,
    first: First = 50,
    after_row: Annotated[int, Query(ge=0, le=2**31 - 1, description="go on after this row")] = 0,
) -> RefusalsOut:
    """What is wrong with which row, and in which column; in the order of the file."""
    row = await store.get(tx, import_id, actor)
    found = await store.refused_after(tx, row.id, after_row, first + 1)
    items = [told for each in found[:first] for told in RefusalOut.each(each, language_of(request))]
    return RefusalsOut(items=items, next_row=found[first - 1].row_no if len(found) > first else None)


@routes.post(
    "/{import_id}/actions/{action}",
    responses=refusals(*STEP, RoleMissing, DocumentNumberInvalid, Unavailable),
)
async def step(
    import_id: UUID, action: Asked, body: StepIn, act: CurrentAct, accounts: AccountsService
) -> Decided[ImportOut]:
    """Apply a checked import, all of it or nothing, or take it back by a document (the person in charge); or give one up."""
    row, basis = await service.act_on(act, accounts, import_id, action, body)
    return decided(ImportOut.told(row, act.actor), basis)


@routes.post("/{import_id}/report", responses=refusals(HistoricImportNotFound), openapi_extra=READS)
async def report(
    import_id: UUID, request: Request, actor: CurrentActor, policies: CurrentPolicies, tx: Tx
) -> Decided[ReportOut]:
    """A link to the refused rows as a workbook."""
    row, minutes = await store.get(tx, import_id, actor), policies.latest.historic.link_minutes
    what = {"import_id": row.id, "organisation_id": row.organisation_id}
    path, ends = REPORTS.issue(request.app.state.sealer, actor, minutes, **what)
    return decided(ReportOut(path=path, expires_at=ends))


async def counter_of(request: Request) -> Counter:
    """What it takes to receive a file and to give one out."""
    state = request.app.state
    settings = state.settings
    return Counter(state.db, state.policies, state.sealer, settings.province, settings.simulated_clock)


CurrentCounter = Annotated[Counter, Depends(counter_of)]


@files.put(
    "/{token}", responses=refusals(LinkInvalid, HistoricImportNotFound, ActionNotAvailable, TooBusy, *UNFIT)
)
async def send(token: str, request: Request, counter: CurrentCounter) -> Decided[ImportOut]:
    """Take the file of an import, XLSX or CSV; the link is the right to send it."""
    link = SENDING.read(counter.sealer, token)
    row, basis = await service.receive(counter, link, request.stream())
    return decided(ImportOut.told(row, link.actor), basis)


@files.get("/{token}", responses=refusals(LinkInvalid, HistoricImportNotFound, TooBusy))
async def fetch_report(token: str, counter: CurrentCounter) -> Response:
    """The refused rows of an import as a workbook; the link is the right to fetch it."""
    content = await service.report(counter, REPORTS.read(counter.sealer, token))
    return _workbook(content, "历史证书未通过的行.xlsx")


def _workbook(content: bytes, name: str) -> Response:
    return Response(content, media_type=MEDIA_TYPE, headers=attachment_headers(name, len(content)))
