"""What accounts answers of organisations, as far as quota keeps it."""

from uuid import UUID

from pydantic import BaseModel

from services.accounts.contract import (
    OrganisationKind,
    OrganisationLevel,
    OrganisationNature,
    OrganisationRef,
)

IN_USE = "ACTIVE"


class Told(BaseModel):
    """One organisation; `lineage` runs from the root down to itself."""

    id: UUID
    name: str
    kind: OrganisationKind
    level: OrganisationLevel
    nature: OrganisationNature | None
    industry: str | None
    region_code: str
    status: str
    lineage: list[OrganisationRef]


class Lookup(BaseModel):
    """Those found."""

    items: list[Told]


class Listing(BaseModel):
    """A page of a list."""

    items: list[Told]
    next_cursor: str | None


class Contact(BaseModel):
    """How an organisation is reached."""

    telephone: str | None


class Whole(BaseModel):
    """An organisation with its contact."""

    contact: Contact
