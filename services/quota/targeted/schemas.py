"""What callers send and see of targeted plans."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.quota.annual_form.schemas import Count, HistoryOut
from services.quota.contract import TitleLevel
from services.quota.decision.schemas import DocumentNo
from services.quota.targeted.model import TargetedLevel, TargetedPlan
from services.quota.targeted.rules import Column
from services.quota.targeted.service import Wanted
from services.quota.targeted.states import PlanState

MOST_POSTS = 1_000_000


class TargetedLevelIn(BaseModel):
    """One level's targeted posts."""

    level: TitleLevel
    approved: Count
    employed: Count = 0
    qualified_not_employed: Count = 0

    def column(self) -> Column:
        """The same for the rules."""
        return Column(self.level, self.approved, self.employed, self.qualified_not_employed)


class PlanIn(BaseModel):
    """An approval; `headcount` is the number of posts that the ratio is taken of. A level left out has nothing in it."""

    unit_id: UUID
    year: int
    headcount: Annotated[int, Field(ge=0, le=MOST_POSTS)]
    document_no: DocumentNo
    levels: Annotated[list[TargetedLevelIn], Field(min_length=1, max_length=20)]

    def wanted(self) -> Wanted:
        """The same for the service."""
        return Wanted(self.headcount, self.document_no, tuple(each.column() for each in self.levels))


class TargetedLevelOut(BaseModel):
    """One level's targeted posts; what is vacant and to declare follows (附件2 说明2)."""

    model_config = ConfigDict(from_attributes=True)

    level: TitleLevel
    approved: int
    employed: int
    vacant: int
    qualified_not_employed: int
    declarable: int


class PlanOut(BaseModel):
    """A unit's targeted posts of a year; `senior_posts` and `middle_posts` are the ceilings that Annex 1 makes."""

    id: UUID
    unit_id: UUID
    year: int
    version: int
    revision: int
    state: PlanState
    hrss_id: UUID
    row_code: str
    headcount: int
    senior_posts: int
    middle_posts: int
    document_no: str
    approved_by: str
    levels: list[TargetedLevelOut]
    created_at: datetime
    history: list[HistoryOut]

    @classmethod
    def of(
        cls, found: TargetedPlan, levels: Sequence[TargetedLevel], history: Sequence[Mapping[str, Any]]
    ) -> "PlanOut":
        """A plan with its levels and what happened to it."""
        return cls(
            id=found.id,
            unit_id=found.unit_id,
            year=found.year,
            version=found.version,
            revision=found.revision,
            state=PlanState(found.state),
            hrss_id=found.hrss_id,
            row_code=found.row_code,
            headcount=found.headcount,
            senior_posts=found.senior_posts,
            middle_posts=found.middle_posts,
            document_no=found.document_no,
            approved_by=found.actor_name,
            levels=[TargetedLevelOut.model_validate(each) for each in levels],
            created_at=found.created_at,
            history=[HistoryOut.model_validate(dict(each)) for each in history],
        )
