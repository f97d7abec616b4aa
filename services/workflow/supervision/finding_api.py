"""Findings over HTTP: made from above, answered by whom they concern, accepted or ordered anew."""

from uuid import UUID

from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow.act import Act, CurrentAct
from services.workflow.call import CurrentCall
from services.workflow.certificate.errors import DocumentNumberInvalid, NotTheFilingHrss
from services.workflow.declaration.errors import DeclarationNotFound
from services.workflow.supervision import errors, finding, store
from services.workflow.supervision.model import Finding
from services.workflow.supervision.schemas import AnswerIn, FindingIn, FindingOut, SettleIn
from services.workflow.supervision.states import FindingState
from services.workflow.supervision.steps import FINDING_STEPS

routes = router(prefix="/findings", tags=["supervision"])
STEP = (errors.FindingNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion)


def _told(row: Finding, act: Act) -> FindingOut:
    return FindingOut.of(row, available_actions(FINDING_STEPS, finding.facts_of(row, act), act.actor))


@routes.post(
    "",
    status_code=201,
    responses=refusals(
        errors.FlagNotFound,
        DeclarationNotFound,
        errors.DeclarationsMissing,
        errors.NotFlagged,
        errors.NotThatOrganisation,
        errors.NotUnderYou,
        NotTheFilingHrss,
        errors.YouActedOnIt,
        errors.DueDayInvalid,
        DocumentNumberInvalid,
        ActionNotAvailable,
        RulesBroken,
        StaleVersion,
    ),
)
async def make(body: FindingIn, call: CurrentCall) -> Decided[FindingOut]:
    """Order a correction by a day, or declare a result void; the flag it rests on, if any, is settled with it."""
    made, basis = await finding.make(call, body)
    return decided(_told(made, call), basis)


@routes.get("")
async def every_finding(
    act: CurrentAct,
    state: FindingState | None = None,
    organisation_id: UUID | None = None,
    first: First = 20,
    after: After = None,
) -> Page[FindingOut]:
    """The findings of the caller's subtree, and those that the caller's organisations have to answer; newest first."""
    query = store.findings(act.actor, state, organisation_id)
    found, cursor = await page(act.tx, query, Finding.id, first, after)
    return Page(items=[_told(each, act) for each in found], next_cursor=cursor)


@routes.get("/{finding_id}", responses=refusals(errors.FindingNotFound))
async def one_finding(finding_id: UUID, act: CurrentAct) -> FindingOut:
    """One finding."""
    return _told(await store.finding(act.tx, finding_id, act.actor), act)


@routes.post("/{finding_id}/answer", responses=refusals(*STEP))
async def answer(finding_id: UUID, body: AnswerIn, act: CurrentAct) -> Decided[FindingOut]:
    """Tell what was done to correct it (the organisation concerned)."""
    found, basis = await finding.answer(act, finding_id, body.answer, body.version)
    return decided(_told(found, act), basis)


@routes.post("/{finding_id}/settle", responses=refusals(*STEP, errors.ReasonNeeded))
async def settle(finding_id: UUID, body: SettleIn, act: CurrentAct) -> Decided[FindingOut]:
    """Accept what was done, or order it anew with the reason and a later day (who stands above)."""
    found, basis = await finding.settle(act, finding_id, **body.model_dump())
    return decided(_told(found, act), basis)
