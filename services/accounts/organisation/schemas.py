"""Shapes of organisations over HTTP."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.accounts.contract import (
    OrganisationKind,
    OrganisationLevel,
    OrganisationNature,
    OrganisationRef,
)
from services.accounts.organisation.policy import Need
from services.accounts.sign_in.schemas import ActivationOut, Asked, Login, Name
from services.kit.http import BasisOut

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]
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


UNNAMED = "未定"
"""Stands for a name that is not told yet; no rule of a creation asks for it."""


class ExplainIn(Asked):
    """The same, asked beforehand.

    Without `creator_id` it only tells who may; with `creator_id` alone it only tells what that one may create.
    """

    name: Title = UNNAMED
    kind: OrganisationKind | None = None
    level: OrganisationLevel | None = None
    nature: OrganisationNature | None = None
    industry: Code | None = None
    region_code: Code | None = None
    uscc: Code | None = None
    creator_id: UUID | None = None

    @model_validator(mode="after")
    def _something_is_asked(self) -> Self:
        told = [self.kind, self.level, self.region_code]
        if any(each is None for each in told) and (self.creator_id is None or any(told)):
            raise ValueError("ask with kind, level and region_code, or with creator_id alone")
        return self

    @property
    def proposal(self) -> ProposalIn | None:
        """The organisation asked about; None where only its creator is told."""
        if self.kind is None or self.level is None or self.region_code is None:
            return None
        return ProposalIn.model_validate(self.model_dump(exclude={"creator_id"}))


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
    successor_id: UUID | None = Field(None, description="where it went, if it was merged")
    place: str | None = Field(None, description="its place in a search; a list goes on after it")


class OrganisationCreatedOut(BaseModel):
    """The new organisation, and the code with which its manager sets a password: it is told this once, and no client."""

    organisation: OrganisationOut
    activation: ActivationOut | None


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


class FieldOut(BaseModel):
    """Whether a field of the form has to be filled in."""

    name: str
    need: Need


class IndustryOut(BaseModel):
    """A line of work that organisations are told by (所属行业)."""

    code: str
    zh: str
    en: str


class Industries(BaseModel):
    """All there are."""

    items: list[IndustryOut]


class CreatableOut(BaseModel):
    """A sort of organisation that the creator may create: where, and what its form asks for."""

    kind: OrganisationKind
    level: OrganisationLevel
    nature: OrganisationNature | None
    region_codes: list[str]
    industries: list[IndustryOut]
    fields: list[FieldOut]
    basis: list[BasisOut]


class ExplanationOut(BaseModel):
    """What would come of a creation, who may create it, and all that the creator asked about may create."""

    allowed: bool
    refusal: ReasonOut | None
    who_may: list[WhoMayOut]
    basis: list[BasisOut]
    creatable: list[CreatableOut] = []


class ReasonedIn(Asked):
    """A change of an organisation: why, and the version that was read."""

    reason: Reason
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class RenameIn(ReasonedIn):
    """Another name."""

    name: Title


class MoveIn(ReasonedIn):
    """Another superior."""

    superior_id: UUID


class MergeIn(ReasonedIn):
    """The organisation to go into."""

    into_id: UUID


class ContactIn(Asked):
    """How an organisation is reached; what is left out is left empty."""

    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)] | None = (
        None
    )
    postcode: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")] | None = None
    telephone: Annotated[str, StringConstraints(pattern=r"^[0-9+() -]{5,40}$")] | None = None
    email: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = (
        None
    )


class InChargeIn(Asked):
    """The account of the person in charge."""

    account_id: UUID


class ContactOut(BaseModel):
    """How an organisation is reached."""

    model_config = ConfigDict(from_attributes=True)

    address: str | None
    postcode: str | None
    telephone: str | None
    email: str | None


class PersonInChargeOut(BaseModel):
    """Who is in charge (专人负责): one of the organisation's managers."""

    account_id: UUID
    name: str


class FormerNameOut(BaseModel):
    """A name an organisation had; without `since` from its beginning, and until the day of its renaming."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    since: date | None
    until: date


class OrganisationWholeOut(OrganisationOut):
    """An organisation with what only those see who see the organisation: contact, names, what the caller may do."""

    contact: ContactOut
    person_in_charge: PersonInChargeOut | None
    former_names: list[FormerNameOut]
    available_actions: list[str]


class HistoryOut(BaseModel):
    """A line of an organisation's history."""

    action: str
    before: str | None
    after: str
    actor_name: str
    role: str | None
    organisation_id: UUID | None
    at: datetime
    note: str | None
    basis: list[BasisOut]


class History(BaseModel):
    """All of it, oldest first."""

    items: list[HistoryOut]


class FormerRegionOut(BaseModel):
    """A code and name that a division had."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date
    successor_code: str


class RegionOut(BaseModel):
    """A division and those below it; it is valid from `valid_from` (none: from the beginning) and has no end yet."""

    code: str
    name: str
    level: OrganisationLevel
    valid_from: date | None
    valid_to: date | None
    formerly: list[FormerRegionOut]
    below: list["RegionOut"]


class LookupIn(Asked):
    """Ids to look up."""

    ids: list[UUID] = Field(max_length=200)


class Organisations(BaseModel):
    """Organisations found; unknown ids are left out."""

    items: list[OrganisationOut]


class NamesIn(Asked):
    """Names that organisations of a subtree may have, or have had."""

    below: UUID
    names: list[Annotated[str, StringConstraints(min_length=1, max_length=160)]] = Field(max_length=200)


class CalledOut(BaseModel):
    """An organisation that is, or was, called so; `lineage_ids` run from the root down to it."""

    called: str
    id: UUID
    name: str
    lineage_ids: list[UUID]


class Called(BaseModel):
    """What was found; a name that nothing there has or had is left out, one that several had comes several times."""

    items: list[CalledOut]
