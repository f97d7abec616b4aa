"""What callers send and see of the annual review form."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.kit.http import BasisOut
from services.quota.annual_form.model import AnnualForm, FormColumn, FormNote
from services.quota.annual_form.rules import CellReason, Change, Column, Table
from services.quota.annual_form.states import Cell, FormState
from services.quota.contract import TitleLevel

Count = Annotated[int, Field(ge=0, le=100_000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
CLOSED: Any = {"additionalProperties": False}
"""Documented as closed; what is typed beside the known cells is refused by a rule, with its article."""


class LevelIn(BaseModel):
    """One level's column; only these four cells are typed, the others follow."""

    model_config = ConfigDict(extra="allow", json_schema_extra=CLOSED)

    level: TitleLevel
    approved: Count = 0
    employed: Count = 0
    qualified_not_employed: Count = 0
    exits: Count = 0


class TableIn(BaseModel):
    """The table; a level left out has nothing in it."""

    model_config = ConfigDict(extra="allow", json_schema_extra=CLOSED)

    levels: Annotated[list[LevelIn], Field(min_length=1, max_length=20)]

    def table(self) -> Table:
        """The same for the rules."""
        columns = [
            Column(
                each.level,
                each.approved,
                each.employed,
                each.qualified_not_employed,
                each.exits,
                tuple(each.model_extra or ()),
            )
            for each in self.levels
        ]
        return Table(tuple(columns), tuple(self.model_extra or ()))


class FormIn(TableIn):
    """A unit's form of a year."""

    unit_id: UUID
    year: int


class FillIn(TableIn):
    """A form filled in anew; `version` is the one that was read."""

    version: int


class CellReasonIn(BaseModel):
    """Why a cell is returned."""

    level: TitleLevel
    cell: Cell
    reason: Reason

    def reason_of_cell(self) -> CellReason:
        """The same for the rules."""
        return CellReason(self.level, self.cell, self.reason)


class ActIn(BaseModel):
    """A step; a return names its cells."""

    version: int
    note: Annotated[str | None, StringConstraints(max_length=1000)] = None
    cells: Annotated[list[CellReasonIn], Field(max_length=100)] = []


class Cells(BaseModel):
    """The six figures of a column."""

    model_config = ConfigDict(from_attributes=True)

    approved: int
    employed: int
    vacant: int
    qualified_not_employed: int
    exits: int
    declarable: int


class RowOut(Cells):
    """A level's figures."""

    level: TitleLevel


class ChangeOut(BaseModel):
    """A cell that this version fills in differently from the former one."""

    model_config = ConfigDict(from_attributes=True)

    level: TitleLevel
    cell: Cell
    before: int
    after: int


class NoteOut(BaseModel):
    """Why a cell was returned."""

    model_config = ConfigDict(from_attributes=True)

    level: TitleLevel
    cell: Cell
    reason: str
    organisation_id: UUID
    at: datetime


class HistoryOut(BaseModel):
    """A step the form has taken."""

    model_config = ConfigDict(from_attributes=True)

    action: str
    actor_name: str
    organisation_id: UUID | None
    at: datetime
    note: str | None
    basis: list[BasisOut]


class FormOut(BaseModel):
    """The form; `version` is for optimistic locking, `revision` numbers the unit's forms of the year."""

    id: UUID
    unit_id: UUID
    year: int
    version: int
    revision: int
    former_id: UUID | None
    state: FormState
    authority_id: UUID | None
    hrss_id: UUID
    rows: list[RowOut]
    totals: Cells
    changes: list[ChangeOut]
    notes: list[NoteOut]
    history: list[HistoryOut]
    available_actions: list[str]

    @classmethod
    def of(
        cls,
        form: AnnualForm,
        columns: Mapping[TitleLevel, FormColumn],
        changed: Sequence[Change],
        notes: Sequence[FormNote],
        history: Sequence[Mapping[str, Any]],
        actions: list[str],
    ) -> "FormOut":
        """A form with its table, its totals and what happened to it."""
        rows = [RowOut.model_validate(column) for column in columns.values()]
        return cls(
            id=form.id,
            unit_id=form.unit_id,
            year=form.year,
            version=form.version,
            revision=form.revision,
            former_id=form.former_id,
            state=FormState(form.state),
            authority_id=form.authority_id,
            hrss_id=form.hrss_id,
            rows=rows,
            totals=Cells(**{cell: sum(getattr(row, cell) for row in rows) for cell in Cell}),
            changes=[ChangeOut.model_validate(each) for each in changed],
            notes=[NoteOut.model_validate(each) for each in notes],
            history=[HistoryOut.model_validate(dict(each)) for each in history],
            available_actions=actions,
        )
