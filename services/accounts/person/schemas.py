"""Shapes of people over HTTP. A resident id comes in and never goes out whole."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, SecretStr, StringConstraints

from services.accounts.contract import PersonFacts, PersonKind
from services.accounts.person.states import RestsOn
from services.accounts.sign_in.schemas import ActivationOut, Asked, Login, Name

Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(\+86)?1[3-9][0-9]{9}$")]
ResidentId = Annotated[SecretStr, Field(min_length=1, max_length=30)]


class PersonIn(Asked):
    """An applicant to whom a unit, or its internal department, gives an account."""

    organisation_id: UUID
    name: Name
    resident_id: ResidentId
    phone: Phone | None = None
    kind: PersonKind
    rests_on: RestsOn | None = Field(
        None, description="for those without employer: what makes the county the right one"
    )
    login: Login


class PersonOut(BaseModel):
    """A person, with numbers masked."""

    id: UUID
    account_id: UUID
    name: str
    masked_resident_id: str
    masked_phone: str | None
    kind: PersonKind
    rests_on: RestsOn | None
    employer_id: UUID
    department_id: UUID | None
    created_at: datetime


class AdviceOut(BaseModel):
    """Something worth a second look that stops nothing."""

    code: str
    message: str
    field: str


class PersonCreatedOut(BaseModel):
    """The new person, and the code with which he or she sets a password: it is told this once."""

    person: PersonOut
    activation: ActivationOut
    advice: list[AdviceOut]


class LookupIn(Asked):
    """Ids to look up."""

    ids: list[UUID] = Field(max_length=200)


class People(BaseModel):
    """People found; ids that are unknown, or not the caller's to see, are left out."""

    items: list[PersonOut]


class FactsIn(Asked):
    """Whose facts, and in which cycle the test counts."""

    person_ids: list[UUID] = Field(max_length=200)
    cycle: int


class FactsOut(BaseModel):
    """Facts found; ids that are unknown, or not the caller's to see, are left out."""

    items: list[PersonFacts]
