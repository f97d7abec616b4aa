"""Shapes of figures, flags and findings."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from services.workflow.declaration.states import ReviewAction
from services.workflow.shapes import In, Line, Out, Prose, Stated
from services.workflow.supervision.model import ReviewFlag
from services.workflow.supervision.states import FindingKind, FindingState, FlagState, Ground


class PaceOut(Out):
    """The figures of one reviewer at one organisation, or of the organisation, since a moment.

    Seconds run from the first opening of a material to the approval in the same turn; `approval_share` is that of
    approvals among approvals and returns. `place` is the cursor that goes on after them.
    """

    organisation_id: UUID
    account_id: UUID | None = None
    reviewer_name: str | None = None
    since: datetime
    approvals: int
    approvals_last_hour: int
    approvals_last_day: int
    returns: int
    approval_share: float
    shortest_seconds: float | None
    median_seconds: float | None
    place: str

    @classmethod
    def of(cls, found: Mapping[str, Any], since: datetime, place: str) -> Self:
        """The figures as told; those of an organisation name nobody."""
        told = dict(found)
        if "account_id" not in told:
            told["reviewer_name"] = None
        share = told["approvals"] / (told["approvals"] + told["returns"])
        return cls(**told, since=since, approval_share=share, place=place)


class FlagOut(Stated):
    """A flag: whose approvals, with the figures of the whole burst."""

    id: UUID
    organisation_id: UUID
    account_id: UUID
    reviewer_name: str
    state: FlagState
    version: int
    raised_at: datetime
    last_at: datetime
    approvals: int
    shortest_seconds: int | None
    most_in_window: int
    reason: str | None
    decided_at: datetime | None
    decided_by_name: str | None

    @classmethod
    def told(cls, row: ReviewFlag, figures: Mapping[str, Any], actions: Sequence[str]) -> Self:
        """The flag with its figures, and what its reader may try."""
        kept = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls(**{**kept, **figures}, available_actions=list(actions))


class FlaggedApprovalOut(Out):
    """One approval of a flag, with its figures and those of the policy then."""

    id: UUID
    declaration_id: UUID
    number: str
    action: ReviewAction
    grounds: list[Ground]
    seconds: int | None
    materials: int
    approvals: int
    seconds_per_material: int
    window_minutes: int
    approvals_in_window: int
    approved_at: datetime


class DismissIn(In):
    """Why a flag is dismissed."""

    reason: Prose
    version: int | None = Field(None, ge=1)


class FindingIn(In):
    """What was found: a correction by a day, or a result void, by a document; resting on a flag or on declarations."""

    kind: FindingKind
    flag_id: UUID | None = None
    declaration_ids: list[UUID] = Field(default_factory=list, max_length=50)
    organisation_id: UUID | None = None
    reason: Prose
    document_number: Line
    due_on: date | None = None


class FindingOut(Stated):
    """A finding, with what was answered last and what came of it."""

    id: UUID
    kind: FindingKind
    state: FindingState
    version: int
    flag_id: UUID | None
    declaration_ids: list[UUID]
    organisation_id: UUID
    reason: str
    document_number: str
    body_id: UUID
    decided_by_name: str
    found_on: date
    due_on: date | None
    decide_by: date | None
    answer: str | None
    answered_by_name: str | None
    answered_on: date | None
    verdict: str | None


class AnswerIn(In):
    """What was done to correct it."""

    answer: Prose
    version: int | None = Field(None, ge=1)


class SettleIn(In):
    """Whether that is accepted; if not, why, and by which day it is ordered anew."""

    accepted: bool
    reason: Prose | None = None
    due_on: date | None = None
    version: int | None = Field(None, ge=1)
