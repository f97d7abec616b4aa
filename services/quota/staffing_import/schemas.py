"""What callers send and see of imports of rosters."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.kit.auth import Actor
from services.kit.errors import Language
from services.kit.http import BasisOut
from services.kit.steps import available_actions
from services.quota.contract import PostPool, TitleLevel
from services.quota.staffing.bulk import Plan
from services.quota.staffing_import.model import StaffingImport
from services.quota.staffing_import.states import ImportState
from services.quota.staffing_import.steps import STEPS

SHOWN = 100
"""Of how many refused rows it is told what is wrong with them."""


class PlanIn(BaseModel):
    """The approved posts of a level (核准岗位数), with the document that approved them."""

    level: TitleLevel
    posts: Annotated[int, Field(ge=0, le=100_000)]
    document: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    pool: PostPool = PostPool.GENERAL

    def plan(self) -> Plan:
        """The same for the ledger."""
        return Plan(level=self.level, posts=self.posts, document=self.document, pool=self.pool)


class ImportIn(BaseModel):
    """A roster to import: how things stood at a unit on the evening of a day."""

    unit_id: UUID
    on: date
    file_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    plans: Annotated[list[PlanIn], Field(max_length=20)] = []


class StepIn(BaseModel):
    """A step; `version` is the one that was read."""

    version: int


class RefusalOut(BaseModel):
    """What is wrong with a row; row 0 is what was told beside the file."""

    row_no: int
    code: str
    message: str
    field: str | None
    basis: list[BasisOut]


class ImportOut(BaseModel):
    """An import; `unmatched` people have no account that could be told from others, and are recorded by name."""

    id: UUID
    unit_id: UUID
    on: date
    file_name: str
    actor_name: str
    state: ImportState
    rows: int
    unmatched: int
    recorded: int
    refused: int
    """How many rows were refused."""
    available_actions: list[str]
    created_at: datetime
    version: int

    @classmethod
    def of(cls, row: StaffingImport, actor: Actor, language: Language) -> Self:
        """An import as the caller sees it."""
        return cls(**cls._told(row, actor, language))

    @classmethod
    def _told(cls, row: StaffingImport, actor: Actor, _: Language) -> dict[str, Any]:
        return {
            "id": row.id,
            "unit_id": row.unit_id,
            "on": row.on_date,
            "file_name": row.file_name,
            "actor_name": row.actor_name,
            "state": ImportState(row.state),
            "rows": row.rows,
            "unmatched": row.unmatched,
            "recorded": row.recorded,
            "refused": row.refused,
            "available_actions": available_actions(STEPS, row.as_case(), actor),
            "created_at": row.created_at,
            "version": row.version,
        }


class ImportWholeOut(ImportOut):
    """The same with what is wrong with the first of the refused rows; the report tells it of all."""

    refusals: list[RefusalOut]

    @classmethod
    def _told(cls, row: StaffingImport, actor: Actor, language: Language) -> dict[str, Any]:
        shown = sorted({each["row_no"] for each in row.refusals})[:SHOWN]
        refusals = [_refusal(each, language) for each in row.refusals if each["row_no"] in shown]
        return {**super()._told(row, actor, language), "refusals": refusals}


class SendingOut(BaseModel):
    """An import that waits for its file, and where to PUT it; the link is the right to do so."""

    record: ImportOut
    upload_url: str
    expires_at: datetime
    limit_bytes: int


class ReportOut(BaseModel):
    """Where the refused rows can be fetched; the link is the right to do so."""

    path: str
    expires_at: datetime


def _refusal(each: dict[str, object], language: Language) -> RefusalOut:
    return RefusalOut.model_validate({**each, "message": each[language.value]})
