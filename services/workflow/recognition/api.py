"""Recognition of titles from elsewhere over HTTP: asked for, verified, confirmed, one call a party (一（六）)."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from services.kit.auth import CurrentActor
from services.kit.errors import Unavailable
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow.act import Act, CurrentAct
from services.workflow.call import CurrentCall
from services.workflow.certificate.errors import DocumentNumberInvalid, SeriesWithoutCode
from services.workflow.integrity.errors import Barred
from services.workflow.policy import CurrentPolicies
from services.workflow.recognition import asking, errors, moving, service, store
from services.workflow.recognition.model import Recognition
from services.workflow.recognition.schemas import (
    ConfirmIn,
    PlaceOut,
    QualificationOut,
    RecognitionIn,
    RecognitionOut,
    RecognitionRulesOut,
    ResubmitIn,
    ReturnIn,
    StepIn,
    VerifyIn,
)
from services.workflow.recognition.states import RecognitionAction, RecognitionState
from services.workflow.recognition.steps import RECOGNITION_STEPS

routes = router(prefix="/v1/recognitions", tags=["recognition"])
STEP = (errors.RecognitionNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion)
ASKED = (errors.TitleNotOnRecord, errors.RecognitionUnderWay, Barred, Unavailable)
Ending = Literal[RecognitionAction.REFUSE, RecognitionAction.DECLINE, RecognitionAction.WITHDRAW]
Waiting = Annotated[bool, Query(description="those that wait for the caller to act")]


def _told(row: Recognition, act: Act) -> RecognitionOut:
    return RecognitionOut.of(row, available_actions(RECOGNITION_STEPS, moving.facts_of(row, act), act.actor))


@routes.post(
    "", status_code=201, responses=refusals(errors.PersonNotYours, errors.NotEmployed, RulesBroken, *ASKED)
)
async def ask(body: RecognitionIn, call: CurrentCall) -> Decided[RecognitionOut]:
    """Ask for the recognition of a title on record: the person, or the unit for whoever works there."""
    row, basis = await asking.ask(call, body)
    return decided(_told(row, call), basis)


@routes.get("")
async def every_recognition(
    act: CurrentAct,
    state: RecognitionState | None = None,
    person_id: UUID | None = None,
    waiting: Waiting = False,
    first: First = 20,
    after: After = None,
) -> Page[RecognitionOut]:
    """The caller's own requests, and those of people of the caller's organisations; newest first."""
    query = store.recognitions(act.actor, state, person_id, waiting=waiting)
    found, cursor = await page(act.tx, query, Recognition.id, first, after)
    return Page(items=[_told(each, act) for each in found], next_cursor=cursor)


@routes.get("/rules")
async def rules(actor: CurrentActor, policies: CurrentPolicies) -> RecognitionRulesOut:
    """The provinces and qualifications that a request names, and the days that each party has."""
    del actor
    told = policies.latest.recognition
    return RecognitionRulesOut(
        places=[PlaceOut(code=code, name=name) for code, name in told.places.items()],
        qualifications=[QualificationOut.model_validate(each) for each in told.qualifications],
        verify_days=told.days.verify,
        confirm_days=told.days.confirm,
    )


@routes.get("/{recognition_id}", responses=refusals(errors.RecognitionNotFound))
async def one_recognition(recognition_id: UUID, act: CurrentAct) -> RecognitionOut:
    """One request."""
    return _told(await store.get(act.tx, recognition_id, act.actor), act)


@routes.post("/{recognition_id}/actions/RESUBMIT", responses=refusals(*STEP, *ASKED))
async def mend(recognition_id: UUID, body: ResubmitIn, call: CurrentCall) -> Decided[RecognitionOut]:
    """Ask again with what was returned; the title is taken anew from the record (who asked)."""
    row, basis = await asking.mend(call, recognition_id, body)
    return decided(_told(row, call), basis)


@routes.post(
    "/{recognition_id}/actions/VERIFY",
    responses=refusals(*STEP, DocumentNumberInvalid, SeriesWithoutCode, Unavailable),
)
async def verify(recognition_id: UUID, body: VerifyIn, call: CurrentCall) -> Decided[RecognitionOut]:
    """Verify a title, and say how (title officers of the HRSS that manages the level)."""
    row, basis = await service.verify(call, recognition_id, body)
    return decided(_told(row, call), basis)


@routes.post("/{recognition_id}/actions/RETURN", responses=refusals(*STEP))
async def send_back(recognition_id: UUID, body: ReturnIn, call: CurrentCall) -> Decided[RecognitionOut]:
    """Send a request back with what is to be mended, item by item (who verifies)."""
    row, basis = await service.send_back(call, recognition_id, body)
    return decided(_told(row, call), basis)


@routes.post("/{recognition_id}/actions/CONFIRM", responses=refusals(*STEP, Barred, Unavailable))
async def confirm(recognition_id: UUID, body: ConfirmIn, call: CurrentCall) -> Decided[RecognitionOut]:
    """Confirm a verified title by post and professional standard (the employer); formally, it has a certificate."""
    row, basis = await service.confirm(call, recognition_id, body)
    return decided(_told(row, call), basis)


@routes.post("/{recognition_id}/actions/{action}", responses=refusals(*STEP))
async def end(
    recognition_id: UUID, action: Ending, call: CurrentCall, body: StepIn | None = None
) -> Decided[RecognitionOut]:
    """Refuse (who verifies), decline (the employer), or withdraw (who asked) a request."""
    row, basis = await service.end(call, recognition_id, RecognitionAction(action), body or StepIn())
    return decided(_told(row, call), basis)
