"""What callers send and see of the annual review form."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.kit.http import BasisOut
from services.quota.annual_form.model import AnnualForm, FormColumn, FormExit, FormNote
from services.quota.annual_form.recommended import Recommended
from services.quota.annual_form.rules import CellReason, Change, Column, Table
from services.quota.annual_form.states import SIGNS, STAND, Cell, FormState, Party
from services.quota.contract import ReservationState, TitleLevel

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
    """The table; a level left out has nothing in it. A unit that keeps a staffing ledger leaves out the whole table."""

    model_config = ConfigDict(extra="allow", json_schema_extra=CLOSED)

    levels: Annotated[list[LevelIn] | None, Field(min_length=1, max_length=20)] = None

    def table(self) -> Table | None:
        """The same for the rules; None where nothing is typed."""
        if self.levels is None:
            return Table((), tuple(self.model_extra)) if self.model_extra else None
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


class ExitOut(BaseModel):
    """A proven exit of the year that the form rests on (附件2 说明3)."""

    model_config = ConfigDict(from_attributes=True)

    movement_id: UUID
    level: TitleLevel
    name: str
    post: str
    reason: str
    left_on: date
    document: str


class SignatureOut(BaseModel):
    """Who put the form forward for one of the parties that sign it, and when."""

    party: Party
    organisation_id: UUID | None
    name: str
    at: datetime


class RecommendedOut(BaseModel):
    """One of the people recommended (参加相应专业技术资格评审人员基本情况); what the ledger does not know is None."""

    person_id: UUID
    recommendation_id: UUID
    name: str | None
    qualified_title: str | None
    employed_title: str | None
    employed_on: date | None
    post_grade: str | None
    level: TitleLevel
    state: ReservationState

    @classmethod
    def of(cls, each: Recommended) -> "RecommendedOut":
        """A line of the list."""
        row, staff = each.reservation, each.staff
        return cls(
            person_id=row.person_id,
            recommendation_id=row.recommendation_id,
            name=row.person_name,
            qualified_title=staff.qualified_title,
            employed_title=staff.employed_title,
            employed_on=staff.employed_on,
            post_grade=staff.post_grade,
            level=TitleLevel(row.level),
            state=ReservationState(row.state),
        )


class RecommendedListOut(BaseModel):
    """The people recommended, and how many for each level (经研究，我单位推荐……人参加……评审)."""

    people: list[RecommendedOut]
    counts: dict[TitleLevel, int]


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
    exits: list[ExitOut]
    notes: list[NoteOut]
    signatures: list[SignatureOut]
    history: list[HistoryOut]
    available_actions: list[str]

    @classmethod
    def of(
        cls,
        form: AnnualForm,
        columns: Mapping[TitleLevel, FormColumn],
        changed: Sequence[Change],
        exits: Sequence[FormExit],
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
            exits=[ExitOut.model_validate(each) for each in exits],
            notes=[NoteOut.model_validate(each) for each in notes],
            signatures=signatures(history),
            history=[HistoryOut.model_validate(dict(each)) for each in history],
            available_actions=actions,
        )


def signatures(history: Sequence[Mapping[str, Any]]) -> list[SignatureOut]:
    """The steps that count as a party's signature, as far as they still stand."""
    signed: dict[Party, SignatureOut] = {}
    for line in history:
        if (party := SIGNS.get(line["action"])) is not None:
            signed[party] = SignatureOut(
                party=party, organisation_id=line["organisation_id"], name=line["actor_name"], at=line["at"]
            )
        signed = {party: kept for party, kept in signed.items() if party in STAND[line["after"]]}
    return list(signed.values())
