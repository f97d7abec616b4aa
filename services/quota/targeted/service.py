"""Approving a unit's targeted posts: judged by Annex 1, kept as a new revision, counted by from then on."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit import outbox, transition
from services.kit.auth import Actor, Seat
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.kit.steps import decide, refuse_broken
from services.quota.contract import PostPool, TargetedPlanMoved, TitleLevel
from services.quota.ledger import people
from services.quota.ledger import store as ledger
from services.quota.ledger.changes import places_changed
from services.quota.ledger.rules import shortfalls
from services.quota.ledger.store import Counted
from services.quota.policy import YearPolicy
from services.quota.ratio.errors import OtherRuleApplies
from services.quota.ratio.rules import MEDICAL, Row, Unit, row_for
from services.quota.ratio.states import UnitLevel
from services.quota.staffing import reading as staffing
from services.quota.system import SYSTEM
from services.quota.targeted import store
from services.quota.targeted.errors import NoRowApplies, NotAnInstitution
from services.quota.targeted.model import TargetedPlan, targeted_plan
from services.quota.targeted.rules import (
    PAPER_RULES,
    Column,
    Paper,
    PlanCase,
    ceilings,
    numbers_cover_live,
)
from services.quota.targeted.states import LEVELS, Action, Group, PlanState
from services.quota.targeted.steps import STEPS
from services.quota.unit.reading import Card
from services.quota.unit.store import require_visible

RULES = (*PAPER_RULES, numbers_cover_live)
ARTICLES = (
    *("targeted_pool", "ratios_institutions", "township", *MEDICAL),
    *(each.article for each in RULES),
)
"""The articles this module names itself."""
APPROVERS = (Role.REVIEWER, Role.TITLE_OFFICER)
"""Who acts for an HRSS department."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An approval as it is asked for."""

    headcount: int
    document_no: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """Who approves, from which seat, when, and by the notice of which year."""

    actor: Actor
    seat: Seat
    moment: Moment
    policy: YearPolicy


async def approve(
    tx: AsyncSession, wanted: Wanted, card: Card, deed: Deed, *, province: str
) -> tuple[TargetedPlan, list[Basis]]:
    """Approve the unit's targeted posts of the policy's year, in place of a former approval.

    Raises:
        NotAnInstitution, OtherRuleApplies, NoRowApplies: Annex 1 gives the unit nothing.
        RulesBroken: the figures exceed the row, differ from the unit's ledger, or do not cover who is recommended.
        PlanApprovedMeanwhile: somebody was faster.
    """
    row, policy = row_of(card, deed.policy), deed.policy
    by = await ledger.lock(tx, card.unit_id, policy.year, PostPool.TARGETED)
    paper = Paper(wanted.columns, wanted.headcount, row, await _kept(tx, card.unit_id, deed))
    refuse_broken(Action.APPROVE, PAPER_RULES, paper, policy.articles)
    before = await ledger.standings(tx, card.unit_id, policy, by) if by else {}
    former = await _replace(tx, by, deed)
    head = {**_head(wanted, card, paper, deed), "province": province, "revision": former + 1}
    made = await _add(tx, head, paper, deed)
    await people.keep(tx, made.id, card.unit_id, PostPool.TARGETED, deed.moment)
    counted = Counted(PostPool.TARGETED, None, None, made.id)
    after = await ledger.standings(tx, card.unit_id, policy, counted)
    refuse_broken(Action.APPROVE, (numbers_cover_live,), shortfalls(before, after), policy.articles)
    await ledger.plan_by(tx, card.unit_id, policy.year, made.id)
    await places_changed(tx, card.unit_id, PostPool.TARGETED, policy, deed.moment)
    return made, [Basis(row.cite, row.title), *policy.basis("targeted_pool")]


def approver(card: Card, actor: Actor) -> Seat:
    """The caller's seat at the HRSS next above the unit.

    Raises:
        UnitNotFound: the unit is out of the caller's sight.
        RoleMissing: the caller sees it and does not act for that HRSS.
    """
    require_visible(card.unit_id, card.lineage, actor)
    return actor.require(*APPROVERS, within={card.hrss_id} if card.hrss_id else set())


