"""Shapes of spot checks, their frames, work lists and progress."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from services.quota.contract import TitleLevel
from services.workflow.shapes import ActionIn, Code, In, Line, Out, Prose, Stated
from services.workflow.spot_check.states import ItemState, SpotCheckState
from services.workflow.supervision.states import FindingKind


class SpotCheckIn(In):
    """A spot check of a year, or of a committee, series or level of it; another share than the policy's rests on a document."""

    cycle_id: UUID
    share: Decimal | None = Field(None, gt=0, le=1, max_digits=5, decimal_places=4)
    document_number: Line | None = None
    committee_id: UUID | None = None
    series: Code | None = None
    level: TitleLevel | None = None


class SpotCheckOut(Stated):
    """A spot check; with `opened_seed`, `algorithm` and its frame anybody who reads it repeats the draw."""

    id: UUID
    cycle_id: UUID
    share: float
    document_number: str | None
    committee_id: UUID | None
    series: str | None
    level: TitleLevel | None
    state: SpotCheckState
    version: int
    seed_commitment: str
    algorithm: str
    opened_seed: str | None
    results: int | None
    size: int | None
    ordered_on: date
    ordered_by_name: str
    drawn_at: datetime | None
    conclusion: str | None


class FrameOut(Out):
    """A declaration that could be drawn, and its stratum; `place` is the cursor that goes on after it."""

    declaration_id: UUID
    committee_id: UUID
    place: UUID


class ItemOut(Stated):
    """An item of the work list."""

    id: UUID
    spot_check_id: UUID
    declaration_id: UUID
    committee_id: UUID
    number: str
    state: ItemState
    version: int
    checker_id: UUID | None
    checker_name: str | None
    verdict: str | None
    decided_on: date | None
    finding_id: UUID | None


class ProgressOut(Out):
    """How far a spot check is with one committee, and what was found."""

    committee_id: UUID
    committee_name: str
    results: int
    drawn: int
    waiting: int
    in_hand: int
    in_order: int
    found: int
    correction_ordered: int
    result_void: int


class WholeProgressOut(Out):
    """How far a spot check is with each committee."""

    committees: list[ProgressOut]


class FoundIn(In):
    """What is ordered of an item: a correction by a day of an organisation of its line, or its result void; by a document."""

    kind: FindingKind
    document_number: Line
    organisation_id: UUID | None = None
    due_on: date | None = None


class ItemActionIn(ActionIn):
    """A step of an item; FIND orders something with it."""

    finding: FoundIn | None = None
    note: Prose | None = None
