"""What callers send and see of decisions on numbers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.quota.annual_form.schemas import Count, HistoryOut, Reason
from services.quota.contract import TitleLevel
from services.quota.decision.model import PostDecision
from services.quota.decision.rules import Number
from services.quota.decision.service import Wanted
from services.quota.decision.states import DecisionState

DocumentNo = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class NumberIn(BaseModel):
    """How many may be declared for a level."""

    level: TitleLevel
    declarable: Count


class DecisionIn(BaseModel):
    """A decision; a level it does not name follows the approved form."""

    unit_id: UUID
    year: int
    document_no: DocumentNo
    decided_on: date
    reason: Reason
    levels: Annotated[list[NumberIn], Field(min_length=1, max_length=20)]
    replaces: UUID | None = Field(
        None, description="the decision in force that was read, which this one replaces; null where none was"
    )

    def wanted(self) -> Wanted:
        """The same for the service."""
        numbers = tuple(Number(each.level, each.declarable) for each in self.levels)
        return Wanted(self.unit_id, numbers, self.document_no, self.decided_on, self.reason, self.replaces)


class EndIn(BaseModel):
    """Why a decision ends; `version` is the one that was read."""

    version: int
    reason: Reason


class NumberOut(BaseModel):
    """How many may be declared for a level."""

    model_config = ConfigDict(from_attributes=True)

    level: TitleLevel
    declarable: int


class DecisionOut(BaseModel):
    """A decision on a unit's numbers; `decided_by` is who entered it for the HRSS."""

    id: UUID
    unit_id: UUID
    year: int
    version: int
    state: DecisionState
    hrss_id: UUID
    document_no: str
    decided_on: date
    reason: str
    decided_by: str
    levels: list[NumberOut]
    created_at: datetime
    history: list[HistoryOut]
    available_actions: list[str]

    @classmethod
    def of(
        cls,
        found: PostDecision,
        numbers: Sequence[Number],
        history: Sequence[Mapping[str, Any]],
        actions: list[str],
    ) -> "DecisionOut":
        """A decision with its numbers and what happened to it."""
        return cls(
            id=found.id,
            unit_id=found.unit_id,
            year=found.year,
            version=found.version,
            state=DecisionState(found.state),
            hrss_id=found.hrss_id,
            document_no=found.document_no,
            decided_on=found.decided_on,
            reason=found.reason,
            decided_by=found.actor_name,
            levels=[NumberOut.model_validate(each) for each in numbers],
            created_at=found.created_at,
            history=[HistoryOut.model_validate(dict(each)) for each in history],
            available_actions=actions,
        )
