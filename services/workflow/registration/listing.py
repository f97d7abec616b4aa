"""A unit publishes inside it in which order it recommends for the posts of a level and pool; a later list has a number of its own.

What the unit gives is a measure and a reason for everybody who has registered; the place follows from it (`ranking`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from services.accounts.contract import Known
from services.kit import audit, outbox
from services.kit.errors import Basis
from services.neighbours.client import Neighbour
from services.workflow.act import Act
from services.workflow.contract import RankedListPublished
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.states import Window
from services.workflow.policy import NoticePolicy
from services.workflow.recommendation import conditions
from services.workflow.recommendation import store as recommendations
from services.workflow.recommendation.model import RecommendationPlan
from services.workflow.registration import registering, store
from services.workflow.registration.errors import NobodyLeftOut, NotRegisteredForIt, OrderChanged, OwnRanking
from services.workflow.registration.model import RankedList, RankedPerson, Registration
from services.workflow.registration.ranking import Measured, Placed, ranked, risen
from services.workflow.registration.schemas import RankedListIn
from services.workflow.registration.states import RegistrationAction, RegistrationState
from services.workflow.route.standing import standings_of
from services.workflow.shapes import ActionIn


async def publish(act: Act, asked: RankedListIn, accounts: Neighbour) -> tuple[RankedList, list[Basis]]:
    """Publish the order of everybody who has registered; the basis of it.

    Raises:
        Refusal: what stands against it; nothing is stored then.
    """
    plan = await recommendations.plan(act.tx, asked.plan_id, act.actor)
    cycle = await cycle_store.get(act.tx, plan.cycle_id)
    policy = act.policies[cycle.policy]
    conditions.require_recommender(act.actor, plan.unit_id, policy)
    window = cycles.require_window(cycle, Window.RECOMMEND, act.moment)
    # asked before anything is locked: nobody waits for accounts
    people = await store.live(act.tx, plan.id, asked.level, asked.pool)
    posted = {
        each.person_id
        for each in await standings_of(accounts, act.tx, people, act.moment.today)
        if each.village_posting is Known.YES
    }
    plan = await recommendations.locked_plan(act.tx, plan.id, act.actor)
    found = await store.locked_live(act.tx, plan.id, asked.level, asked.pool)
    _require_everybody(act, found, asked, policy)
    order = _order(asked, found, posted)
    await _require_reasons(act, found, order, asked, policy)
    row = await _written(act, asked, order, policy)
    await _ranked(act, found, plan, cycle)
    basis = [policy.articles["selected_publicly"], policy.articles["posting_first"], window]
    await _told(act, row, plan, cycle, basis)
    return row, basis


def _require_everybody(
    act: Act, found: Sequence[Registration], asked: RankedListIn, policy: NoticePolicy
) -> None:
    """Refuse a list that leaves somebody out, names others, or is made by one who is on it."""
    selected = policy.articles["selected_publicly"]
    named = {each.registration_id for each in asked.ranked}
    if strange := named - {each.id for each in found}:
        raise NotRegisteredForIt(count=len(strange), field="ranked", basis=[selected])
    if missing := [each for each in found if each.id not in named]:
        names = "、".join(each.person_name for each in missing)
        raise NobodyLeftOut(names=names, field="ranked", basis=[selected])
    if any(act.actor.answers_for(each.account_id) for each in found):
        raise OwnRanking(field="ranked", basis=[policy.articles["who_recommends_answers"]])


def _order(asked: RankedListIn, found: Iterable[Registration], posted: set[UUID]) -> list[Placed]:
    with_posting = {each.id for each in found if each.person_id in posted}
    return ranked(
        [
            Measured(each.registration_id, each.score, each.place, each.registration_id in with_posting)
            for each in asked.ranked
        ]
    )


async def _require_reasons(
    act: Act,
    found: Iterable[Registration],
    order: Iterable[Placed],
    asked: RankedListIn,
    policy: NoticePolicy,
) -> None:
    """Refuse a list that lets somebody move up and does not say why: the published order is not turned in silence."""
    before = await store.places_in_force(act.tx, asked.plan_id, asked.level, asked.pool)
    told = {each.registration_id for each in asked.ranked if each.change_reason}
    silent = risen(before, {each.of.registration_id: each.place for each in order}) - told
    if silent:
        names = "、".join(each.person_name for each in found if each.id in silent)
        raise OrderChanged(names=names, field="ranked", basis=[policy.articles["selected_publicly"]])


async def _written(
    act: Act, asked: RankedListIn, order: Iterable[Placed], policy: NoticePolicy
) -> RankedList:
    """The list and who is on it."""
    no = await store.next_no(act.tx, asked.plan_id, asked.level, asked.pool)
    own = {"province": act.province, "created_at": act.moment.instant}
    row = RankedList(plan_id=asked.plan_id, level=asked.level, pool=asked.pool, no=no, **own)
    act.tx.add(row)
    await act.tx.flush()
    given = {each.registration_id: each for each in asked.ranked}
    first = asdict(policy.articles["posting_first"])
    for one in order:
        act.tx.add(
            RankedPerson(
                list_id=row.id,
                place=one.place,
                reason=given[one.of.registration_id].reason,
                change_reason=given[one.of.registration_id].change_reason,
                basis=[first] if one.first else [],
                **asdict(one.of),
                **own,
            )
        )
    await act.tx.flush()
    return row


async def _ranked(act: Act, found: Iterable[Registration], plan: RecommendationPlan, cycle: Cycle) -> None:
    """Who is on a list for the first time can no longer withdraw."""
    for each in found:
        if each.state == RegistrationState.REGISTERED:
            await registering.take(act, each, plan, cycle, RegistrationAction.RANK, ActionIn())


async def _told(
    act: Act, row: RankedList, plan: RecommendationPlan, cycle: Cycle, basis: Sequence[Basis]
) -> None:
    """Put it on record, and let the unit's people hear of it."""
    await audit.record(
        act.tx,
        actor=act.actor,
        action="ranked_list.PUBLISH",
        subject=f"ranked_list/{row.id}",
        moment=act.moment,
        organisation_id=plan.unit_id,
        basis=list(basis),
        detail={"plan": str(plan.id), "level": row.level, "pool": row.pool, "no": row.no},
    )
    event = RankedListPublished(
        list_id=row.id,
        plan_id=plan.id,
        year=cycle.year,
        unit_id=plan.unit_id,
        level=row.level,
        pool=row.pool,
        no=row.no,
    )
    await outbox.publish(act.tx, event, act.moment)
