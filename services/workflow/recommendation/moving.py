"""The steps of a recommendation after it was made: publicity, confirmation, withdrawal."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.accounts.contract import PersonRecord
from services.kit.errors import Basis, Finding
from services.kit.steps import decide
from services.quota.contract import Ground, PostPool, TitleLevel
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import (
    RecommendationConfirmed,
    RecommendationEnded,
    RecommendationEvent,
    RecommendationPublicised,
)
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.states import Window
from services.workflow.cycle.windows import last_day
from services.workflow.policy import NoticePolicy
from services.workflow.publicity import service as publicities
from services.workflow.publicity import store as publicity_store
from services.workflow.publicity.model import Publicity
from services.workflow.publicity.states import Outcome, PublicityKind
from services.workflow.recommendation import store, verdicts
from services.workflow.recommendation.events import told_of
from services.workflow.recommendation.model import Recommendation
from services.workflow.recommendation.neighbours import Neighbours
from services.workflow.recommendation.routing import taken_by
from services.workflow.recommendation.states import JudgedFor, RecommendationAction, RecommendationState
from services.workflow.recommendation.steps import (
    JUDGED_BEFORE,
    RECOMMENDATION_STEPS,
    RecommendationFacts,
)
from services.workflow.route.again import against
from services.workflow.shapes import ActionIn

WINDOWS = {
    RecommendationAction.PUBLICISE: Window.RECOMMEND,
    RecommendationAction.CONFIRM: Window.RECOMMEND,
    RecommendationAction.WITHDRAW: Window.RUN,
}
"""In which window of the year's run each step is possible."""


async def move(
    act: Act, recommendation_id: UUID, action: RecommendationAction, asked: ActionIn, neighbours: Neighbours
) -> tuple[Recommendation, list[Basis]]:
    """Take one step; the basis it rests on.

    Raises:
        Refusal: the step is not possible, not the caller's, breaks a rule, or comes outside of its window.
    """
    seen = await store.seen(act.tx, recommendation_id, act.actor)
    # asked before anything is locked: nobody waits for accounts
    judged = action in JUDGED_BEFORE
    records = await neighbours.records(seen.person_id) if judged else []
    closed = await _closed(act, seen, neighbours) if judged else ()
    row = await store.lock(act.tx, recommendation_id)
    cycle = await cycle_store.get(act.tx, row.cycle_id)
    policy = act.policies[cycle.policy]
    facts = replace(await facts_of(act, row, asked.note, records), route_closed=closed)
    step = decide(RECOMMENDATION_STEPS, facts, action, act.actor, policy.articles, version=asked.version)
    window = cycles.require_window(cycle, WINDOWS[action], act.moment)
    changes, event = await _effect(act, row, action, cycle, policy, asked.note)
    changes |= {"answering": sorted(act.actor.answering | set(row.answering))}
    await rows.take(act, row, step, event=event, note=asked.note, **changes)
    if judged:
        await verdicts.keep(act, row, records, JudgedFor(action), policy)
    return row, list(dict.fromkeys([*step.basis, window]))


async def _closed(act: Act, row: Recommendation, neighbours: Neighbours) -> tuple[Finding, ...]:
    """What of the conditions of its route is no longer met."""
    policy = act.policies[(await cycle_store.get(act.tx, row.cycle_id)).policy]
    return await against(neighbours.accounts, act, policy, await taken_by(act.tx, row))


async def facts_of(
    act: Act, row: Recommendation, reason: str | None, records: Sequence[PersonRecord]
) -> RecommendationFacts:
    """What the rules ask of a recommendation; objections wait from here on until the step is taken."""
    plain = plain_facts(row, reason) | {
        "own": act.actor.answers_for(row.account_id),
        "undecided": verdicts.undecided(records),
    }
    declared = await store.is_declared(act.tx, row.id)
    if row.publicity_id is None:
        return RecommendationFacts(**plain, declared=declared)
    publicity = await publicity_store.get(act.tx, row.publicity_id)
    await publicities.lock(act.tx, publicity.id)
    standing = await publicities.standing(act.tx, publicity.id)
    return RecommendationFacts(
        **plain,
        declared=declared,
        not_over=publicities.not_yet_over(publicity, act.moment),
        objections_open=standing.open,
        objections_upheld=standing.upheld,
    )


def plain_facts(row: Recommendation, reason: str | None = None) -> dict[str, Any]:
    """What the row itself tells its steps."""
    return {
        "id": row.id,
        "state": RecommendationState(row.state),
        "version": row.version,
        "lineage": tuple(row.lineage),
        "unit_id": row.unit_id,
        "reason": reason,
    }


async def _effect(
    act: Act,
    row: Recommendation,
    action: RecommendationAction,
    cycle: Cycle,
    policy: NoticePolicy,
    note: str | None,
) -> tuple[dict[str, Any], RecommendationEvent]:
    """What else changes with the step, and the event that tells of it."""
    told = told_of(row, cycle.year)
    if action is RecommendationAction.PUBLICISE:
        publicity = await _publicised(act, row, policy)
        told |= {"publicity_id": publicity.id}
        dates = {"opens_on": publicity.opens_on, "closes_on": publicity.closes_on}
        return {"publicity_id": publicity.id}, RecommendationPublicised(**told, **dates)
    if action is RecommendationAction.CONFIRM:
        assert row.publicity_id is not None, "only a publicised recommendation is confirmed"
        await publicities.end(act.tx, row.publicity_id, Outcome.SETTLED, act.moment)
        declares = policy.declaration.windows.first_submission
        due = {"due_on": last_day(cycle.windows, declares), "due_window": declares}
        return {}, RecommendationConfirmed(**told, **due)
    if row.state == RecommendationState.IN_PUBLICITY and row.publicity_id is not None:
        await publicities.end(act.tx, row.publicity_id, Outcome.CANCELLED, act.moment)
    return {}, RecommendationEnded(**told, reason=note or "")


async def _publicised(act: Act, row: Recommendation, policy: NoticePolicy) -> Publicity:
    ids = [each["id"] for each in row.path]
    above = row.path[: ids.index(str(row.unit_id)) + 1]
    about: publicities.About = {
        "kind": PublicityKind.RECOMMENDATION,
        "subject_id": row.id,
        "cycle_id": row.cycle_id,
        "organisation_id": row.unit_id,
        "lineage": [UUID(each["id"]) for each in above],
        "province": row.province,
        "concerned": [row.account_id],
    }
    return await publicities.open(
        act.tx,
        await _snapshot(act, row, policy, above[-1]["name"]),
        about,
        working_days=policy.publicity.working_days,
        actor=act.actor,
        moment=act.moment,
        basis=[policy.articles["selected_publicly"], policy.articles["publicity_working_days"]],
    )


async def _snapshot(act: Act, row: Recommendation, policy: NoticePolicy, unit_name: str) -> dict[str, Any]:
    """What everybody may read: who is recommended for what, by whom, on whose nomination; no id, no phone."""
    series = cycles.require_series(policy, row.series)
    specialty = row.specialty_id and (await cycle_store.specialty(act.tx, row.specialty_id)).name
    return {
        "unit": unit_name,
        "name": row.person_name,
        "series": series.name,
        "specialty": specialty,
        "level": policy.series.level_names[TitleLevel(row.level)],
        "rank": row.rank,
        "route": route.title if (route := policy.routes.find(row.route)) else row.route,
        "pool": PostPool(row.pool).zh,
        "ground": row.ground and Ground(row.ground).zh,
        **({"nominators": row.nominators} if row.nominators else {}),
    }
