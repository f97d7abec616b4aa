"""Papers over HTTP: a link to a printed annual form for who may see it; Annex 1 for anybody."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.admission.errors import TooBusy
from services.files.errors import LinkInvalid
from services.files.serving import attachment_headers
from services.kit.auth import CurrentActor
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import READS, Decided, decided, refusals, router
from services.quota.annual_form import store as forms
from services.quota.annual_form.errors import FormNotFound
from services.quota.neighbours import AccountsService
from services.quota.policy import CurrentPolicies, YearUnknown
from services.quota.printing import service
from services.quota.printing.links import PAPERS
from services.quota.printing.schemas import FormPaperIn, PaperOut
from services.quota.printing.service import Printed, RatioTables
from services.quota.printing.states import PaperFormat
from services.quota.system import SYSTEM

routes = router(prefix="/v1/papers", tags=["papers 打印"])


@routes.post("/annual-forms", status_code=201, responses=refusals(FormNotFound), openapi_extra=READS)
async def annual_form(body: FormPaperIn, request: Request, actor: CurrentActor, tx: Tx) -> Decided[PaperOut]:
    """A link to the printed annual form, four copies with the places of their seals; PDF, XLSX or a picture."""
    form = await forms.get(tx, body.form_id, actor)
    what = {"form_id": form.id, "format": body.format}
    state = request.app.state
    path, ends = PAPERS.issue(state.sealer, actor, state.settings.link_minutes, **what)
    return decided(PaperOut(path=path, expires_at=ends))


@routes.get("/ratio-table", responses=refusals(YearUnknown, TooBusy))
async def ratio_table(
    request: Request,
    policies: CurrentPolicies,
    format: PaperFormat = PaperFormat.PDF,
    year: Annotated[int | None, Query(description="缺省为最新年度")] = None,
) -> Response:
    """The printed table of Annex 1; for anybody."""
    policy = policies.newest if year is None else policies.of(year)
    tables: RatioTables = request.app.state.ratio_tables
    return _sent(await tables.of(policy, format))


@routes.get("/{token}", responses=refusals(LinkInvalid, FormNotFound, TooBusy))
async def fetch(
    token: str,
    request: Request,
    accounts: AccountsService,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Response:
    """The paper that a link is for."""
    link = PAPERS.read(request.app.state.sealer, token)
    form = await forms.get(tx, link.form_id, SYSTEM)
    policy = policies.of(form.year)
    return _sent(await service.annual_form_of(tx, form, link.format, policy, accounts, moment))


def _sent(printed: Printed) -> Response:
    headers = attachment_headers(printed.file_name, len(printed.content))
    return Response(printed.content, media_type=printed.media_type, headers=headers)
