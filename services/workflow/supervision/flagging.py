"""What supervisors do with a flag."""

from uuid import UUID

from services.kit.auth import Actor
from services.kit.errors import Basis
from services.kit.steps import available_actions, decide
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import ReviewFlagMoved
from services.workflow.supervision import store
from services.workflow.supervision.involvement import acted_on
from services.workflow.supervision.model import ReviewFlag
from services.workflow.supervision.states import FlagAction, FlagState
from services.workflow.supervision.steps import FLAG_STEPS, FlagFacts


def facts_of(
    flag: ReviewFlag, actor: Actor, reason: str | None = None, *, involved: bool = False
) -> FlagFacts:
    """A flag as its rules see it: a delegate and the principal count as one, and so do accounts of one person."""
    same_person = actor.person_id is not None and actor.person_id == flag.person_id
    return FlagFacts(
        flag.id,
        FlagState(flag.state),
        flag.version,
        tuple(flag.lineage),
        own=same_person or not actor.answering.isdisjoint(flag.answering),
        involved=involved,
        reason=reason,
    )


def actions(flag: ReviewFlag, actor: Actor) -> list[str]:
    """What the caller may try."""
    return available_actions(FLAG_STEPS, facts_of(flag, actor), actor)


async def dismiss(
    act: Act, flag_id: UUID, reason: str, version: int | None
) -> tuple[ReviewFlag, tuple[Basis, ...]]:
    """Say that there is nothing to it.

    Raises:
        FlagNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    flag = await store.flag(act.tx, flag_id, act.actor)
    return flag, await take(act, flag, FlagAction.DISMISS, reason, version)


async def take(
    act: Act, flag: ReviewFlag, action: FlagAction, reason: str, version: int | None = None
) -> tuple[Basis, ...]:
    """Take a step of a flag; of two supervisors at once one is too late."""
    involved = await acted_on(act.tx, await store.flagged(act.tx, flag.id), act.actor)
    facts = facts_of(flag, act.actor, reason, involved=involved)
    articles = act.policies[flag.policy].articles
    move = decide(FLAG_STEPS, facts, action, act.actor, articles, version=version)
    event = ReviewFlagMoved(
        flag_id=flag.id, organisation_id=flag.organisation_id, action=action, after=move.after
    )
    decided_by = act.actor.named(move.seat.organisation_id, move.seat.role)
    told = {"reason": reason, "decided_at": act.moment.instant, "decided_by_name": decided_by}
    await rows.take(act, flag, move, event=event, note=reason, **told)
    return move.basis
