"""Shapes of committees and experts."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.quota.contract import TitleLevel
from services.workflow.committee.policy import Delegation
from services.workflow.committee.states import CommitteeState, ExpertState, Ground
from services.workflow.shapes import ActionIn, Code, In, Line, Out, Stated

Levels = Annotated[frozenset[TitleLevel], Field(min_length=1)]
Ids = Annotated[frozenset[UUID], Field(max_length=200)]


class CommitteeIn(In):
    """A committee to be approved.

    `unit_id` is the organisation whose units it serves: a unit, or a region's HRSS; left out: the whole province.
    No specialty means every specialty of the series.
    """

    cycle_id: UUID
    name: Line
    series: Code
    specialty_ids: Ids = frozenset()
    levels: Levels
    region_code: str | None = Field(None, pattern=r"^\d{6}$")
    unit_id: UUID | None = None
    delegation: Code | None = Field(
        None, description="the delegation of review authority it rests on, by its code"
    )
    office_id: UUID
    size: int = Field(ge=1, le=1000)


class CommitteeOut(Stated):
    """A committee and its jurisdiction; public."""

    id: UUID
    cycle_id: UUID
    name: str
    series: str
    specialty_ids: list[UUID]
    levels: list[TitleLevel]
    region_code: str | None
    serves_id: UUID
    delegation: str | None
    office_id: UUID
    size: int
    state: CommitteeState
    created_at: datetime
    version: int


class DelegationOut(Out):
    """Review authority given to a named body."""

    code: str
    body: str
    series: str
    specialty: str | None
    levels: list[TitleLevel]
    run_by: str
    cite: str

    @classmethod
    def of(cls, delegation: Delegation, cite: str) -> "DelegationOut":
        """The delegation as told."""
        return cls(**delegation.model_dump(exclude={"article"}), cite=cite)


class Qualification(In):
    """What an expert may judge, and until when."""

    specialty_ids: Ids = frozenset()
    title_level: TitleLevel
    valid_until: date


class ExpertIn(Qualification):
    """An expert for the pool of a series; no specialty means every specialty of it."""

    name: Line
    account_id: UUID
    organisation_id: UUID
    series: Code


class Renewal(Qualification):
    """A renewed entry; `version` is what the caller has read."""

    organisation_id: UUID | None = Field(None, description="where the expert works now, if it has changed")
    version: int = Field(ge=1)


class PoolStepIn(ActionIn):
    """A step out of the pool or back; each says why."""

    ground: Ground | None = None


class ExpertOut(Stated):
    """An expert of the pool, as offices and officers see it."""

    id: UUID
    account_id: UUID
    name: str
    organisation_id: UUID
    series: str
    specialty_ids: list[UUID]
    title_level: TitleLevel
    valid_until: date
    state: ExpertState
    ground: Ground | None
    stands_since: date | None
    created_at: datetime
    version: int
