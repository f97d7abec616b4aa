"""What callers send and see of reservations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.accounts.contract import OrganisationNature, PersonKind
from services.quota.contract import ReservationState, TitleLevel
from services.quota.reservation.service import Wish


class ReservationIn(BaseModel):
    """A recommendation that may need a place; `lineage_ids` run from the root down to the unit."""

    recommendation_id: UUID
    unit_id: UUID
    unit_nature: OrganisationNature | None = None
    lineage_ids: Annotated[list[UUID], Field(min_length=1, max_length=20)]
    year: int
    level: TitleLevel
    person_id: UUID
    person_kind: PersonKind

    def wish(self) -> Wish:
        """The same for the service."""
        return Wish(
            recommendation_id=self.recommendation_id,
            unit_id=self.unit_id,
            unit_nature=self.unit_nature,
            lineage=tuple(self.lineage_ids),
            year=self.year,
            level=self.level,
            person_id=self.person_id,
            person_kind=self.person_kind,
        )


class ReleaseIn(BaseModel):
    """Why a place is given back."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class ReservationOut(BaseModel):
    """A recommendation's place; `exempt_by` names the case of the policy in which none is taken."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    recommendation_id: UUID
    unit_id: UUID
    year: int
    level: TitleLevel
    person_id: UUID
    person_kind: PersonKind
    state: ReservationState
    exempt_by: str | None
    created_at: datetime
    version: int
