"""The staffing ledger over HTTP: movements and their reversals, balances, who is in post, targeted employments."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel

from services.kit.auth import CurrentActor, RoleMissing
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import BasisOut, Decided, Page, decided, language_of, refusals, router
from services.kit.paging import After, First
from services.kit.steps import RulesBroken
from services.quota.contract import PostPool
from services.quota.policy import CurrentPolicies, YearUnknown
from services.quota.staffing import pages, reading, service, shown, store
from services.quota.staffing.errors import (
    AlreadyReversed,
    BookNotFound,
    DepartmentKeepsNone,
    MemberNotFound,
    MovementNotFound,
    NameAmbiguous,
    NotTheLatest,
    OnlyInstitutionsKeep,
    PersonTaken,
)
from services.quota.staffing.pages import Evening, MovementsAsked, PostsAsked
from services.quota.staffing.people import Named
from services.quota.staffing.schemas import (
    BalancesOut,
    MemberChangeIn,
    MemberOut,
    MovementIn,
    MovementOut,
    PostOut,
    ReversalIn,
    TargetedEmploymentOut,
    levels_out,
    undecided_out,
)
from services.quota.staffing.standing import standing_after

routes = router(prefix="/v1/staffing", tags=["staffing 岗位聘任台账"])
UNFIT = (RoleMissing, DepartmentKeepsNone, OnlyInstitutionsKeep)


@routes.post(
    "/movements",
    status_code=201,
    responses=refusals(*UNFIT, MemberNotFound, NameAmbiguous, RulesBroken),
)
async def record(
    body: MovementIn,
    request: Request,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[MovementOut]:
    """Record a movement (the unit's recommender). Of an exit the answer says whether it counts, and why not."""
    policy = policies.counting_exits_on(body.on_date)
    keeper = service.keeper_of(actor, body.unit_id, policy, request.app.state.settings.province)
    named = body.member.named() if body.member else None
    made = await service.record(tx, body.draft(), named, keeper, policy, moment)
    row = await store.movement(tx, made, actor)
    [told] = await shown.movements(tx, [row], policies, language_of(request))
    return decided(told, policy.basis(*service.basis_keys(row.cause, row.pool, row.by_examination)))


@routes.post(
    "/movements/{movement_id}/reversal",
    status_code=201,
    responses=refusals(*UNFIT, MovementNotFound, AlreadyReversed, NotTheLatest),
)
async def reverse(
    movement_id: UUID,
    body: ReversalIn,
    request: Request,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[MovementOut]:
    """Take a movement back, on its own date, as if it had never been; nothing later may rest on it."""
    movement = await store.movement(tx, movement_id, actor)
    policy = policies.counting_exits_on(movement.on_date)
    keeper = service.keeper_of(actor, movement.unit_id, policy, request.app.state.settings.province)
    made = await service.reverse(tx, movement, body.reason, body.document, keeper, policy, moment)
    row = await store.movement(tx, made, actor)
    [told] = await shown.movements(tx, [row], policies, language_of(request))
    return decided(told, policy.basis("staffing_ledger"))


@routes.get("/movements", responses=refusals(BookNotFound))
async def list_movements(
    asked: Annotated[MovementsAsked, Depends()],
    request: Request,
    actor: CurrentActor,
    policies: CurrentPolicies,
    tx: Tx,
) -> Page[MovementOut]:
    """The movements of a unit, newest recorded first, reversed ones and reversals included."""
    await store.require_visible(tx, asked.unit_id, actor)
    found, cursor = await pages.movements(tx, asked)
    items = await shown.movements(tx, found, policies, language_of(request))
    return Page(items=items, next_cursor=cursor)


class BalancesAsked(BaseModel):
    """Which ledger, and when; exits are those inside the window of the year."""

    unit_id: UUID
    year: int
    pool: PostPool = PostPool.GENERAL
    on: Evening = None


@routes.get("/balances", responses=refusals(BookNotFound, YearUnknown))
async def balances(
    asked: Annotated[BalancesAsked, Depends()],
    request: Request,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> BalancesOut:
    """Every level as of a day, with its working, and of whom it is still to be decided whether a post is taken."""
    policy = policies.of(asked.year)
    unit_id, pool, day = asked.unit_id, asked.pool, asked.on or moment.today
    await store.require_visible(tx, unit_id, actor)
    sums = await reading.sums_of(tx, unit_id, pool, on=day, window=policy.staffing.exits_window)
    plans = await store.plans_of(tx, unit_id, on=day)
    of_pool = {level: plan for (of, level), plan in plans.items() if of == pool}
    return BalancesOut(
        unit_id=unit_id,
        pool=pool,
        year=asked.year,
        on=day,
        keeps_ledger=await reading.keeps_ledger(tx, unit_id, pool),
        levels=levels_out(sums, of_pool, policy, language_of(request)),
        undecided=undecided_out(await reading.undecided_of(tx, unit_id, pool, on=day)),
        basis=[BasisOut.model_validate(each) for each in policy.basis("staffing_ledger", "exits_window")],
    )


@routes.get("/posts", responses=refusals(BookNotFound))
async def posts(
    asked: Annotated[PostsAsked, Depends()], actor: CurrentActor, moment: CurrentMoment, tx: Tx
) -> Page[PostOut]:
    """Who is in post at a unit on the evening of a day."""
    await store.require_visible(tx, asked.unit_id, actor)
    day = asked.on or moment.today
    found, cursor = await pages.in_post(tx, asked, day)
    members, recorded = await store.members_by_id(tx, found), await store.steps_of(tx, found, on=day)
    held = [(members[each], standing_after(recorded[each].steps).held) for each in found]
    return Page(items=[PostOut.of(who, post) for who, post in held if post], next_cursor=cursor)


@routes.get("/targeted-employments", responses=refusals())
async def targeted_employments(
    actor: CurrentActor, tx: Tx, first: First = 20, after: After = None
) -> Page[TargetedEmploymentOut]:
    """Employments on targeted posts, filed with the province, newest first; others see those of their own units."""
    found, cursor = await pages.filed(tx, actor, first, after)
    return Page(items=await shown.filed(tx, found), next_cursor=cursor)


@routes.put(
    "/members/{member_id}",
    responses=refusals(*UNFIT, MemberNotFound, PersonTaken, NameAmbiguous),
)
async def mend_member(
    member_id: UUID,
    body: MemberChangeIn,
    request: Request,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[MemberOut]:
    """Write a person's name rightly, or tie the person to an account; that is for good."""
    policy = policies.newest
    member = await store.member_seen(tx, member_id, actor)
    keeper = service.keeper_of(actor, member.unit_id, policy, request.app.state.settings.province)
    named = Named(body.name, body.person_id)
    mended = await service.mend_member(tx, member, named, keeper, policy, moment)
    return decided(MemberOut.model_validate(mended), policy.basis("staffing_ledger"))
