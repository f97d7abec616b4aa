"""Shapes of batches."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from services.workflow.batch.states import WINDOWS, BatchState
from services.workflow.cycle.schemas import DocumentNumber, WindowOut
from services.workflow.cycle.states import Window
from services.workflow.shapes import Code, In, Line, Stated


class BatchWindowIn(In):
    """One window of a batch; both days inclusive, Asia/Shanghai."""

    window: Window
    opens: date
    closes: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes < self.opens:
            raise ValueError("closes before it opens")
        return self


class BatchIn(In):
    """A batch to be opened by the document of the region that organises it."""

    cycle_id: UUID
    route: Code
    organisation_id: UUID | None = Field(
        None, description="of several organisations of the caller's, the one that organises it"
    )
    title: Line
    document_number: DocumentNumber
    windows: list[BatchWindowIn] = Field(description="DECLARE, REVIEW and MEET, each once")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if sorted(each.window for each in self.windows) != sorted(WINDOWS):
            raise ValueError(f"name each window once: {', '.join(WINDOWS)}")
        return self


class BatchOut(Stated):
    """A batch; public once PUBLISHED."""

    id: UUID
    cycle_id: UUID
    route: str
    title: str
    document_number: str
    windows: list[WindowOut]
    state: BatchState
    published_at: datetime | None
    organisation_id: UUID
    created_at: datetime
    version: int
