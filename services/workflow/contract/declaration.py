"""The events of declarations under review."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from services.kit.outbox import Event


class DeclarationMoved(Event):
    """A declaration went a step of its review; who declares directly has no unit (二（二）2)."""

    type: ClassVar[str] = "titles.workflow.declaration.moved.v1"

    declaration_id: UUID
    number: str
    cycle: int
    person_id: UUID
    account_id: UUID | None = None
    unit_id: UUID | None = None
    series: str
    level: str
    action: str
    before: str
    after: str
    at_organisation_id: UUID | None = None
    committee_id: UUID | None = None
    office_id: UUID | None = None
    note: str | None = None
    due_on: date | None = Field(
        None,
        description="by when whoever has it now is to act; none while a report about what is under review is being checked",
    )
    due_window: str | None = Field(
        None, description="the window of the year's run that `due_on` closes, while the applicant has it"
    )
    lineage: list[UUID] = Field(
        default_factory=list,
        description="the organisations from the root down to the unit, or to who stands in for it",
    )

    @property
    def subject(self) -> str:
        """The declaration."""
        return f"declaration/{self.declaration_id}"


class DeclarationRescheduled(Event):
    """Whoever reviews a declaration has until another day, or until none for now (三（六）).

    A window was extended, or a report about it was taken up or settled.
    """

    type: ClassVar[str] = "titles.workflow.declaration.rescheduled.v1"

    declaration_id: UUID
    cycle: int
    due_on: date
    suspended: bool = Field(
        default=False, description="no day runs while a report is being checked; `due_on` is what it was"
    )

    @property
    def subject(self) -> str:
        """The declaration."""
        return f"declaration/{self.declaration_id}"


class CreditListingMoved(Event):
    """What a credit platform says about whoever declares moved: asked, answered, set aside by the province (一（八）)."""

    type: ClassVar[str] = "titles.workflow.credit_listing.moved.v1"

    listing_id: UUID
    declaration_id: UUID
    number: str
    cycle: int
    person_id: UUID
    office_id: UUID
    province_id: UUID
    platform: str
    action: str
    before: str
    after: str
    document: str | None = Field(None, description="the platform's document")
    until: date | None = Field(None, description="the last day of the bar; empty: it has no end")
    document_number: str | None = Field(None, description="the document by which the province set it aside")
    note: str | None = None

    @property
    def subject(self) -> str:
        """The listing."""
        return f"credit_listing/{self.listing_id}"


class DeclarationOverdue(Event):
    """Who has a declaration is late with its review; told once to who stands above (三（一）)."""

    type: ClassVar[str] = "titles.workflow.declaration.overdue.v1"

    declaration_id: UUID
    number: str
    cycle: int
    level: str
    at_organisation_id: UUID
    superior_id: UUID = Field(
        description="the next of the chain; above a committee's office its superior, or itself at the top"
    )
    due_on: date
    lineage: list[UUID] = Field(default_factory=list, description="as of its steps")

    @property
    def subject(self) -> str:
        """The declaration."""
        return f"declaration/{self.declaration_id}"
