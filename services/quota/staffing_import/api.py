"""Imports of rosters over HTTP: begun, sent by a link, checked, recorded; the template and the refused rows as workbooks."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.admission.errors import TooBusy
from services.admission.turns import PAPERS
from services.files.errors import LinkInvalid
from services.files.serving import attachment_headers
from services.kit.auth import Actor, CurrentActor, RoleMissing
from services.kit.clock import CurrentMoment, Moment
from services.kit.db import Tx
from services.kit.http import READS, Decided, Page, decided, language_of, refusals, router
from services.kit.paging import After, First
from services.kit.sealing import Sealer
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, decide
from services.neighbours.client import Neighbour
from services.quota.neighbours import AccountsService
from services.quota.policy import CurrentPolicies, Policies
from services.quota.staffing.errors import DepartmentKeepsNone, OnlyInstitutionsKeep, RowsRefused
from services.quota.staffing.service import keeper_of
from services.quota.staffing_import import service, store
from services.quota.staffing_import.errors import ImportOpen, StaffingImportNotFound
from services.quota.staffing_import.links import REPORTS, SENDING
from services.quota.staffing_import.roster import TERMS
from services.quota.staffing_import.schemas import (
    ImportIn,
    ImportOut,
    ImportWholeOut,
    ReportOut,
    SendingOut,
    StepIn,
)
from services.quota.staffing_import.service import Counter
from services.quota.staffing_import.states import Action
from services.quota.staffing_import.steps import STEPS
from services.spreadsheet import errors as unfit
from services.spreadsheet import sheets
from services.spreadsheet.columns import offered
from services.spreadsheet.sheets import MEDIA_TYPE

routes = router(prefix="/v1/staffing-imports", tags=["staffing imports 名册导入"])
files = APIRouter(prefix="/v1/staffing-files", tags=["staffing imports 名册导入"])
"""Files on their way: no transaction is open while bytes arrive, and the link is the right."""
STEP = (StaffingImportNotFound, ActionNotAvailable, NotYourStep, StaleVersion, RulesBroken)
UNFIT = (
    *(unfit.FileTooLarge, unfit.FileEmpty, unfit.FileTypeNotTaken, unfit.FileEncrypted, unfit.FileUnreadable),
    *(unfit.FileHasFormula, unfit.TooManyRows, unfit.TooManyColumns),
    *(unfit.ColumnMissing, unfit.ColumnRepeated, unfit.ColumnUnknown),
)


@routes.post(
    "",
    status_code=201,
    responses=refusals(RoleMissing, DepartmentKeepsNone, OnlyInstitutionsKeep, ImportOpen),
)
async def begin(
    body: ImportIn,
    request: Request,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[SendingOut]:
    """Begin the import of a unit's roster (its recommender), and get the link to send the file to."""
    policy = policies.counting_exits_on(body.on)
    keeper = keeper_of(actor, body.unit_id, policy, request.app.state.settings.province)
    row = await service.create(
        tx,
        keeper,
        file_name=body.file_name,
        on=body.on,
        plans=[each.plan() for each in body.plans],
        policy=policy,
        moment=moment,
    )
    rules = policy.staffing_import
    what = {"import_id": row.id, "unit_id": row.unit_id}
    path, ends = SENDING.issue(request.app.state.sealer, actor, rules.link_minutes, **what)
    sending = SendingOut(
        record=ImportOut.of(row, actor, language_of(request)),
        upload_url=path,
        expires_at=ends,
        limit_bytes=rules.limits.file_bytes,
    )
    return decided(sending, service.basis_of(policy))


@routes.get("/template", responses=refusals(TooBusy))
async def template(policies: CurrentPolicies) -> Response:
    """An empty roster with the right columns; for anybody."""
    rules = policies.newest.staffing_import
    offers = {field: offered(terms) for field, terms in TERMS.items()}
    content = await PAPERS.work(lambda: sheets.template(rules.columns, offers, rules.limits.rows))
    return _workbook(content, "岗位聘任名册模板.xlsx")


@routes.get("", responses=refusals())
async def list_imports(
    actor: CurrentActor,
    request: Request,
    tx: Tx,
    unit_id: UUID | None = None,
    first: First = 20,
    after: After = None,
) -> Page[ImportOut]:
    """The imports of the caller's units, newest first, each with how many of its rows were refused."""
    found, cursor = await store.page(tx, actor, unit_id, first=first, after=after)
    language = language_of(request)
    return Page(items=[ImportOut.of(each, actor, language) for each in found], next_cursor=cursor)


@routes.get("/{import_id}", responses=refusals(StaffingImportNotFound))
async def read(import_id: UUID, actor: CurrentActor, request: Request, tx: Tx) -> ImportWholeOut:
    """An import, with what is wrong with which row; of many refused rows the first, the rest is in the report."""
    return ImportWholeOut.of(await store.get(tx, import_id, actor), actor, language_of(request))


