"""The HTTP face of integrity: complaints by anybody, cases from the investigation to the appeal, the archive, bars."""

from uuid import UUID

from fastapi import Request

from services.kit.auth import PerhapsActor
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow import authorship
from services.workflow.act import Act, CurrentAct, CurrentLook
from services.workflow.call import CurrentCall
from services.workflow.certificate.errors import ChangeNotPossible, DocumentNumberInvalid
from services.workflow.integrity import deciding, errors, identifying, opening, reversing, service, store
from services.workflow.integrity.archive_api import routes as archive
from services.workflow.integrity.involvement import is_about
from services.workflow.integrity.model import IntegrityCase
from services.workflow.integrity.schemas import (
    AppealIn,
    CaseIn,
    CaseOut,
    ChargeIn,
    CheckIn,
    ComplaintIn,
    ComplaintReceipt,
    DecisionIn,
    IdentifyIn,
    StatementIn,
    VerdictIn,
)
from services.workflow.integrity.states import CaseAction, CaseState, CheckAction
from services.workflow.integrity.steps import CASE_STEPS
from services.workflow.publicity.errors import ObjectionNotFound
from services.workflow.report.errors import ReportNotFound
from services.workflow.supervision.errors import FindingNotFound, YouActedOnIt

routes = router(prefix="/v1/integrity", tags=["integrity"])
complaints = router(prefix="/v1/complaints", tags=["integrity"], idempotent=False)
"""A complaint leaves no key of its author: written at the same instant, it would tell who complained."""
STEP = (errors.CaseNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion)


def _told(row: IntegrityCase, act: Act) -> CaseOut:
    """The case; what was alleged is not for the person, who might know by it who complained."""
    told = CaseOut.of(row, available_actions(CASE_STEPS, service.facts_of(row, act), act.actor))
    if not is_about(row, act.actor):
        return told
    return told.model_copy(update={"text": None, "number": None, "holder_name": None})


@complaints.post(
    "",
    status_code=201,
    responses=refusals(
        errors.NobodyConcerned,
        errors.TooManyComplaints,
        authorship.SignInToBeNamed,
        authorship.AnonymousWithoutKey,
    ),
)
async def complain(
    body: ComplaintIn, request: Request, actor: PerhapsActor, look: CurrentLook
) -> Decided[ComplaintReceipt]:
    """Complain about who declares, or holds a certificate, under a number: at any time, named or anonymously.

    A number that is not known here is taken all the same, and answered alike: there is nothing to enumerate.
    """
    author = authorship.author_of(request, actor, anonymous=body.anonymous)
    state = request.app.state
    case, basis = await opening.complain(look, body, author, state.sealer, state.settings.province)
    told = ComplaintReceipt(
        id=case.id, number=body.number, anonymous=case.anonymous, state=case.state, opened_at=case.opened_at
    )
    return decided(told, [basis])


@routes.post(
    "/cases",
    status_code=201,
    responses=refusals(
        errors.NobodyConcerned,
        errors.GroundNotEstablished,
        errors.CaseExists,
        ReportNotFound,
        ObjectionNotFound,
        FindingNotFound,
        YouActedOnIt,
    ),
)
async def open_case(body: CaseIn, call: CurrentCall) -> Decided[CaseOut]:
    """Open a case on what was found true, or ex officio (title officers and supervisors above the unit)."""
    case, basis = await opening.open_case(call, body, call.accounts)
    return decided(_told(case, call), basis)


@routes.get("/cases")
async def every_case(
    act: CurrentAct,
    state: CaseState | None = None,
    person_id: UUID | None = None,
    first: First = 20,
    after: After = None,
) -> Page[CaseOut]:
    """The cases of the caller's subtree, and the caller's own once he or she is to be heard; newest first."""
    query = store.cases(act.actor, state, person_id)
    found, cursor = await page(act.tx, query, IntegrityCase.id, first, after)
    return Page(items=[_told(each, act) for each in found], next_cursor=cursor)


@routes.get("/cases/{case_id}", responses=refusals(errors.CaseNotFound))
async def one_case(case_id: UUID, act: CurrentAct) -> CaseOut:
    """One case."""
    return _told(await store.case(act.tx, case_id, act.actor), act)


@routes.post("/cases/{case_id}/actions/{action}", responses=refusals(*STEP))
async def check(case_id: UUID, action: CheckAction, body: CheckIn, call: CurrentCall) -> Decided[CaseOut]:
    """Take a complaint up or not, or find that there was no misconduct."""
    case, basis = await service.check(call, case_id, CaseAction(action), body, call.sealer)
    return decided(_told(case, call), basis)


@routes.post("/cases/{case_id}/identify", responses=refusals(*STEP, errors.NobodyConcerned, YouActedOnIt))
async def identify(case_id: UUID, body: IdentifyIn, call: CurrentCall) -> Decided[CaseOut]:
    """Name whom a complaint means, where its number is not known here; or somebody else than was taken for it."""
    case, basis = await identifying.identify(call, case_id, body)
    return decided(_told(case, call), basis)


@routes.post("/cases/{case_id}/notify", responses=refusals(*STEP))
async def notify(case_id: UUID, body: ChargeIn, call: CurrentCall) -> Decided[CaseOut]:
    """Tell the person what is about to be found; he or she is heard until a day."""
    case, basis = await service.notify(call, case_id, body, call.sealer)
    return decided(_told(case, call), basis)


@routes.post("/cases/{case_id}/statement", responses=refusals(*STEP))
async def state_case(case_id: UUID, body: StatementIn, call: CurrentCall) -> Decided[CaseOut]:
    """State one's own case (the person)."""
    case, basis = await service.state(call, case_id, body, call.sealer)
    return decided(_told(case, call), basis)


@routes.post(
    "/cases/{case_id}/decide",
    responses=refusals(
        *STEP,
        DocumentNumberInvalid,
        ChangeNotPossible,
        errors.BarInvalid,
        errors.NotTheirCertificate,
        errors.CertificateLeftOut,
    ),
)
async def decide(case_id: UUID, body: DecisionIn, call: CurrentCall) -> Decided[CaseOut]:
    """Find misconduct by a document: titles are revoked, the archive is written, what is serious bars (title officers)."""
    case, basis = await deciding.find(call, case_id, body)
    return decided(_told(case, call), basis)


@routes.post("/cases/{case_id}/appeal", responses=refusals(*STEP))
async def appeal(case_id: UUID, body: AppealIn, call: CurrentCall) -> Decided[CaseOut]:
    """Appeal against the decision, which stands meanwhile (the person)."""
    case, basis = await service.appeal(call, case_id, body, call.sealer)
    return decided(_told(case, call), basis)


@routes.post(
    "/cases/{case_id}/verdict",
    responses=refusals(*STEP, DocumentNumberInvalid, ChangeNotPossible, errors.ShorterBarInvalid),
)
async def settle(case_id: UUID, body: VerdictIn, call: CurrentCall) -> Decided[CaseOut]:
    """Uphold a decision appealed against, or take any back (who stands above the body that decided; at the top, somebody else)."""
    case, basis = await reversing.settle(call, case_id, body)
    return decided(_told(case, call), basis)


routes.include_router(archive)
