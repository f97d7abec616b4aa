"""Shapes of publicities and objections; none of them tells who raised an objection."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.kit.auth import Actor
from services.kit.clock import Moment, working_days_between
from services.kit.http import BasisOut
from services.workflow.policy import NoticePolicy
from services.workflow.publicity import store
from services.workflow.publicity.model import Publicity
from services.workflow.publicity.policy import OBJECTING
from services.workflow.publicity.service import Standing
from services.workflow.publicity.states import ObjectionState, PublicityKind, PublicityState
from services.workflow.shapes import In, Out, Prose, Stated


class PublicityOut(Out):
    """What is or was public; a cancelled publicity no longer shows its snapshot.

    Nor does another after `named_until`, but to those whom it is about, who decide on objections, or who oversee them.
    `basis` is on what articles anybody objects. `working_days_left` are those after today on which anybody may still object; none once it is ended.
    """

    id: UUID
    kind: PublicityKind
    subject_id: UUID
    round: int
    cycle_id: UUID
    organisation_id: UUID
    opens_on: date
    closes_on: date
    named_until: date
    working_days: int
    working_days_left: int
    snapshot: dict[str, Any]
    created_at: datetime
    state: PublicityState
    objections_open: int
    objections_upheld: int
    basis: list[BasisOut]

    @classmethod
    def of(
        cls,
        publicity: Publicity,
        standing: Standing,
        moment: Moment,
        policy: NoticePolicy,
        viewer: Actor | None,
    ) -> "PublicityOut":
        """The publicity as told somebody today."""
        state = standing.state(publicity, moment)
        until = policy.publicity.named_until(publicity.closes_on)
        kept = {name: getattr(publicity, name) for name in cls.model_fields if hasattr(publicity, name)}
        over = moment.today > until and not store.named_for(viewer, publicity)
        if state is PublicityState.CANCELLED or over:
            kept["snapshot"] = {}
        return cls(
            **kept,
            named_until=until,
            basis=[BasisOut.model_validate(policy.articles[each]) for each in OBJECTING],
            working_days_left=_left(publicity, state, moment),
            state=state,
            objections_open=standing.open,
            objections_upheld=standing.upheld,
        )


def _left(publicity: Publicity, state: PublicityState, moment: Moment) -> int:
    """The working days that are left after today."""
    return working_days_between(moment.today, publicity.closes_on) if state is PublicityState.OPEN else 0


class ObjectionIn(In):
    """An objection to what is publicised; an anonymous one keeps no trace of its author."""

    text: Prose
    anonymous: bool = False


class ObjectionReceipt(Out):
    """That the objection was received."""

    id: UUID
    publicity_id: UUID
    anonymous: bool
    state: ObjectionState
    raised_on: date


class ObjectionOut(ObjectionReceipt, Stated):
    """An objection as those see it who decide on it; never its author."""

    text: str
    reason: str | None
    decided_on: date | None
    version: int


class DecisionIn(In):
    """The decision on an objection."""

    upheld: bool
    reason: Prose
    version: int | None = Field(None, ge=1)
