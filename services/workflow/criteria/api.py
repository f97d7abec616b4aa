"""The HTTP face of review criteria: anybody reads what is published."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from fastapi import Request

from services.kit.errors import Basis, Conflict
from services.kit.http import (
    READS,
    BasisOut,
    Decided,
    FindingOut,
    Page,
    decided,
    language_of,
    refusals,
    router,
)
from services.kit.paging import After, First, page
from services.kit.steps import (
    ActionNotAvailable,
    NotYourStep,
    RulesBroken,
    StaleVersion,
    available_actions,
    decide,
    refuse_broken,
)
from services.quota.contract import TitleLevel
from services.workflow import rows
from services.workflow.act import Act, CurrentAct, CurrentLook, Look
from services.workflow.contract import CriteriaMoved
from services.workflow.criteria import checking, reading, store
from services.workflow.criteria.errors import (
    CodeTwice,
    CriteriaNotFound,
    DegreeNotDemanded,
    DocumentsMissing,
    EvidenceUnknown,
    FactInOtherUnit,
    FactUnknown,
    FieldsNotAsked,
    MenuTooShort,
    PaperOnly,
    ProposalLate,
    ServedElsewhere,
)
from services.workflow.criteria.model import Criteria
from services.workflow.criteria.rules import require_sound, too_late
from services.workflow.criteria.schemas import CheckOut, CriteriaIn, CriteriaOut, CriteriaTextIn, ProblemOut
from services.workflow.criteria.service import lower_than_provincial, served_by
from services.workflow.criteria.states import CriteriaAction, CriteriaState
from services.workflow.criteria.steps import CRITERIA_STEPS, CriteriaFacts, not_lower
from services.workflow.cycle.errors import (
    DecidedByExamination,
    LevelNotInSeries,
    SeriesUnknown,
    SpecialtyNotFiled,
    SpecialtyPast,
)
from services.workflow.cycle.service import require_body, require_reviewed, require_specialty
from services.workflow.shapes import ActionIn

routes = router(prefix="/v1", tags=["criteria"])

AGAINST = (
    SeriesUnknown,
    LevelNotInSeries,
    DecidedByExamination,
    SpecialtyNotFiled,
    SpecialtyPast,
    ProposalLate,
    DocumentsMissing,
    CodeTwice,
    EvidenceUnknown,
    FactUnknown,
    FactInOtherUnit,
    FieldsNotAsked,
    DegreeNotDemanded,
    MenuTooShort,
    PaperOnly,
    ServedElsewhere,
    RulesBroken,
)


@routes.post("/criteria", status_code=201, responses=refusals(*AGAINST))
async def propose(body: CriteriaIn, act: CurrentAct) -> Decided[CriteriaOut]:
    """Propose a version of criteria to the provincial HRSS, with the documents that explain it."""
    policy = act.policies.latest
    seat = require_body(act.actor, body.organisation_id)
    require_reviewed(policy, body.series, body.level)
    if body.specialty_id is not None:
        await require_specialty(act.tx, body.specialty_id, body.series, policy)
    basis = require_sound(body, policy, act.moment.today)
    told = body.model_dump(mode="json", include={"documents", "gates", "menus"})
    serves_id = served_by(seat, body.serves_id, policy)
    criteria = Criteria(
        province=act.province,
        series=body.series,
        specialty_id=body.specialty_id,
        level=body.level,
        serves_id=serves_id,
        title=body.title,
        edition=await store.next_edition(act.tx, body.series, body.specialty_id, body.level, serves_id),
        effective_from=body.effective_from,
        state=CriteriaState.PROPOSED,
        organisation_id=seat.organisation_id,
        published_at=None,
        lineage=[node.id for node in seat.lineage],
        **told,
    )
    facts = await compared(criteria, act)
    refuse_broken("PROPOSE", (not_lower,), facts, policy.articles)
    await rows.begin(act, criteria, seat, basis=basis, taken={"uq_criteria_edition": Conflict()})
    return decided(shown(criteria, act), basis)


@routes.post("/criteria/check", openapi_extra=READS)
async def check(body: CriteriaTextIn, act: CurrentAct, request: Request) -> CheckOut:
    """What is wrong with criteria written in YAML, each with its line and reason; nothing is stored."""
    seat = require_body(act.actor, None)
    language = language_of(request)
    found = await checking.problems(reading.read(body.text, language), act, seat, language)
    late = too_late(act.policies.latest, act.moment.today)
    return CheckOut(
        valid=not (found or late),
        problems=[ProblemOut.model_validate(each) for each in found],
        findings=[FindingOut(code=late.code, message=late.message(language), basis=_told(late.basis))]
        if late
        else [],
    )


def _told(basis: Iterable[Basis]) -> list[BasisOut]:
    return [BasisOut.model_validate(each, from_attributes=True) for each in basis]


@routes.post(
    "/criteria/{criteria_id}/actions/{action}",
    responses=refusals(CriteriaNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion),
)
async def move(
    criteria_id: UUID, action: CriteriaAction, act: CurrentAct, body: ActionIn | None = None
) -> Decided[CriteriaOut]:
    """Approve a proposal (provincial HRSS), or publish what was approved."""
    asked = body or ActionIn()
    criteria = await store.seen(act.tx, criteria_id, act.actor)
    policy = act.policies.latest
    facts = await compared(criteria, act)
    step = decide(CRITERIA_STEPS, facts, action, act.actor, policy.articles, version=asked.version)
    event = CriteriaMoved(
        criteria_id=criteria.id,
        series=criteria.series,
        level=criteria.level,
        title=criteria.title,
        organisation_id=criteria.organisation_id,
        action=action,
        before=step.before,
        after=step.after,
    )
    published = {"published_at": act.moment.instant} if step.after == CriteriaState.PUBLISHED else {}
    await rows.take(act, criteria, step, event=event, note=asked.note, **published)
    return decided(shown(criteria, act), step.basis)


@routes.get("/criteria")
async def every_criteria(
    look: CurrentLook,
    series: str | None = None,
    level: TitleLevel | None = None,
    in_force_on: date | None = None,
    first: First = 20,
    after: After = None,
) -> Page[CriteriaOut]:
    """The published criteria, newest first; public. Proposals are shown to their own organisation line."""
    query = store.readable_criteria(look.actor, series, level, in_force_on)
    found, cursor = await page(look.tx, query, Criteria.id, first, after)
    return Page(items=[shown(each, look) for each in found], next_cursor=cursor)


@routes.get("/criteria/{criteria_id}", responses=refusals(CriteriaNotFound))
async def one_criteria(criteria_id: UUID, look: CurrentLook) -> CriteriaOut:
    """One version of criteria; public once published."""
    return shown(await store.seen(look.tx, criteria_id, look.actor), look)


def facts_of(criteria: Criteria, look: Act | Look) -> CriteriaFacts:
    """What the steps of criteria ask."""
    return CriteriaFacts(
        criteria.id,
        CriteriaState(criteria.state),
        criteria.version,
        tuple(criteria.lineage),
        criteria.effective_from,
        look.policies.latest.criteria.issued,
        look.moment.today,
    )


async def compared(criteria: Criteria, act: Act) -> CriteriaFacts:
    """The same, with what falls short of the provincial criteria."""
    lower = await lower_than_provincial(act.tx, criteria, act.moment.today)
    return replace(facts_of(criteria, act), lower=lower)


def shown(criteria: Criteria, look: Act | Look) -> CriteriaOut:
    """The criteria with what their reader may do."""
    actor = look.actor
    actions = available_actions(CRITERIA_STEPS, facts_of(criteria, look), actor) if actor else []
    return CriteriaOut.of(criteria, actions)
