"""Claiming: one of several reviewers at a place says that he or she has it in hand; the claim lapses by itself."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.kit.auth import Actor
from services.kit.clock import Moment
from services.workflow.act import Act
from services.workflow.declaration.case import Case, Claim
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action
from services.workflow.review_chain.policy import ReviewDays

NONE: Mapping[str, Any] = {"claimed_by": None, "claimed_by_name": None, "claimed_until": None}
"""The columns where nobody has claimed."""


def as_facts(declaration: Declaration, actor: Actor, moment: Moment) -> Claim | None:
    """The claim that holds now, seen from the caller; one that has lapsed is none."""
    until = declaration.claimed_until
    if until is None or until <= moment.instant:
        return None
    name = declaration.claimed_by_name or ""
    return Claim(name=name, until=until, by_caller=actor.answers_for(declaration.claimed_by))


def told(declaration: Declaration, moment: Moment) -> dict[str, Any]:
    """The claim that holds now, as it is told with the declaration."""
    until = declaration.claimed_until
    if until is None or until <= moment.instant:
        return {}
    return {"claimed_by_name": declaration.claimed_by_name, "claimed_until": until}


def changes_of(
    action: Action, declaration: Declaration, case: Case, act: Act, days: ReviewDays
) -> dict[str, Any]:
    """What a step that leaves the declaration where it is changes of its claim.

    Who endorses lets go of the own claim: another has to decide.
    """
    if action is Action.CLAIM:
        return {
            "claimed_by": act.actor.id,
            "claimed_by_name": act.actor.named(declaration.at_organisation_id),
            "claimed_until": act.moment.instant + timedelta(hours=days.claim_hours),
        }
    own = case.claim is not None and case.claim.by_caller
    return dict(NONE) if own and action in (Action.RELEASE, Action.ENDORSE) else {}
