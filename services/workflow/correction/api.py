"""The HTTP face of corrections."""

from uuid import UUID

from sqlalchemy import select

from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow.call import Call, CurrentCall
from services.workflow.certificate.errors import CertificateNotFound, ChangeNotPossible, DocumentNumberInvalid
from services.workflow.certificate.model import Certificate
from services.workflow.correction import errors, service, store
from services.workflow.correction.model import CertificateCorrection
from services.workflow.correction.schemas import CorrectionIn, CorrectionOut, CorrectionStepIn
from services.workflow.correction.states import CorrectionAction, CorrectionState
from services.workflow.correction.steps import CORRECTION_STEPS

routes = router(prefix="/v1/certificate-corrections", tags=["certificate"])


async def _told(call: Call, *corrections: CertificateCorrection) -> list[CorrectionOut]:
    """With the actions that the reader may try; their certificates are read in one statement."""
    wanted = select(Certificate).where(Certificate.id.in_([each.certificate_id for each in corrections]))
    certificates = {each.id: each for each in await call.tx.scalars(wanted)}
    facts = [service.facts_of(each, certificates[each.certificate_id], call) for each in corrections]
    return [
        CorrectionOut.of(each, available_actions(CORRECTION_STEPS, case, call.actor))
        for each, case in zip(corrections, facts, strict=True)
    ]


@routes.post(
    "",
    status_code=201,
    responses=refusals(
        CertificateNotFound,
        errors.NotYoursToCorrect,
        errors.FieldNotCorrectable,
        errors.NotInForce,
        errors.NothingToCorrect,
        errors.SpecialtyUnknown,
        errors.ValueUnfit,
        errors.NumberTaken,
        errors.CorrectionOpen,
    ),
)
async def request(body: CorrectionIn, call: CurrentCall) -> Decided[CorrectionOut]:
    """Ask for a correction of what a certificate says wrongly (its holder, the unit, or who issued it)."""
    correction, basis = await service.request(call, body)
    return decided((await _told(call, correction))[0], basis)


@routes.get("")
async def list_corrections(
    call: CurrentCall,
    certificate_id: UUID | None = None,
    state: CorrectionState | None = None,
    first: First = 20,
    after: After = None,
) -> Page[CorrectionOut]:
    """The corrections of certificates that the caller may read, newest first."""
    seen = store.seen_by(call.actor, certificate_id, state)
    found, cursor = await page(call.tx, seen, CertificateCorrection.id, first, after)
    return Page(items=await _told(call, *found), next_cursor=cursor)


@routes.get("/{correction_id}", responses=refusals(errors.CorrectionNotFound))
async def read(correction_id: UUID, call: CurrentCall) -> CorrectionOut:
    """One correction."""
    return (await _told(call, await store.get(call.tx, correction_id, call.actor)))[0]


@routes.post(
    "/{correction_id}/actions/{action}",
    responses=refusals(
        errors.CorrectionNotFound,
        errors.SpecialtyUnknown,
        errors.ValueUnfit,
        errors.NumberTaken,
        DocumentNumberInvalid,
        ChangeNotPossible,
        ActionNotAvailable,
        NotYourStep,
        RulesBroken,
        StaleVersion,
    ),
)
async def step(
    correction_id: UUID, action: CorrectionAction, body: CorrectionStepIn, call: CurrentCall
) -> Decided[CorrectionOut]:
    """Approve by a document, or refuse with a reason (the HRSS that issued it); or withdraw (who asked)."""
    correction, basis = await service.step(call, correction_id, action, body)
    return decided((await _told(call, correction))[0], basis)
