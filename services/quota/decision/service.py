"""Setting numbers by decision and ending one; both change what the unit's ledger counts by, under its lock."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import outbox, transition
from services.kit.auth import Actor, Seat
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.kit.steps import Move, decide, refuse_broken
from services.neighbours.client import Neighbour
from services.quota.annual_form import store as forms
from services.quota.annual_form.model import AnnualForm
from services.quota.contract import PostDecisionMoved, PostPool
from services.quota.decision import store
from services.quota.decision.errors import AnotherInForce, NoFormToDecideOn
from services.quota.decision.model import PostDecision, post_decision
from services.quota.decision.rules import (
    PAPER_RULES,
    DecisionCase,
    Number,
    Paper,
    numbers_cover_live,
)
from services.quota.decision.states import Action, DecisionState
from services.quota.decision.steps import DECIDERS, STEPS
from services.quota.ledger import store as ledger
from services.quota.ledger.changes import places_changed
from services.quota.ledger.errors import UnitNotFound
from services.quota.ledger.rules import Shortfall, shortfalls
from services.quota.ledger.store import Counted
from services.quota.policy import YearPolicy
from services.quota.system import SYSTEM
from services.quota.unit import reading as units
from services.quota.unit.store import require_visible

RULES = (*PAPER_RULES, numbers_cover_live)
ARTICLES = ("form_required", "numbers_decided", *(each.article for each in RULES))
"""The articles this module names itself."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision as it is asked for."""

    unit_id: UUID
    numbers: tuple[Number, ...]
    document_no: str
    decided_on: date
    reason: str
    replaces: UUID | None
    """The decision in force that whoever asks has read."""


async def set_numbers(
    tx: AsyncSession, wanted: Wanted, policy: YearPolicy, actor: Actor, moment: Moment, *, province: str
) -> tuple[PostDecision, list[Basis]]:
    """Set the unit's numbers of the policy's year, in place of the form's and of a former decision's.

    Raises:
        NoFormToDecideOn: no form of the year is in force.
        RoleMissing: the caller does not act for the HRSS that approved it.
        AnotherInForce: another decision is in force than the one to be replaced.
        RulesBroken: the paper is not sound, or its numbers do not cover the recommendations that live.
    """
    by, form = await _form_in_force(tx, wanted.unit_id, policy)
    seat = actor.require(*DECIDERS, within=(form.hrss_id,))
    if by.decision_id != wanted.replaces:
        raise AnotherInForce(year=policy.year, field="replaces", basis=policy.basis("numbers_decided"))
    paper = Paper(wanted.numbers, wanted.decided_on, moment.today, policy.posts.limited_levels)
    refuse_broken(Action.DECIDE, PAPER_RULES, paper, policy.articles)
    before = await ledger.standings(tx, wanted.unit_id, policy, by)
    if by.decision_id is not None:
        await _replace(tx, by.decision_id, seat, policy, actor, moment)
    made = await _add(tx, wanted, form, seat, policy, actor, moment, province=province)
    after = await ledger.standings(tx, wanted.unit_id, policy, replace(by, decision_id=made.id))
    refuse_broken(Action.DECIDE, (numbers_cover_live,), shortfalls(before, after), policy.articles)
    await _count_by(tx, made, made.id, policy, moment)
    return made, policy.basis("numbers_decided")


async def end(
    tx: AsyncSession,
    found: PostDecision,
    policy: YearPolicy,
    actor: Actor,
    moment: Moment,
    *,
    version: int,
    reason: str,
) -> tuple[Basis, ...]:
    """End a decision; from now on the approved form decides alone.

    Raises:
        ActionNotAvailable, NotYourStep, StaleVersion, RulesBroken: see `kit.steps.decide`.
    """
    by = await ledger.lock(tx, found.unit_id, found.year, PostPool.GENERAL)
    found = await store.lock(tx, found.id, actor)
    case = case_of(found, await _short_without(tx, found, by, policy))
    move = decide(STEPS, case, Action.END, actor, policy.articles, version=version)
    await _take(tx, found, move, actor, moment, reason)
    await _count_by(tx, found, None, policy, moment)
    return move.basis