class Desk:
    """What a step of an import works with."""

    def __init__(
        self, request: Request, actor: CurrentActor, policies: CurrentPolicies, moment: CurrentMoment, tx: Tx
    ) -> None:
        self.tx: AsyncSession = tx
        self.actor: Actor = actor
        self.policies: Policies = policies
        self.moment: Moment = moment
        self.sealer: Sealer = request.app.state.sealer
        self.province: str = request.app.state.settings.province
        self.language = language_of(request)

    async def at_work(
        self, import_id: UUID, step: Action, accounts: Neighbour, version: int
    ) -> Mapping[str, Any]:
        """The import, locked, with its keeper, policy and people, as `check` and `apply` take them.

        Accounts is asked page by page, so before anybody else has to wait for the row; then it is judged anew.
        """
        row = await store.get(self.tx, import_id, self.actor)
        policy = self.policies.counting_exits_on(row.on_date)
        keeper = keeper_of(self.actor, row.unit_id, policy, self.province)
        decide(STEPS, row.as_case(), step, self.actor, policy.articles, version=version)
        people = await service.people_of(accounts, row.unit_id)
        return {
            "row": await store.lock(self.tx, import_id, self.actor),
            "keeper": keeper,
            "policy": policy,
            "sealer": self.sealer,
            "people": people,
            "moment": self.moment,
        }

    def told(self, work: Mapping[str, Any]) -> Decided[ImportWholeOut]:
        """What came of the step."""
        return decided(
            ImportWholeOut.of(work["row"], self.actor, self.language), service.basis_of(work["policy"])
        )


CurrentDesk = Annotated[Desk, Depends()]


@routes.post("/{import_id}/actions/CHECK", responses=refusals(*STEP))
async def check(
    import_id: UUID, body: StepIn, desk: CurrentDesk, accounts: AccountsService
) -> Decided[ImportWholeOut]:
    """Look at every row as the ledger would; nothing is recorded. May be asked again."""
    work = await desk.at_work(import_id, Action.CHECK, accounts, body.version)
    await service.check(desk.tx, version=body.version, **work)
    return desk.told(work)


@routes.post("/{import_id}/actions/APPLY", responses=refusals(*STEP, RowsRefused))
async def apply(
    import_id: UUID, body: StepIn, desk: CurrentDesk, accounts: AccountsService
) -> Decided[ImportWholeOut]:
    """Record the whole roster in the ledger, or nothing of it."""
    work = await desk.at_work(import_id, Action.APPLY, accounts, body.version)
    await service.apply(desk.tx, version=body.version, **work)
    return desk.told(work)


@routes.post("/{import_id}/actions/CANCEL", responses=refusals(*STEP))
async def cancel(import_id: UUID, body: StepIn, desk: CurrentDesk) -> Decided[ImportWholeOut]:
    """Give it up; its rows are forgotten."""
    row = await store.lock(desk.tx, import_id, desk.actor)
    policy = desk.policies.counting_exits_on(row.on_date)
    await service.cancel(desk.tx, row, policy, desk.actor, desk.moment, version=body.version)
    return desk.told({"row": row, "policy": policy})


@routes.post("/{import_id}/report", responses=refusals(StaffingImportNotFound), openapi_extra=READS)
async def report(
    import_id: UUID, request: Request, actor: CurrentActor, policies: CurrentPolicies, tx: Tx
) -> Decided[ReportOut]:
    """A link to the refused rows as a workbook."""
    row = await store.get(tx, import_id, actor)
    minutes = policies.counting_exits_on(row.on_date).staffing_import.link_minutes
    what = {"import_id": row.id, "unit_id": row.unit_id}
    path, ends = REPORTS.issue(request.app.state.sealer, actor, minutes, **what)
    return decided(ReportOut(path=path, expires_at=ends))


async def counter_of(request: Request) -> Counter:
    """What it takes to receive a file and to give one out."""
    state = request.app.state
    return Counter(state.db, state.policies, state.sealer, state.settings.simulated_clock)


CurrentCounter = Annotated[Counter, Depends(counter_of)]


@files.put(
    "/{token}", responses=refusals(LinkInvalid, StaffingImportNotFound, ActionNotAvailable, TooBusy, *UNFIT)
)
async def send(token: str, request: Request, counter: CurrentCounter) -> Decided[ImportOut]:
    """Take the file of an import, XLSX or CSV; the link is the right to send it."""
    link = SENDING.read(counter.sealer, token)
    row, policy = await service.receive(counter, link, request.stream())
    return decided(ImportOut.of(row, link.actor, language_of(request)), service.basis_of(policy))


@files.get("/{token}", responses=refusals(LinkInvalid, StaffingImportNotFound, TooBusy))
async def fetch_report(token: str, counter: CurrentCounter) -> Response:
    """The refused rows of an import as a workbook; the link is the right to fetch it."""
    link = REPORTS.read(counter.sealer, token)
    async with counter.db.begin() as tx:
        row = await store.get(tx, link.import_id, link.actor)
    columns = counter.policies.counting_exits_on(row.on_date).staffing_import.columns
    refused = service.refused_rows(row, counter.sealer)
    content = await PAPERS.work(lambda: sheets.report(columns, refused))
    return _workbook(content, "名册未通过的行.xlsx")


def _workbook(content: bytes, name: str) -> Response:
    return Response(content, media_type=MEDIA_TYPE, headers=attachment_headers(name, len(content)))
