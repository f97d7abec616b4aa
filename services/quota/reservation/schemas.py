"""What callers send and see of reservations."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.accounts.contract import OrganisationNature, PersonKind
from services.quota.contract import Ground, PostPool, ReservationState, TitleLevel
from services.quota.reservation.service import Wish

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Document = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ReservationIn(BaseModel):
    """A recommendation that may need a place; `lineage_ids` run from the root down to the unit.

    A `ground` outside the numbers comes with the document of the unit's `assessment`.
    """

    recommendation_id: UUID
    unit_id: UUID
    unit_nature: OrganisationNature | None = None
    lineage_ids: Annotated[list[UUID], Field(min_length=1, max_length=20)]
    year: int
    pool: PostPool = PostPool.GENERAL
    level: TitleLevel
    person_id: UUID
    person_kind: PersonKind
    person_name: Name | None = None
    ground: Ground | None = None
    assessment: Document | None = None

    @model_validator(mode="after")
    def _ground_is_assessed(self) -> Self:
        if (self.ground is None) != (self.assessment is None):
            raise ValueError(
                "a ground comes with the document of the unit's assessment, and only a ground does"
            )
        return self

    def wish(self) -> Wish:
        """The same for the service."""
        return Wish(
            recommendation_id=self.recommendation_id,
            unit_id=self.unit_id,
            unit_nature=self.unit_nature,
            lineage=tuple(self.lineage_ids),
            year=self.year,
            pool=self.pool,
            level=self.level,
            person_id=self.person_id,
            person_kind=self.person_kind,
            person_name=self.person_name,
            ground=self.ground,
            assessment=self.assessment,
        )


class ReleaseIn(BaseModel):
    """Why a place is given back."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class ReservationOut(BaseModel):
    """A recommendation's place; `exempt_by` names the case of the policy in which none is taken.

    `flagged_at` says since when nothing bears it.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    recommendation_id: UUID
    unit_id: UUID
    year: int
    pool: PostPool
    level: TitleLevel
    person_id: UUID
    person_kind: PersonKind
    person_name: str | None
    state: ReservationState
    exempt_by: str | None
    ground: Ground | None
    assessment: str | None
    flagged_at: datetime | None
    created_at: datetime
    version: int
