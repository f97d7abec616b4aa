"""Shapes of organisations over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.accounts.contract import (
    OrganisationKind,
    OrganisationLevel,
    OrganisationNature,
    OrganisationRef,
)
from services.accounts.sign_in.schemas import ActivationOut, Asked, Login, Name
from services.kit.http import BasisOut

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)]


class ProposalIn(Asked):
    """An organisation that someone wants to create."""

    name: Title
    kind: OrganisationKind
    level: OrganisationLevel
    nature: OrganisationNature | None = None
    industry: Code | None = None
    region_code: Code
    uscc: Code | None = None


class ManagerIn(Asked):
    """The person in charge, who gets the organisation's first account."""

    name: Name
    login: Login


class OrganisationIn(ProposalIn):
    """An organisation to create, by an organisation that the caller manages."""

    creator_id: UUID
    manager: ManagerIn


class ExplainIn(ProposalIn):
    """The same, asked beforehand; without `creator_id` it only tells who may."""

    name: Title = "-"
    creator_id: UUID | None = None


class OrganisationOut(BaseModel):
    """An organisation; `lineage` runs from the root down to itself."""

    id: UUID
    name: str
    kind: OrganisationKind
    level: OrganisationLevel
    nature: OrganisationNature | None
    industry: str | None
    region_code: str
    region_name: str
    parent_id: UUID | None
    uscc: str | None
    status: str
    lineage: list[OrganisationRef]
    created_at: datetime
    version: int


class OrganisationCreatedOut(BaseModel):
    """The new organisation, and the code with which its manager sets a password: it is told this once."""

    organisation: OrganisationOut
    activation: ActivationOut


class WhoMayOut(BaseModel):
    """Someone who may create the organisation."""

    kind: OrganisationKind
    level: OrganisationLevel
    industry: str | None
    region_code: str | None
    region_name: str | None
    summary: str


class ReasonOut(BaseModel):
    """Why it is refused: the code and words that the creation itself would answer."""

    code: str
    message: str
    field: str | None


class ExplanationOut(BaseModel):
    """What would come of a creation, and who may create it."""

    allowed: bool
    refusal: ReasonOut | None
    who_may: list[WhoMayOut]
    basis: list[BasisOut]


class LookupIn(Asked):
    """Ids to look up."""

    ids: list[UUID] = Field(max_length=200)


class Organisations(BaseModel):
    """Organisations found; unknown ids are left out."""

    items: list[OrganisationOut]