def row_of(card: Card, policy: YearPolicy) -> Row:
    """The row of Annex 1 that gives the unit its targeted posts.

    Raises:
        NotAnInstitution, OtherRuleApplies, NoRowApplies: none does, and why.
    """
    table = policy.posts.ratios
    if card.nature not in table.institution_natures:
        raise NotAnInstitution(field="unit_id", basis=policy.basis("ratios_institutions"))
    unit = Unit(card.region_code, card.level, card.nature, card.industry)
    try:
        row = row_for(table, unit, policy.articles)
    except OtherRuleApplies as refusal:
        refusal.field = "unit_id"  # the caller named the unit, not its industry
        raise
    if row is None:
        raise _no_row(unit, policy)
    return row


def case_of(found: TargetedPlan) -> PlanCase:
    """The facts its steps are judged by."""
    return PlanCase(found.id, PlanState(found.state), found.version, tuple(found.lineage))


def _no_row(unit: Unit, policy: YearPolicy) -> NoRowApplies:
    lowered = ["township"] if unit.level is UnitLevel.BELOW_COUNTY else []
    return NoRowApplies(
        region_code=unit.region_code,
        level=unit.level,
        level_zh=unit.level.zh,
        field="unit_id",
        basis=policy.basis("ratios_institutions", *lowered),
    )


async def _kept(tx: AsyncSession, unit_id: UUID, deed: Deed) -> dict[TitleLevel, Column] | None:
    """What the unit's own ledger of targeted posts says today; None where it keeps none."""
    if not await staffing.keeps_ledger(tx, unit_id, PostPool.TARGETED):
        return None
    window = deed.policy.staffing.exits_window
    found = await staffing.balances(tx, unit_id, PostPool.TARGETED, on=deed.moment.today, window=window)
    return {
        level: Column(level, each.approved, each.employed, each.qualified_not_employed)
        for level, each in found.items()
        if level in LEVELS
    }


def _head(wanted: Wanted, card: Card, paper: Paper, deed: Deed) -> dict[str, Any]:
    allowed = {each.group: each.posts for each in ceilings(paper.row, paper.headcount)}
    return {
        "unit_id": card.unit_id,
        "year": deed.policy.year,
        "lineage": list(card.lineage),
        "hrss_id": deed.seat.organisation_id,
        "row_code": paper.row.code,
        "headcount": wanted.headcount,
        "senior_posts": allowed[Group.SENIOR],
        "middle_posts": allowed[Group.MIDDLE],
        "document_no": wanted.document_no,
        "actor_name": deed.actor.named(deed.seat.organisation_id, deed.seat.role),
    }


async def _replace(tx: AsyncSession, by: Counted | None, deed: Deed) -> int:
    """Retire the plan in force for the one that is approved now; its revision, 0 where there is none."""
    if by is None or by.targeted_plan_id is None:
        return 0
    former = await store.lock(tx, by.targeted_plan_id, SYSTEM)
    move = decide(STEPS, case_of(former), Action.REPLACE, SYSTEM, deed.policy.articles)
    event = _moved(former, Action.REPLACE, PlanState.REPLACED)
    await transition.take(
        tx, targeted_plan, replace(move, seat=deed.seat), actor=deed.actor, moment=deed.moment, event=event
    )
    return former.revision


async def _add(tx: AsyncSession, head: dict[str, Any], paper: Paper, deed: Deed) -> TargetedPlan:
    """Keep the plan with its history and event."""
    made = await store.add(tx, head, paper.by_level().values())
    await transition.begin(
        tx,
        targeted_plan,
        subject_id=made.id,
        state=made.state,
        actor=deed.actor,
        moment=deed.moment,
        organisation_id=deed.seat.organisation_id,
        role=deed.seat.role,
        action=Action.APPROVE,
        basis=(Basis(paper.row.cite, paper.row.title), *deed.policy.basis("targeted_pool")),
    )
    await outbox.publish(tx, _moved(made, Action.APPROVE, PlanState.IN_FORCE), deed.moment)
    return made


def _moved(found: TargetedPlan, action: Action, after: PlanState) -> TargetedPlanMoved:
    return TargetedPlanMoved(
        plan_id=found.id,
        unit_id=found.unit_id,
        hrss_id=found.hrss_id,
        year=found.year,
        revision=found.revision,
        action=action,
        after=after,
        lineage=found.lineage,
    )