async def require_unit_visible(tx: AsyncSession, accounts: Neighbour, unit_id: UUID, actor: Actor) -> None:
    """Refuse unless the caller sees a form of the unit or, where it has none yet, stands above it.

    Raises:
        UnitNotFound: neither, or there is no such unit.
        Unavailable: the unit has no form, and accounts does not answer.
    """
    try:
        await forms.require_unit_visible(tx, unit_id, actor)
    except UnitNotFound:
        card = await units.card(tx, accounts, unit_id)
        require_visible(unit_id, card.lineage, actor)


def case_of(found: PostDecision, fallen: tuple[Shortfall, ...] = ()) -> DecisionCase:
    """The facts its steps are judged by."""
    return DecisionCase(
        id=found.id,
        state=DecisionState(found.state),
        version=found.version,
        lineage=tuple(found.lineage),
        hrss_id=found.hrss_id,
        shortfalls=fallen,
    )


async def _form_in_force(tx: AsyncSession, unit_id: UUID, policy: YearPolicy) -> tuple[Counted, AnnualForm]:
    """The form that the unit's posts are counted by; nobody takes a place meanwhile."""
    by = await ledger.lock(tx, unit_id, policy.year, PostPool.GENERAL)
    if by is None or by.form_id is None:
        raise NoFormToDecideOn(year=policy.year, field="unit_id", basis=policy.basis("form_required"))
    return by, await forms.get(tx, by.form_id, SYSTEM)


async def _short_without(
    tx: AsyncSession, found: PostDecision, by: Counted | None, policy: YearPolicy
) -> tuple[Shortfall, ...]:
    """The levels that the form alone would leave short; none where the decision is not in force anyway."""
    if by is None or by.decision_id != found.id:
        return ()
    before = await ledger.standings(tx, found.unit_id, policy, by)
    return shortfalls(
        before, await ledger.standings(tx, found.unit_id, policy, replace(by, decision_id=None))
    )


async def _add(
    tx: AsyncSession,
    wanted: Wanted,
    form: AnnualForm,
    seat: Seat,
    policy: YearPolicy,
    actor: Actor,
    moment: Moment,
    *,
    province: str,
) -> PostDecision:
    """Keep the decision with its history and event."""
    head = {
        "province": province,
        "unit_id": wanted.unit_id,
        "year": policy.year,
        "lineage": form.lineage,
        "hrss_id": form.hrss_id,
        "document_no": wanted.document_no,
        "decided_on": wanted.decided_on,
        "reason": wanted.reason,
        "actor_name": actor.named(seat.organisation_id, seat.role),
    }
    made = await store.add(tx, head, wanted.numbers)
    await transition.begin(
        tx,
        post_decision,
        subject_id=made.id,
        state=made.state,
        actor=actor,
        moment=moment,
        organisation_id=seat.organisation_id,
        role=seat.role,
        action=Action.DECIDE,
        basis=tuple(policy.basis("numbers_decided")),
        note=wanted.reason,
    )
    await outbox.publish(tx, _moved(made, Action.DECIDE, DecisionState.IN_FORCE), moment)
    return made


async def _replace(
    tx: AsyncSession, former_id: UUID, seat: Seat, policy: YearPolicy, actor: Actor, moment: Moment
) -> None:
    """Retire the decision in force, for the one that `seat` makes now."""
    former = await store.lock(tx, former_id, SYSTEM)
    move = decide(STEPS, case_of(former), Action.REPLACE, SYSTEM, policy.articles)
    await _take(tx, former, replace(move, seat=seat), actor, moment)


async def _take(
    tx: AsyncSession, found: PostDecision, move: Move, actor: Actor, moment: Moment, note: str | None = None
) -> None:
    event = _moved(found, Action(move.action), DecisionState(move.after))
    await transition.take(tx, post_decision, move, actor=actor, moment=moment, event=event, note=note)
    await tx.refresh(found)


async def _count_by(
    tx: AsyncSession, found: PostDecision, decision_id: UUID | None, policy: YearPolicy, moment: Moment
) -> None:
    """Let the ledger count by another decision, or by none, and tell whom it concerns."""
    await ledger.decide_by(tx, found.unit_id, found.year, decision_id)
    await places_changed(tx, found.unit_id, PostPool.GENERAL, policy, moment)


def _moved(found: PostDecision, action: Action, after: DecisionState) -> PostDecisionMoved:
    return PostDecisionMoved(
        decision_id=found.id,
        unit_id=found.unit_id,
        hrss_id=found.hrss_id,
        year=found.year,
        document_no=found.document_no,
        action=action,
        after=after,
        lineage=found.lineage,
    )
