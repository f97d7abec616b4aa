"""Shapes of platforms' answers."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.workflow.credit_listing.states import ListingState
from services.workflow.shapes import In, Line, Prose, Stated


class CreditListingOut(Stated):
    """What a platform says about a declaration, as whoever may read the declaration sees it."""

    id: UUID
    declaration_id: UUID
    platform: str
    platform_title: str
    state: ListingState
    asked_at: datetime
    awaited_until: date | None
    answered_at: datetime | None
    document: str | None
    begins: date | None
    until: date | None
    document_number: str | None
    reason: str | None
    version: int


class SettingAsideIn(In):
    """By which document what a platform says is set aside, and why."""

    document_number: Line | None = None
    reason: Prose | None = None
    version: int | None = Field(None, ge=1)
