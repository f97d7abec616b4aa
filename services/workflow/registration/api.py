"""The HTTP face of registrations of interest and ranked lists."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor, CurrentActor
from services.kit.db import Tx
from services.kit.errors import Unavailable
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.quota.contract import PostPool, TitleLevel
from services.workflow.act import CurrentAct
from services.workflow.criteria.errors import NoCriteriaInForce
from services.workflow.cycle.errors import (
    DecidedByExamination,
    FeaturedElsewhere,
    OutsideWindow,
    RunOver,
    SeriesNotArranged,
    SpecialtyNotFiled,
    SpecialtyPast,
)
from services.workflow.neighbours import AccountsService
from services.workflow.recommendation.errors import (
    AlreadyRecommended,
    DeclaresDirectly,
    LevelNotInPlan,
    NotARecommendingUnit,
    PersonNotOfUnit,
    PlanNotFound,
    PlanNotPublished,
)
from services.workflow.registration import listing, registering, store
from services.workflow.registration.errors import (
    AlreadyRegistered,
    NobodyLeftOut,
    NotAtGrassRoots,
    NotRegisteredForIt,
    OrderChanged,
    OwnRanking,
    RankedListNotFound,
    RegistrationNotFound,
    RegistrationNotNeeded,
)
from services.workflow.registration.model import RankedList, Registration
from services.workflow.registration.schemas import (
    RankedListIn,
    RankedListOut,
    RankedPersonOut,
    RegistrationIn,
    RegistrationOut,
)
from services.workflow.registration.states import AskedAction, RegistrationAction, RegistrationState
from services.workflow.registration.steps import REGISTRATION_STEPS
from services.workflow.route.errors import ApplicantsAsk, RouteContradicted, RouteNotOpen, RouteUnknown
from services.workflow.shapes import ActionIn

routes = router(prefix="/v1", tags=["registration"])

AGAINST = (
    ApplicantsAsk,
    PlanNotFound,
    PlanNotPublished,
    LevelNotInPlan,
    RouteUnknown,
    RouteContradicted,
    RouteNotOpen,
    RegistrationNotNeeded,
    NotAtGrassRoots,
    PersonNotOfUnit,
    DeclaresDirectly,
    AlreadyRegistered,
    AlreadyRecommended,
    SeriesNotArranged,
    FeaturedElsewhere,
    SpecialtyNotFiled,
    SpecialtyPast,
    DecidedByExamination,
    NoCriteriaInForce,
    OutsideWindow,
    RunOver,
    Unavailable,
)


@routes.post("/registrations", status_code=201, responses=refusals(*AGAINST))
async def create(
    body: RegistrationIn, act: CurrentAct, accounts: AccountsService
) -> Decided[RegistrationOut]:
    """Register interest in posts of the own unit's published plan; one live registration a plan."""
    row, basis = await registering.register(act, body, accounts)
    (told,) = await _told(act.tx, [row], act.actor)
    return decided(told, basis)


@routes.post(
    "/registrations/{registration_id}/actions/{action}",
    responses=refusals(
        RegistrationNotFound,
        ActionNotAvailable,
        NotYourStep,
        RulesBroken,
        StaleVersion,
        OutsideWindow,
        RunOver,
    ),
)
async def act_on(
    registration_id: UUID, action: AskedAction, act: CurrentAct, body: ActionIn | None = None
) -> Decided[RegistrationOut]:
    """Withdraw it until it is ranked (the person); pass over whom the list names, for a reason (the unit)."""
    row, basis = await registering.move(act, registration_id, RegistrationAction(action), body or ActionIn())
    (told,) = await _told(act.tx, [row], act.actor)
    return decided(told, basis)


@routes.get("/registrations")
async def every_registration(
    actor: CurrentActor,
    tx: Tx,
    plan_id: UUID | None = None,
    person_id: UUID | None = None,
    state: RegistrationState | None = None,
    first: First = 20,
    after: After = None,
) -> Page[RegistrationOut]:
    """The registrations in plans of the caller's organisations, and the caller's own; newest first."""
    query = store.registrations(actor, plan_id, person_id, state)
    found, cursor = await page(tx, query, Registration.id, first, after)
    return Page(items=await _told(tx, found, actor), next_cursor=cursor)


@routes.get("/registrations/{registration_id}", responses=refusals(RegistrationNotFound))
async def one_registration(registration_id: UUID, actor: CurrentActor, tx: Tx) -> RegistrationOut:
    """One registration in a plan of the caller's organisations, or the caller's own."""
    (told,) = await _told(tx, [await store.seen(tx, registration_id, actor)], actor)
    return told


@routes.post(
    "/ranked-lists",
    status_code=201,
    responses=refusals(
        PlanNotFound,
        NotARecommendingUnit,
        NotRegisteredForIt,
        NobodyLeftOut,
        OrderChanged,
        OwnRanking,
        OutsideWindow,
        RunOver,
        Unavailable,
    ),
)
async def publish(body: RankedListIn, act: CurrentAct, accounts: AccountsService) -> Decided[RankedListOut]:
    """Publish inside the unit in which order it recommends; the places follow from what is given, and from postings."""
    row, basis = await listing.publish(act, body, accounts)
    (told,) = await _lists_told(act.tx, [row])
    return decided(told, basis)


@routes.get("/ranked-lists")
async def every_list(
    actor: CurrentActor,
    tx: Tx,
    plan_id: UUID | None = None,
    level: TitleLevel | None = None,
    pool: PostPool | None = None,
    first: First = 20,
    after: After = None,
) -> Page[RankedListOut]:
    """The ranked lists of the caller's unit and of those below the caller's seats, newest first; every one is kept."""
    query = store.ranked_lists(actor, plan_id, level, pool)
    found, cursor = await page(tx, query, RankedList.id, first, after)
    return Page(items=await _lists_told(tx, found), next_cursor=cursor)


@routes.get("/ranked-lists/{list_id}", responses=refusals(RankedListNotFound))
async def one_list(list_id: UUID, actor: CurrentActor, tx: Tx) -> RankedListOut:
    """One ranked list."""
    (told,) = await _lists_told(tx, [await store.seen_list(tx, list_id, actor)])
    return told


async def _told(tx: AsyncSession, found: Sequence[Registration], actor: Actor) -> list[RegistrationOut]:
    """Registrations with what their reader may do."""
    plans = await store.plans_of(tx, found)
    told = []
    for row in found:
        facts = registering.facts_of(row, plans[row.plan_id])
        actions = available_actions(REGISTRATION_STEPS, facts, actor)
        told.append(RegistrationOut.of(row, [each for each in actions if each in set(AskedAction)]))
    return told


async def _lists_told(tx: AsyncSession, found: Sequence[RankedList]) -> list[RankedListOut]:
    """Lists with who is on them."""
    people = await store.people_of(tx, [each.id for each in found])
    return [RankedListOut.of(row, [RankedPersonOut.of(*each) for each in people[row.id]]) for row in found]
